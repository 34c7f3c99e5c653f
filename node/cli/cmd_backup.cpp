// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "node/anchoring/clock.hpp"
#include "node/app/data_lock.hpp"
#include "node/app/initialise.hpp"
#include "node/app/log_key.hpp"
#include "node/backup/make_backup.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/backup_report.hpp"
#include "node/cli/command.hpp"
#include "node/cli/node_client.hpp"
#include "node/cli/terminal.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;

class BackupCommand : public Command {
 public:
  std::string name() const override { return "backup"; }
  std::string summary() const override { return "Make a backup of a running or stopped node"; }

  void declare(Arguments& arguments) override {
    address_.declare(arguments);
    arguments.option("--to", to_, "DIR",
                     "Folder of the new backup (default: one named after the time in the folder "
                     "of the setting backup.folder)");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "A running node makes the backup itself, in its own backup.folder alone, and goes on\n"
        "meanwhile; of a stopped one it is made here, anywhere. It is checked as \"kedge fsck\"\n"
        "does it before it is called good. Private keys are in it: keep it like the node.\n"
        "On the same file system, the store's files are hard links: copy the backup to another\n"
        "disk. \"kedge restore\" makes a data directory of it again.\n"
        "Exit status: 0 made, 1 failed, 2 usage.");
  }

  ExitStatus run(Terminal& terminal) override {
    const auto settings = address_.node.load(terminal);
    if (!settings) return ExitStatus::failed;
    const fs::path wanted = without_slash(to_);
    if (!address_.url.empty()) return of_running(terminal, *settings, wanted);
    if (!is_initialised(*settings)) {
      terminal.error("no backup was made",
                     {Errc::not_found, "there is no store in " + settings->data_dir.string() +
                                           "; name the node's data directory with --data"});
      return ExitStatus::failed;
    }
    auto lock = DataLock::acquire(config::DataDir(settings->data_dir).lock());
    if (lock) return of_stopped(terminal, *settings, wanted);
    if (lock.error().code == Errc::unavailable) return of_running(terminal, *settings, wanted);
    terminal.error("no backup was made", lock.error());
    return ExitStatus::failed;
  }

 private:
  static fs::path without_slash(const fs::path& path) {
    return path.has_filename() || path.empty() ? path : path.parent_path();
  }

  ExitStatus of_running(Terminal& terminal, const config::Settings& settings,
                        const fs::path& wanted) {
    nlohmann::json params = nlohmann::json::object();
    if (!wanted.empty()) {
      if (address_.url.empty() && !is_in(settings.backup.folder, wanted)) {
        terminal.error("a running node makes backups in its own folder alone (backup.folder is \"" +
                       settings.backup.folder + "\"): name one in there, or stop the node first");
        return ExitStatus::usage;
      }
      params["name"] = wanted.filename().string();
    }
    // It copies and checks everything before it answers.
    address_.request_timeout = std::chrono::hours(24);
    auto client = address_.connect(terminal, true);
    if (!client) return ExitStatus::failed;
    terminal.note("the node makes the backup and checks it");
    const auto answer = client->call("node_backup", params.dump());
    const auto report =
        answer ? parse_report(*answer) : Result<BackupReport>(Error(answer.error()));
    if (!report) {
      terminal.error("no backup was made", report.error());
      if (report.error().code == Errc::internal) terminal.note("The node's log says why.");
      return ExitStatus::failed;
    }
    return tell(terminal, *report);
  }

  static bool is_in(const std::string& folder, const fs::path& path) {
    std::error_code error;
    if (folder.empty()) return false;
    const fs::path parent = fs::absolute(path, error).parent_path();
    return fs::weakly_canonical(parent, error) ==
           without_slash(fs::weakly_canonical(fs::absolute(folder, error), error));
  }

  ExitStatus of_stopped(Terminal& terminal, const config::Settings& settings,
                        const fs::path& wanted) const {
    if (wanted.empty() && settings.backup.folder.empty()) {
      terminal.error(
          "nothing says where the backup should be: name a folder with --to, or set "
          "backup.folder");
      return ExitStatus::usage;
    }
    const auto made = make(terminal, settings, wanted);
    if (!made) {
      terminal.error("no backup was made", made.error());
      return ExitStatus::failed;
    }
    return tell(terminal, {.path = made->folder.string(),
                           .manifest = made->manifest,
                           .files = made->manifest.files.size(),
                           .bytes = made->manifest.bytes()});
  }

  static Result<MadeBackup> make(Terminal& terminal, const config::Settings& settings,
                                 const fs::path& wanted) {
    if (Status whole = check_not_restoring(settings); !whole) return whole.error();
    const config::DataDir dir(settings.data_dir);
    const auto key = load_log_vkey(dir);
    if (!key) return key.error();
    const auto store = open_rocks_store(dir.store(), reading_options());
    if (!store) return store.error();
    BackupJob job{.settings = settings,
                  .target = wanted,
                  .log_key = *key,
                  .time_ms = SystemClock().unix_ms(),
                  .version = KEDGE_VERSION};
    // The log's own, whatever file of settings was found.
    job.settings.log.origin = (*store)->identity().origin;
    if (wanted.empty()) job.target = fs::path(settings.backup.folder) / backup_name(job.time_ms);
    PhaseProgress shown(terminal);
    return make_backup(**store, job, shown.watch());
  }

  ExitStatus tell(Terminal& terminal, const BackupReport& report) const {
    if (json_) {
      terminal.line(to_json(report));
    } else {
      print(terminal, report, "backup");
      terminal.line(terminal.good("whole, checked"));
    }
    warn_of_left_out(terminal, report.manifest);
    return ExitStatus::done;
  }

  NodeAddress address_;
  std::string to_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_backup_command() {
  return std::make_unique<BackupCommand>();
}

}  // namespace kedge::node::cli
