// SPDX-License-Identifier: Apache-2.0
#include "node/app/backups.hpp"

#include <exception>
#include <utility>

namespace kedge::node {

Backups::Backups(const Store& store, const config::Settings& settings, crypto::NoteVerifier log_key,
                 const Clock& clock, NodeLog& log, std::string version)
    : store_(store),
      settings_(settings),
      log_key_(std::move(log_key)),
      clock_(clock),
      log_(log),
      version_(std::move(version)) {}

Backups::~Backups() {
  stop();
}

BackupService Backups::service() {
  return {.make = [this](const std::string& name, BackupService::Done done) {
    make(name, std::move(done));
  }};
}

void Backups::make(const std::string& name, BackupService::Done done) {
  if (settings_.backup.folder.empty()) {
    return done(Error{Errc::unavailable,
                      "no folder for backups is configured: set backup.folder and start the node "
                      "again"});
  }
  const std::lock_guard hold(mutex_);
  if (stopping_) return done(Error{Errc::unavailable, "the node is stopping"});
  if (busy_.exchange(true)) return done(Error{Errc::too_busy, "another backup is being made"});
  if (thread_.joinable()) thread_.join();
  BackupJob job{.settings = settings_,
                .target = {},
                .log_key = log_key_,
                .time_ms = clock_.unix_ms(),
                .version = version_};
  job.target = std::filesystem::path(settings_.backup.folder) /
               (name.empty() ? backup_name(job.time_ms) : name);
  thread_ = std::thread([this, job = std::move(job), done = std::move(done)] { run(job, done); });
}

void Backups::run(const BackupJob& job, const BackupService::Done& done) {
  Watch watch;
  watch.stopped = [this] { return stopping_.load(); };
  Result<MadeBackup> made = Error{};
  try {
    made = make_backup(store_, job, watch);
  } catch (const std::exception& fault) {
    made = Error{Errc::internal, fault.what()};
  }
  if (made) {
    log_.info("made a backup", {{"path", made->folder.string()},
                                {"log_size", std::to_string(made->manifest.log_size)},
                                {"bytes", std::to_string(made->manifest.bytes())}});
  } else {
    log_.error("no backup was made", made.error());
  }
  busy_ = false;
  done(std::move(made));
}

void Backups::stop() {
  stopping_ = true;
  const std::lock_guard hold(mutex_);
  if (thread_.joinable()) thread_.join();
}

}  // namespace kedge::node
