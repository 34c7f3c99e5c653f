// SPDX-License-Identifier: Apache-2.0
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/human.hpp"
#include "node/cli/node_client.hpp"
#include "node/cli/status_fetcher.hpp"
#include "node/cli/status_inputs.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

class StatusCommand : public Command {
 public:
  std::string name() const override { return "status"; }
  std::string summary() const override { return "Ask whether credentials are revoked"; }

  void declare(Arguments& arguments) override {
    arguments.positionals("what", words_,
                          "Credentials, their digests or proofs, directories, or lists (*.csv, "
                          "*.ndjson, - for standard input)");
    address_.declare(arguments);
    arguments.choice("--profile", profile_, {"bytes", "jws", "jcs", "jades"},
                     "How credentials are hashed (default: by their content)");
    arguments.option("--issuer", issuer_, "NAME", "Whose credential, if several anchored the same");
    arguments.option("--at", at_, "WHEN",
                     "As of then: the number of an epoch, or a time such as 2026-01-31T08:05:09Z");
    arguments.flag("--json", json_, "Print the answers as JSON, with their proofs");
    arguments.footer(
        "The node proves each answer, and the proof is checked. To believe it without the node, "
        "let\n"
        "kedge prove --status write it and kedge verify judge it. Exit status: 0 all valid, 1 "
        "some\n"
        "revoked, suspended or not known, 3 some not in the log yet.");
  }

  ExitStatus run(Terminal& terminal) override {
    const auto lines = collect_status_lines(words_, profile_);
    if (!lines) {
      terminal.error("nothing was asked", lines.error());
      return ExitStatus::usage;
    }
    auto client = address_.connect(terminal, false);
    if (!client) return ExitStatus::failed;
    Table table({"credential", "status", "as of", "epoch", "proof"});
    std::string answers;
    for (const StatusLine& line : *lines) {
      const auto fetched = fetch_status(*client, line, issuer_, at_);
      if (!fetched) {
        terminal.error(line.source, fetched.error());
        failed_ = true;
        continue;
      }
      note(*fetched);
      table.row(row_of(terminal, line, *fetched));
      if (!answers.empty()) answers += ',';
      answers += fetched->text;
      ++answered_;
    }
    if (json_) {
      terminal.line("{\"statuses\":[" + answers + "]}");
    } else if (answered_ > 0) {
      std::string text = table.text();
      text.pop_back();
      terminal.line(text);
    }
    if (failed_) return ExitStatus::failed;
    return unsealed_ ? ExitStatus::unknown : ExitStatus::done;
  }

 private:
  void note(const FetchedStatus& fetched) {
    if (fetched.value != StatusValue::valid) failed_ = true;
    if (fetched.state == "accepted") unsealed_ = true;
  }

  static std::vector<std::string> row_of(const Terminal& terminal, const StatusLine& line,
                                         const FetchedStatus& fetched) {
    const std::string_view name = status_name(fetched.value);
    std::string status =
        fetched.value == StatusValue::valid ? terminal.good(name) : terminal.bad(name);
    if (!fetched.pending.empty()) status += " (soon " + fetched.pending + ")";
    return {line.source, status, fetched.as_of,
            fetched.epoch ? std::to_string(*fetched.epoch) : std::string(), fetched.state};
  }

  NodeAddress address_;
  std::vector<std::string> words_;
  std::string profile_;
  std::string issuer_;
  std::string at_;
  bool json_ = false;

  std::uint64_t answered_ = 0;
  bool failed_ = false;
  bool unsealed_ = false;
};

}  // namespace

std::unique_ptr<Command> make_status_command() {
  return std::make_unique<StatusCommand>();
}

}  // namespace kedge::node::cli
