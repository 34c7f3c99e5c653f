// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <map>
#include <optional>

#include "crypto/hex.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/files.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/manifest.hpp"
#include "node/cli/node_client.hpp"
#include "node/cli/profile_detection.hpp"
#include "node/cli/progress.hpp"
#include "node/cli/proof_fetcher.hpp"
#include "node/cli/terminal.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;

class ProveCommand : public Command {
 public:
  std::string name() const override { return "prove"; }
  std::string summary() const override { return "Fetch proof bundles from a node"; }

  void declare(Arguments& arguments) override {
    arguments.positional("what", what_, true,
                         "A credential, its digest, or a manifest (*.ndjson) for all of it");
    address_.declare(arguments);
    arguments.choice("--profile", profile_, {"bytes", "jws", "jcs", "jades"},
                     "How the credential is hashed (default: by its content)");
    arguments.option("--issuer", issuer_, "NAME", "Whose credential, if several anchored the same");
    arguments.option("--out", out_, "PATH",
                     "The proof's file (- for standard output); for a manifest a directory");
    arguments.flag("--status", status_, "With a proof of the credential's status");
    arguments.flag("--cbor", cbor_, "Write CBOR (*.proof.cbor) instead of JSON");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "Every proof is checked before it is written. One that is not complete yet (no final\n"
        "anchor) is written as it is, and said so: fetch it again later. A status proof says how "
        "the\n"
        "credential stood at its epoch: fetch it anew where that has to be recent.");
  }

  ExitStatus run(Terminal& terminal) override {
    if (out_ == "-" && (json_ || is_list())) {
      terminal.error(json_ ? "--json and --out - both want standard output"
                           : "the proofs of a manifest go into a directory, not to --out -");
      return ExitStatus::usage;
    }
    auto lines = read_what();
    if (!lines) {
      terminal.error("nothing was fetched", lines.error());
      return ExitStatus::failed;
    }
    const std::vector<std::string> paths = name_files(*lines);
    auto client = address_.connect(terminal, false);
    if (!client) return ExitStatus::failed;
    std::optional<Progress> progress;
    if (lines->size() > 1) progress.emplace(terminal, "proving", lines->size());
    for (std::size_t i = 0; i < lines->size(); ++i) {
      const Status done = prove_one(*client, (*lines)[i], paths[i]);
      if (!done) {
        const ManifestLine& line = (*lines)[i];
        terminal.error(line.file.empty() ? crypto::to_hex(line.digest) : line.file, done.error());
        if (++failures_ == 10 && lines->size() > 10) {
          terminal.error("ten failures; the rest was not tried");
          break;
        }
      }
      if (progress) progress->advance_to(i + 1);
    }
    if (progress && failures_ == 0) progress->finish();
    report(terminal, paths);
    return failures_ == 0 ? ExitStatus::done : ExitStatus::failed;
  }

 private:
  bool is_list() const { return what_.ends_with(".ndjson"); }

  Result<std::vector<ManifestLine>> read_what() const {
    ManifestLine line;
    if (const auto digest = crypto::hash_from_hex(what_)) {
      line.digest = *digest;
      return std::vector<ManifestLine>{line};
    }
    const auto text = read_file(what_);
    if (!text) return text.error();
    if (is_list()) {
      auto lines = parse_manifest(*text);
      if (!lines) return invalid_argument(what_ + ": " + lines.error().message);
      if (lines->empty()) return invalid_argument(what_ + " is empty");
      return lines;
    }
    line.file = what_;
    line.profile = detect_profile(*text);
    if (!profile_.empty()) {
      const auto profile = crypto::profile_from_name(profile_);
      if (!profile) return profile.error();
      line.profile = *profile;
    }
    const auto digest = document_digest(line.profile, *text);
    if (!digest) return digest.error();
    line.digest = *digest;
    return std::vector<ManifestLine>{line};
  }

  std::string ending() const { return cbor_ ? ".proof.cbor" : ".proof.json"; }

  /// Beside the credential, or in the directory that was named; where two would have one name
  /// there, by digest.
  std::vector<std::string> name_files(const std::vector<ManifestLine>& lines) const {
    std::vector<std::string> paths;
    std::map<std::string, std::size_t> taken;
    for (const ManifestLine& line : lines) {
      const fs::path file(line.file == "-" ? "" : line.file);
      const std::string by_digest = crypto::to_hex(line.digest) + ending();
      const std::string name = file.empty() ? by_digest : file.filename().string() + ending();
      fs::path path = file.empty() ? fs::path(name) : file.parent_path() / name;
      if (!out_.empty()) path = is_list() ? fs::path(out_) / name : fs::path(out_);
      if (taken[path.string()]++ > 0) path = path.parent_path() / by_digest;
      paths.push_back(path.string());
    }
    return paths;
  }

  Status prove_one(rpc::Client& client, const ManifestLine& line, const std::string& path) {
    const auto fetched = fetch_proof(client, line.digest, issuer_, status_);
    if (!fetched) return fetched.error();
    if (!fetched->bundle) {
      return Error{Errc::unavailable,
                   "only " + fetched->state + "; there is a proof once it is sealed"};
    }
    std::string content;
    if (cbor_) {
      content = as_text(bundle_to_cbor(*fetched->bundle));
    } else {
      content = bundle_to_json(*fetched->bundle) + "\n";
    }
    std::error_code ignored;
    if (is_list() && !out_.empty()) fs::create_directories(out_, ignored);
    const Status written = write_file(path, content);
    if (!written) return written;
    ++written_;
    bytes_ += content.size();
    if (!fetched->complete) ++incomplete_;
    state_ = fetched->state;
    return {};
  }

  void report(Terminal& terminal, const std::vector<std::string>& paths) const {
    const std::string where =
        paths.size() == 1 ? paths[0] : fs::path(paths[0]).parent_path().string();
    if (json_) {
      terminal.line(JsonLine()
                        .number("proofs", written_)
                        .number("incomplete", incomplete_)
                        .number("failures", failures_)
                        .number("bytes", bytes_)
                        .text("where", where)
                        .finished());
      return;
    }
    if (written_ == 0 || out_ == "-") return;
    if (paths.size() == 1) {
      terminal.line(where + "  " + human_bytes(bytes_) + "  " + state_);
    } else {
      terminal.line(human_count(written_) + " proofs, " + human_bytes(bytes_ / written_) +
                    " each on average" + (where.empty() ? "" : ", in " + where));
    }
    if (incomplete_ > 0) {
      terminal.note(human_count(incomplete_) +
                    " not complete yet: no final anchor covers them; fetch them again later");
    }
  }

  NodeAddress address_;
  std::string what_;
  std::string profile_;
  std::string issuer_;
  std::string out_;
  bool status_ = false;
  bool cbor_ = false;
  bool json_ = false;

  std::uint64_t written_ = 0;
  std::uint64_t incomplete_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t bytes_ = 0;
  std::string state_;
};

}  // namespace

std::unique_ptr<Command> make_prove_command() {
  return std::make_unique<ProveCommand>();
}

}  // namespace kedge::node::cli
