// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <thread>

#include "crypto/hex.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/node_client.hpp"
#include "node/cli/progress.hpp"
#include "node/cli/status_inputs.hpp"
#include "node/cli/status_setter.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

using Kind = StatusOutcome::Kind;

/// Refused lines that are shown one by one.
constexpr std::uint64_t kMaxShown = 20;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::untried:
      return "untried";
    case Kind::changed:
      return "changed";
    case Kind::unchanged:
      return "unchanged";
    case Kind::refused:
      break;
  }
  return "refused";
}

class RevokeCommand : public Command {
 public:
  std::string name() const override { return "revoke"; }
  std::string summary() const override { return "Revoke or suspend credentials"; }

  void declare(Arguments& arguments) override {
    arguments.positionals("what", words_,
                          "Digests, proofs, credentials, directories of them, lists (*.csv, "
                          "*.ndjson), or - for a list on standard input");
    address_.declare(arguments);
    arguments.choice("--value", value_, {"revoked", "suspended", "valid"},
                     "What to set; valid lifts a suspension");
    arguments.option("--reason", reason_, "WORD",
                     "Why, such as keyCompromise or superseded; only the issuer sees it");
    arguments.choice("--profile", profile_, {"bytes", "jws", "jcs", "jades"},
                     "How documents are hashed (default: by their content)");
    arguments.flag("--json", json_, "Print the outcome, and that of each line, as JSON");
    arguments.footer(
        "Revoked is for ever, suspended can be lifted. What has the value already is left alone, "
        "so\n"
        "whatever was interrupted is simply done again. A list has a line each: CSV\n"
        "digest,value,reason (the last two optional), or a JSON object such as\n"
        "{\"digest\":\"<64 hex characters>\",\"value\":\"suspended\"}, or with list and index. A "
        "line\n"
        "that the node refuses is reported, and the others are set all the same.");
  }

  ExitStatus run(Terminal& terminal) override {
    const auto value = parse_status_name(value_);
    const auto reason = reason_from_name(reason_);
    if (!reason) {
      terminal.error("--reason: " + reason.error().message);
      return ExitStatus::usage;
    }
    const auto lines = collect_status_lines(words_, profile_);
    if (!lines) {
      terminal.error("nothing was changed", lines.error());
      return ExitStatus::failed;
    }
    if (lines->empty()) {
      terminal.error("there is nothing to set");
      return ExitStatus::failed;
    }
    auto client = address_.connect(terminal, true);
    if (!client) return ExitStatus::failed;

    StatusSetter setter(*client, [&](unsigned seconds) {
      terminal.note("the node is busy; trying again in " + std::to_string(seconds) + " s");
      std::this_thread::sleep_for(std::chrono::seconds(seconds));
      return true;
    });
    std::vector<StatusOutcome> outcomes;
    Progress progress(terminal, "setting", lines->size());
    const Status set = setter.set(*lines, *value, *reason, outcomes,
                                  [&](std::uint64_t done) { progress.advance_to(done); });
    const double seconds = progress.seconds();
    if (set && lines->size() > 1) progress.finish();
    show_refused(terminal, *lines, outcomes, setter.counts().refused);
    report(terminal, *lines, outcomes, setter.counts(), seconds);
    if (!set) {
      terminal.error("stopped", set.error());
      terminal.note("The same command again goes on from there.");
    }
    return set && setter.counts().refused == 0 ? ExitStatus::done : ExitStatus::failed;
  }

 private:
  static void show_refused(Terminal& terminal, const std::vector<StatusLine>& lines,
                           const std::vector<StatusOutcome>& outcomes, std::uint64_t refused) {
    std::uint64_t shown = 0;
    for (std::size_t i = 0; i < outcomes.size() && shown < kMaxShown; ++i) {
      if (outcomes[i].kind != Kind::refused) continue;
      terminal.error(lines[i].source + ": " + outcomes[i].why);
      ++shown;
    }
    if (refused > shown) terminal.error("and " + human_count(refused - shown) + " more");
  }

  static std::string results_json(const std::vector<StatusLine>& lines,
                                  const std::vector<StatusOutcome>& outcomes) {
    std::string out = "[";
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const StatusLine& line = lines[i];
      if (i > 0) out += ',';
      JsonLine json;
      json.text("source", line.source);
      if (line.entry) {
        json.number("list", line.entry->list).number("index", line.entry->index);
      } else {
        json.text("digest", crypto::to_hex(line.digest));
      }
      json.text("outcome", kind_name(outcomes[i].kind));
      if (!outcomes[i].value.empty()) json.text("value", outcomes[i].value);
      if (!outcomes[i].why.empty()) json.text("why", outcomes[i].why);
      out += json.finished();
    }
    return out + "]";
  }

  void report(Terminal& terminal, const std::vector<StatusLine>& lines,
              const std::vector<StatusOutcome>& outcomes, const SetterCounts& counts,
              double seconds) const {
    if (json_) {
      terminal.line(JsonLine()
                        .text("value", value_)
                        .number("changed", counts.changed)
                        .number("unchanged", counts.unchanged)
                        .number("refused", counts.refused)
                        .number("calls", counts.calls)
                        .seconds("seconds", seconds)
                        .raw("results", results_json(lines, outcomes))
                        .finished());
      return;
    }
    if (lines.size() == 1) {
      if (outcomes[0].value.empty()) return;
      terminal.line(lines[0].source + "  " + outcomes[0].value +
                    (outcomes[0].kind == Kind::unchanged ? " as before" : ""));
      return;
    }
    Table table;
    table.row({"changed", human_count(counts.changed)});
    table.row({"as they were before", human_count(counts.unchanged)});
    table.row({"refused", human_count(counts.refused)});
    std::string text = table.text();
    text.pop_back();
    terminal.line(text);
  }

  NodeAddress address_;
  std::vector<std::string> words_;
  std::string value_ = "revoked";
  std::string reason_ = "unspecified";
  std::string profile_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_revoke_command() {
  return std::make_unique<RevokeCommand>();
}

}  // namespace kedge::node::cli
