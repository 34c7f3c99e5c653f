// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <thread>

#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/files.hpp"
#include "node/cli/human.hpp"
#include "node/cli/inputs.hpp"
#include "node/cli/interrupt.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/node_client.hpp"
#include "node/cli/progress.hpp"
#include "node/cli/submitter.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

class SubmitCommand : public Command {
 public:
  std::string name() const override { return "submit"; }
  std::string summary() const override { return "Submit credentials, or digests of them"; }

  void declare(Arguments& arguments) override {
    arguments.positionals("inputs", words_,
                          "Files, directories, lists (*.ndjson), or - for standard input");
    address_.declare(arguments);
    arguments.choice("--profile", profile_, {"bytes", "jws", "jcs", "jades"},
                     "How documents are hashed (default: by their content)");
    arguments.choice("--wait", wait_, {"sealed", "anchored", "final"},
                     "Wait until all have come so far");
    arguments.option("--timeout", timeout_, 1, 86'400, "Seconds to wait at most");
    arguments.option("--manifest", manifest_, "FILE",
                     "Where to note position and state of each (default: beside the input)");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "Documents stay here: only their digests are sent. Submitting is idempotent, so whatever\n"
        "was interrupted (Ctrl-C) is simply submitted again. A list has one JSON object a line:\n"
        "{\"profile\":\"jws\",\"digest\":\"<64 hex characters>\"}; a manifest is such a list.");
  }

  ExitStatus run(Terminal& terminal) override {
    const std::string manifest = manifest_path();
    if (json_ && manifest == "-") {
      terminal.error("--json and --manifest - both want standard output");
      return ExitStatus::usage;
    }
    auto inputs = collect_inputs(words_);
    if (!inputs) return failed(terminal, "nothing was submitted", inputs.error());
    tell_skipped(terminal, inputs->skipped);
    auto lines = hash(terminal, *inputs);
    if (!lines) return failed(terminal, "nothing was submitted", lines.error());
    if (lines->empty()) {
      terminal.error("there is nothing to submit");
      return ExitStatus::failed;
    }
    if (const Status place = check_writable(manifest); !place) {
      return failed(terminal, "nothing was submitted: no place for the manifest", place.error());
    }
    auto client = address_.connect(terminal, true);
    if (!client) return ExitStatus::failed;

    Submitter submitter(*client, [&](unsigned seconds) { return be_patient(terminal, seconds); });
    Progress progress(terminal, "submitting", lines->size());
    Status submitted;
    Status written;
    {
      // Between two calls is a good moment to end: what was answered is then in the manifest.
      const Interrupt interrupt;
      submitted = submitter.submit(*lines, [&](std::uint64_t done) {
        progress.advance_to(done);
        return !Interrupt::came();
      });
      if (submitted) progress.finish();
      // A manifest that was submitted is also its own source, so the lines without answer stay in.
      const bool later = submitted && !wait_.empty() && manifest == "-";
      if (submitter.counts().answered > 0 && !later) written = write_manifest(manifest, *lines);
    }
    const double seconds = progress.seconds();
    if (!submitted) {
      if (!written) terminal.error("the manifest is missing", written.error());
      terminal.error("stopped after " + human_count(submitter.counts().answered) + " of " +
                         human_count(lines->size()),
                     submitted.error());
      terminal.note("The same command again goes on from there.");
      Interrupt::end_program();
      return ExitStatus::failed;
    }
    Status waited;
    if (!wait_.empty()) {
      // One that came during the last call ends the waiting before it begins.
      Interrupt::end_program();
      waited = submitter.wait(*lines, wait_, timeout_);
      written = write_manifest(manifest, *lines);
    }
    if (!written) return failed(terminal, "the manifest is missing", written.error());
    report(terminal, *lines, submitter.counts(), seconds, manifest);
    return waited ? ExitStatus::done : failed(terminal, "not " + wait_ + " yet", waited.error());
  }

 private:
  static ExitStatus failed(Terminal& terminal, const std::string& what, const Error& error) {
    terminal.error(what, error);
    return ExitStatus::failed;
  }

  /// Proofs often lie beside their credentials, one each: some stand for all.
  static void tell_skipped(Terminal& terminal, const std::vector<std::string>& skipped) {
    constexpr std::size_t kShown = 3;
    for (std::size_t i = 0; i < std::min(kShown, skipped.size()); ++i) {
      terminal.note("left out: " + skipped[i]);
    }
    if (skipped.size() > kShown) {
      terminal.note("left out: " + human_count(skipped.size() - kShown) + " more");
    }
  }

  static bool be_patient(Terminal& terminal, unsigned seconds) {
    terminal.note("the node is busy; trying again in " + std::to_string(seconds) + " s");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!Interrupt::came() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return !Interrupt::came();
  }

  Result<std::vector<ManifestLine>> hash(Terminal& terminal, Inputs& inputs) const {
    std::optional<crypto::DigestProfile> profile;
    if (!profile_.empty()) {
      const auto named = crypto::profile_from_name(profile_);
      if (!named) return named.error();
      profile = *named;
    }
    std::vector<ManifestLine> lines = std::move(inputs.lines);
    if (inputs.documents.empty()) return lines;
    Progress progress(terminal, "hashing", inputs.documents.size());
    auto hashed =
        hash_documents(inputs, profile, [&](std::uint64_t done) { progress.advance_to(done); });
    if (!hashed) return hashed;
    progress.finish();
    lines.insert(lines.end(), std::make_move_iterator(hashed->begin()),
                 std::make_move_iterator(hashed->end()));
    return lines;
  }

  /// Beside a single input; a manifest that is submitted again is renewed.
  std::string manifest_path() const {
    if (!manifest_.empty()) return manifest_;
    if (words_.size() != 1 || words_[0] == "-") return "submitted.manifest.ndjson";
    std::string word = words_[0];
    if (word.ends_with(".manifest.ndjson")) return word;
    while (word.size() > 1 && word.ends_with('/')) word.pop_back();
    const bool nameless = word == "." || word == ".." || word == "/" || word.ends_with("/..");
    return nameless ? "submitted.manifest.ndjson" : word + ".manifest.ndjson";
  }

  static Status write_manifest(const std::string& path, const std::vector<ManifestLine>& lines) {
    std::string text;
    for (const ManifestLine& line : lines) append_manifest_line(text, line);
    return write_file(path, text);
  }

  void report(Terminal& terminal, const std::vector<ManifestLine>& lines,
              const SubmitCounts& counts, double seconds, const std::string& manifest) const {
    const auto rate =
        static_cast<std::uint64_t>(static_cast<double>(counts.answered) / std::max(seconds, 1e-6));
    if (json_) {
      terminal.line(JsonLine()
                        .number("credentials", counts.answered)
                        .number("duplicates", counts.duplicates)
                        .text("state", lines.back().state)
                        .number("calls", counts.calls)
                        .seconds("seconds", seconds)
                        .number("per_second", rate)
                        .text("manifest", manifest)
                        .finished());
      return;
    }
    if (manifest == "-") return;
    Table table;
    table.row({"credentials", human_count(counts.answered)});
    table.row({"of them known before", human_count(counts.duplicates)});
    table.row({"state", lines.back().state});
    table.row({"manifest", manifest});
    std::string text = table.text();
    text.pop_back();
    terminal.line(text);
  }

  NodeAddress address_;
  std::vector<std::string> words_;
  std::string profile_;
  std::string wait_;
  std::uint64_t timeout_ = 600;
  std::string manifest_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_submit_command() {
  return std::make_unique<SubmitCommand>();
}

}  // namespace kedge::node::cli
