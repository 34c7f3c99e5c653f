// SPDX-License-Identifier: Apache-2.0
#include <deque>

#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "crypto/hex.hpp"
#include "crypto/rfc3339.hpp"
#include "node/app/data_lock.hpp"
#include "node/audit/record_audit.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/node_client.hpp"
#include "node/cli/terminal.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node::cli {
namespace {

/// The newest lines that a running node is asked about, one after the other, until it knows one.
constexpr std::size_t kAskedLines = 1'000;

struct Line {
  std::uint64_t number = 0;
  Hash hash{};
  RecordEvent event;
};

class RecordCommand : public Command {
 public:
  std::string name() const override { return "record"; }
  std::string summary() const override { return "The record of who has done what"; }

  void declare(Arguments& arguments) override {
    arguments.positional("ACTION", action_, true,
                         "list: show it; verify: check that nothing in it was changed, left out or "
                         "cut off");
    address_.declare(arguments);
    arguments.option("--last", last_, 1, 1'000'000, "list: only so many lines");
    arguments.flag("--json", json_, "list: the lines as they are; verify: the outcome as JSON");
    arguments.footer(
        "verify compares the record with what the log holds of it: of a stopped node with all of\n"
        "its store, of a running one with what it answers for the newest lines. Exit status: 0\n"
        "sound, 1 something is wrong, 3 sound in itself, but nothing binds it to the log yet.");
  }

  ExitStatus run(Terminal& terminal) override {
    if (action_ != "list" && action_ != "verify") {
      terminal.error("record wants list or verify");
      return ExitStatus::usage;
    }
    const auto settings = address_.node.load(terminal);
    if (!settings) return ExitStatus::failed;
    const config::DataDir dir(settings->data_dir);
    if (action_ == "list") return list(terminal, dir, settings->log.origin);
    return verify(terminal, dir, settings->log.origin);
  }

 private:
  ExitStatus list(Terminal& terminal, const config::DataDir& dir, const std::string& origin) {
    const auto checked = check_record(dir.record(), origin, no_heads, keep_newest(last_));
    if (!checked) return failed(terminal, checked.error());
    if (json_) {
      for (const Line& line : newest_) terminal.line(format_record_line(line.number, line.event));
      return ExitStatus::done;
    }
    Table table({"line", "time", "who", "did", "result", "calls", "items", "issuer"});
    for (const Line& line : newest_) {
      const RecordEvent& event = line.event;
      table.row({std::to_string(line.number), crypto::format_rfc3339(event.time_ms),
                 event.actor.empty() ? "-" : event.actor, event.action, event.result,
                 human_count(event.calls), human_count(event.items), event.issuer});
    }
    std::string text = table.text();
    text.pop_back();
    terminal.line(text);
    return ExitStatus::done;
  }

  ExitStatus verify(Terminal& terminal, const config::DataDir& dir, const std::string& origin) {
    std::error_code ignored;
    auto lock = std::filesystem::exists(dir.store(), ignored)
                    ? DataLock::acquire(dir.lock())
                    : Result<DataLock>(Error{Errc::not_found, "there is no store"});
    auto checked = lock ? against_store(dir, origin) : against_node(terminal, dir, origin);
    if (!checked) return failed(terminal, checked.error());
    report(terminal, *checked);
    return checked->bound_line ? ExitStatus::done : ExitStatus::unknown;
  }

  static Result<RecordCheck> against_store(const config::DataDir& dir, const std::string& origin) {
    const auto store = open_rocks_store(dir.store(), reading_options());
    if (!store) return store.error();
    return audit_record(*(*store)->snapshot(), dir.record(), origin);
  }

  Result<RecordCheck> against_node(Terminal& terminal, const config::DataDir& dir,
                                   const std::string& origin) {
    auto checked = check_record(dir.record(), origin, no_heads, keep_newest(kAskedLines));
    if (!checked) return checked;
    auto client = address_.connect(terminal, false);
    if (!client) return checked;
    for (auto line = newest_.rbegin(); line != newest_.rend(); ++line) {
      const nlohmann::json params = {{"digest", crypto::to_hex(line->hash)},
                                     {"issuer", record_issuer_name(origin)}};
      const auto answer = client->call("anchor_get", params.dump());
      if (answer) {
        checked->bound_heads = 1;
        checked->bound_line = line->number;
        return checked;
      }
      if (answer.error().code != Errc::not_found) return answer.error();
    }
    return checked;
  }

  RecordVisitor keep_newest(std::uint64_t most) {
    return [this, most](std::uint64_t number, const Hash& hash, const RecordEvent& event) {
      newest_.push_back({number, hash, event});
      if (newest_.size() > most) newest_.pop_front();
    };
  }

  void report(Terminal& terminal, const RecordCheck& check) const {
    if (json_) {
      JsonLine line;
      line.number("lines", check.end.lines)
          .text("head", crypto::to_hex(check.end.head))
          .number("torn_bytes", check.end.torn_bytes)
          .number("bound_heads", check.bound_heads);
      if (check.bound_line) {
        line.number("bound_line", *check.bound_line);
      } else {
        line.raw("bound_line", "null");
      }
      terminal.line(line.finished());
      return;
    }
    Table table;
    table.row({"lines", human_count(check.end.lines)});
    table.row({"bound to the log", check.bound_line
                                       ? "up to line " + std::to_string(*check.bound_line)
                                       : std::string("not yet")});
    if (check.end.torn_bytes != 0) {
      table.row({"octets of a line that was being written", human_count(check.end.torn_bytes)});
    }
    std::string text = table.text();
    text.pop_back();
    terminal.line(text);
    terminal.line(check.bound_line ? terminal.good("sound") : terminal.doubtful("sound in itself"));
  }

  static ExitStatus failed(Terminal& terminal, const Error& error) {
    terminal.error("the record", error);
    return ExitStatus::failed;
  }

  NodeAddress address_;
  std::string action_;
  std::uint64_t last_ = 1'000'000;
  bool json_ = false;
  std::deque<Line> newest_;
};

}  // namespace

std::unique_ptr<Command> make_record_command() {
  return std::make_unique<RecordCommand>();
}

}  // namespace kedge::node::cli
