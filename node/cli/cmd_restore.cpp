// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "config/load.hpp"
#include "node/backup/restore_backup.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/backup_report.hpp"
#include "node/cli/command.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;

class RestoreCommand : public Command {
 public:
  std::string name() const override { return "restore"; }
  std::string summary() const override { return "Make a data directory from a backup"; }

  void declare(Arguments& arguments) override {
    arguments.positional("BACKUP", backup_, true, "Folder of the backup");
    arguments.option("--to", to_, "DATA_DIR", "The new data directory: not there yet, or empty");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "Every file is compared with the manifest of the backup, and the store is checked as\n"
        "\"kedge fsck\" does it, before the directory is one that a node starts on. Run it as the\n"
        "user that runs the node.\n"
        "What was accepted after the backup is lost. If a ledger has an anchor of the log as it\n"
        "was later, the node signs nothing, and /readyz says why.\n"
        "Exit status: 0 restored, 1 failed, 2 usage.");
  }

  ExitStatus run(Terminal& terminal) override {
    if (to_.empty()) {
      terminal.error("restore wants --to DATA_DIR: the new data directory");
      return ExitStatus::usage;
    }
    PhaseProgress shown(terminal);
    const auto restored = restore_backup(backup_, to_, shown.watch());
    if (!restored) {
      terminal.error("nothing was restored", restored.error());
      return ExitStatus::failed;
    }
    const BackupReport report{.path = to_,
                              .manifest = *restored,
                              .files = restored->files.size(),
                              .bytes = restored->bytes()};
    if (json_) {
      terminal.line(to_json(report));
    } else {
      print(terminal, report, "data directory");
      terminal.line(terminal.good("restored, checked"));
    }
    warn_of_left_out(terminal, *restored);
    advise(terminal);
    return ExitStatus::done;
  }

 private:
  /// What an operator does next, and what must not be done.
  void advise(Terminal& terminal) const {
    const fs::path file = fs::path(backup_) / kBackupSettings;
    const config::Loaded loaded = config::load_settings(file);
    const auto& ledgers = loaded.settings.ledgers;
    const bool witness =
        std::any_of(ledgers.begin(), ledgers.end(),
                    [](const config::LedgerSettings& ledger) { return ledger.kind != "embedded"; });
    terminal.note("\nThe settings with which the node ran are in " + file.string() +
                  "; it goes on with\n  kedge node --data " + to_);
    terminal.note(
        "Credentials accepted and tokens revoked after the backup are not in it: submit "
        "and revoke them again.");
    if (witness) {
      terminal.note(
          "The node compares the ledger with the log first. If the log went on after the "
          "backup and was anchored,\nit signs nothing, and /readyz says so.");
    } else {
      terminal.note(
          "The only ledger was restored with the log: nothing here can tell whether the "
          "log went on after the\nbackup. If others hold a checkpoint of more than " +
          std::string("the log entries above, do not start this node:\nit would sign "
                      "another history under the same key. Begin a new log instead."));
    }
  }

  std::string backup_;
  std::string to_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_restore_command() {
  return std::make_unique<RestoreCommand>();
}

}  // namespace kedge::node::cli
