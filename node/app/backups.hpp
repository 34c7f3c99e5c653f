// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "config/settings.hpp"
#include "crypto/signed_note.hpp"
#include "node/anchoring/clock.hpp"
#include "node/api/services.hpp"
#include "node/app/node_log.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// Makes backups of a running node, one at a time, each on a thread of its own: workers go on
/// answering. What it is given must outlive it. Thread-safe.
class Backups {
 public:
  Backups(const Store& store, const config::Settings& settings, crypto::NoteVerifier log_key,
          const Clock& clock, NodeLog& log, std::string version);
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;
  /// Stops.
  ~Backups();

  /// For the interface. Must not outlive this.
  [[nodiscard]] BackupService service();

  /// Ends the one that is being made, whose caller is told, and makes no more. Idempotent.
  void stop();

 private:
  void make(const std::string& name, BackupService::Done done);
  void run(const BackupJob& job, const BackupService::Done& done);

  const Store& store_;
  const config::Settings& settings_;
  const crypto::NoteVerifier log_key_;
  const Clock& clock_;
  NodeLog& log_;
  const std::string version_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> busy_ = false;
  std::mutex mutex_;
  std::thread thread_;
};

}  // namespace kedge::node
