// SPDX-License-Identifier: Apache-2.0
#include "node/cli/inputs.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "node/cli/files.hpp"
#include "node/cli/profile_detection.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;
using crypto::DigestProfile;

constexpr std::size_t kMaxFaults = 10;

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

Status collect_directory(const fs::path& directory, Inputs& inputs) {
  std::error_code error;
  std::error_code ignored;
  fs::recursive_directory_iterator at(directory, error);
  std::vector<fs::path> found;
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with('.')) {
      if (at->is_directory(ignored)) at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(ignored)) continue;
    if (ends_with_any(name, {".proof.json", ".proof.cbor"})) {
      inputs.skipped.push_back(at->path().string() + " is a proof");
    } else if (ends_with_any(name, {".ndjson"})) {
      inputs.skipped.push_back(at->path().string() + " is a list; lists are read when named");
    } else {
      found.push_back(at->path());
    }
  }
  if (error) return invalid_argument("cannot read " + directory.string() + ": " + error.message());
  std::sort(found.begin(), found.end());
  inputs.documents.insert(inputs.documents.end(), found.begin(), found.end());
  return {};
}

Status collect_list(const std::string& name, std::string_view text, Inputs& inputs) {
  auto lines = parse_manifest(text);
  if (!lines) return invalid_argument(name + ": " + lines.error().message);
  inputs.lines.insert(inputs.lines.end(), lines->begin(), lines->end());
  return {};
}

Status collect_word(const std::string& word, Inputs& inputs) {
  std::error_code ignored;
  if (word != "-" && fs::is_directory(word, ignored)) return collect_directory(word, inputs);
  if (word != "-" && !word.ends_with(".ndjson")) {
    if (!fs::exists(word, ignored)) return Error{Errc::not_found, word + " does not exist"};
    inputs.documents.emplace_back(word);
    return {};
  }
  auto text = read_file(word);
  if (!text) return std::move(text).error();
  const std::string name = word == "-" ? "standard input" : word;
  if (word != "-" || looks_like_manifest(*text)) return collect_list(name, *text, inputs);
  inputs.documents.emplace_back("-");
  inputs.standard_input = *std::move(text);
  return {};
}

Result<ManifestLine> hash_one(const Inputs& inputs, const fs::path& path,
                              std::optional<DigestProfile> profile) {
  Result<std::string> text =
      path == "-" ? Result<std::string>(inputs.standard_input) : read_file(path);
  if (!text) return std::move(text).error();
  ManifestLine line;
  line.file = path.string();
  line.profile = profile ? *profile : detect_profile(*text);
  const auto digest = document_digest(line.profile, *text);
  if (!digest) {
    return invalid_argument(path.string() + ": not " +
                            std::string(crypto::profile_name(line.profile)) + ": " +
                            digest.error().message);
  }
  line.digest = *digest;
  return line;
}

/// Hands documents to threads, one by one, and gathers what they find.
class ParallelHasher {
 public:
  ParallelHasher(const Inputs& inputs, std::optional<DigestProfile> profile)
      : inputs_(inputs), profile_(profile), lines_(inputs.documents.size()) {}

  Result<std::vector<ManifestLine>> run(const HashProgress& progress) {
    const std::size_t wanted = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(wanted, lines_.size()); ++i) {
      threads.emplace_back([this] { work(); });
    }
    {
      std::unique_lock lock(mutex_);
      while (!finished_.wait_for(lock, std::chrono::milliseconds(50),
                                 [this] { return done_ == lines_.size(); })) {
        progress(done_);
      }
    }
    threads.clear();
    progress(done_);
    if (fault_count_ > 0) return fault();
    return std::move(lines_);
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < lines_.size(); i = next_++) {
      auto line = hash_one(inputs_, inputs_.documents[i], profile_);
      const std::lock_guard lock(mutex_);
      if (line) {
        lines_[i] = *std::move(line);
      } else if (++fault_count_ <= kMaxFaults) {
        faults_.emplace_back(i, line.error().message);
      }
      if (++done_ == lines_.size()) finished_.notify_one();
    }
  }

  Error fault() {
    std::sort(faults_.begin(), faults_.end());
    std::string text;
    for (const auto& [index, message] : faults_) text += (text.empty() ? "" : "\n") + message;
    if (fault_count_ > faults_.size()) {
      text += "\nand " + std::to_string(fault_count_ - faults_.size()) + " more";
    }
    return invalid_argument(std::move(text));
  }

  const Inputs& inputs_;
  const std::optional<DigestProfile> profile_;
  std::atomic<std::size_t> next_ = 0;

  std::mutex mutex_;
  std::condition_variable finished_;
  std::vector<ManifestLine> lines_;
  std::vector<std::pair<std::size_t, std::string>> faults_;
  std::size_t fault_count_ = 0;
  std::uint64_t done_ = 0;
};

}  // namespace

Result<Inputs> collect_inputs(const std::vector<std::string>& words) {
  Inputs inputs;
  for (const std::string& word : words) {
    const Status collected = collect_word(word, inputs);
    if (!collected) return collected.error();
  }
  return inputs;
}

Result<std::vector<ManifestLine>> hash_documents(const Inputs& inputs,
                                                 std::optional<DigestProfile> profile,
                                                 const HashProgress& progress) {
  return ParallelHasher(inputs, profile).run(progress);
}

}  // namespace kedge::node::cli
