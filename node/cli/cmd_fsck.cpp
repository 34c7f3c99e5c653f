// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <optional>

#include "config/data_dir.hpp"
#include "node/app/data_lock.hpp"
#include "node/app/log_key.hpp"
#include "node/audit/fsck_store.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/node_options.hpp"
#include "node/cli/progress.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

class FsckCommand : public Command {
 public:
  std::string name() const override { return "fsck"; }
  std::string summary() const override { return "Check a store from the leaves up"; }

  void declare(Arguments& arguments) override {
    node_.declare(arguments);
    arguments.flag(
        "--no-locator", no_locator_,
        "Where the index is damaged, leave out looking every credential up by its digest");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "The node must be stopped. Every octet of every row is checked, and every hash, root,\n"
        "checkpoint and index is computed anew from the stored leaves, and the record of what was\n"
        "done is compared with what the log holds of it.\n"
        "Exit status: 0 clean, 1 something is wrong.");
  }

  ExitStatus run(Terminal& terminal) override {
    const auto settings = node_.load(terminal);
    if (!settings) return ExitStatus::failed;
    auto report = check(terminal, *settings);
    if (!report) {
      terminal.error("the check could not be made", report.error());
      return ExitStatus::failed;
    }
    if (json_) {
      terminal.line(to_json(*report));
    } else {
      print(terminal, *report);
    }
    return report->clean() ? ExitStatus::done : ExitStatus::failed;
  }

 private:
  Result<FsckReport> check(Terminal& terminal, const config::Settings& settings) const {
    const config::DataDir dir(settings.data_dir);
    std::error_code ignored;
    if (!std::filesystem::is_directory(dir.root(), ignored)) {
      return Error{Errc::not_found, dir.root().string() +
                                        " is no directory; name the node's data directory with "
                                        "--data"};
    }
    const auto key = load_log_vkey(dir);
    if (!key) return key.error();
    const auto lock = DataLock::acquire(dir.lock());
    if (!lock) return lock.error();

    FsckOptions options;
    options.origin = key->name();
    options.verifier = *key;
    options.locator = !no_locator_;
    options.record = dir.record();
    std::optional<Progress> shown;
    std::string_view phase;
    options.progress = [&](const FsckProgress& progress) {
      if (progress.phase != phase) {
        phase = progress.phase;
        shown.emplace(terminal, "checking " + std::string(phase), progress.total);
      }
      shown->advance_to(progress.done);
    };
    return fsck_store(dir.store(), options);
  }

  static std::string to_json(const FsckReport& report) {
    std::string faults = "[";
    for (const Fault& fault : report.faults) {
      if (faults.size() > 1) faults += ',';
      faults += JsonLine().text("where", fault.where).text("what", fault.what).finished();
    }
    return JsonLine()
        .flag("clean", report.clean())
        .number("rows", report.rows)
        .number("issuers", report.issuers)
        .number("credentials", report.leaves)
        .number("sealed", report.sealed)
        .number("located", report.located)
        .number("batches", report.batches)
        .number("log_entries", report.log_entries)
        .number("checkpoints", report.checkpoints)
        .flag("signatures_checked", report.signatures_checked)
        .number("anchors", report.anchors)
        .number("record_lines", report.record_lines)
        .number("record_heads", report.record_heads)
        .number("fault_count", report.fault_count)
        .raw("faults", faults + "]")
        .finished();
  }

  static void print(Terminal& terminal, const FsckReport& report) {
    Table table;
    table.row({"rows", human_count(report.rows)});
    table.row({"issuers", human_count(report.issuers)});
    table.row({"credentials", human_count(report.leaves)});
    table.row({"of them sealed", human_count(report.sealed)});
    table.row({"found by digest", human_count(report.located)});
    table.row({"batches", human_count(report.batches)});
    table.row({"log entries", human_count(report.log_entries)});
    table.row({"checkpoints", human_count(report.checkpoints)});
    table.row({"anchors", human_count(report.anchors)});
    table.row({"record lines", human_count(report.record_lines)});
    std::string text = table.text();
    text.pop_back();
    terminal.line(text);
    for (const Fault& fault : report.faults) {
      terminal.line(terminal.bad("fault") + "  " + fault.where + ": " + fault.what);
    }
    if (report.fault_count > report.faults.size()) {
      terminal.line("and " + human_count(report.fault_count - report.faults.size()) + " more");
    }
    terminal.line(report.clean() ? terminal.good("clean")
                                 : terminal.bad(human_count(report.fault_count) + " faults"));
  }

  NodeOptions node_;
  bool no_locator_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_fsck_command() {
  return std::make_unique<FsckCommand>();
}

}  // namespace kedge::node::cli
