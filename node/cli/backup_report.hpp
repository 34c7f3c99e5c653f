// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "node/backup/manifest.hpp"
#include "node/backup/watch.hpp"
#include "node/cli/progress.hpp"

namespace kedge::node::cli {

class Terminal;

/// What is told of a backup that was made or restored.
struct BackupReport {
  /// The backup's folder, or the directory that was restored.
  std::string path;
  /// Without its list of files.
  BackupManifest manifest;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// The members of node_backup's answer, `path` under that name.
std::string to_json(const BackupReport& report);
/// Reads that answer.
Result<BackupReport> parse_report(std::string_view text);
/// A table; `what` names the path.
void print(Terminal& terminal, const BackupReport& report, const std::string& what);
/// What is not in the backup, loudly.
void warn_of_left_out(Terminal& terminal, const BackupManifest& manifest);

/// Shows a long work phase by phase. Must outlive the watch.
class PhaseProgress {
 public:
  explicit PhaseProgress(Terminal& terminal) : terminal_(terminal) {}
  [[nodiscard]] Watch watch();

 private:
  void tell(std::string_view phase, std::uint64_t done, std::uint64_t total);

  Terminal& terminal_;
  std::string phase_;
  std::optional<Progress> shown_;
};

}  // namespace kedge::node::cli
