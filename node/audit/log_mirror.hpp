// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "ledger/append_file.hpp"
#include "node/audit/history_audit.hpp"

namespace kedge::node {

/// What an auditor keeps of a log, in a directory of its own: `entries` (`u16 length ‖ entry`, back
/// to back) and `checkpoint`, the newest checkpoint that they lead to, verbatim. A node that
/// rewrites its history contradicts what is in it. One thread and one process at a time.
class LogMirror {
 public:
  /// Opens the directory or makes it. What was appended and not committed is cut off. corrupt if
  /// the entries do not lead to the checkpoint; storage if something cannot be read or written.
  static Result<std::unique_ptr<LogMirror>> open(const std::filesystem::path& directory);

  /// Of the committed log.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] const std::string& checkpoint() const noexcept { return checkpoint_; }

  /// Committed entries; precondition: first < size().
  Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count);
  /// Adds entries behind the last ones. Durable, but forgotten unless they are committed.
  Status append(std::span<const Bytes> entries);
  /// Everything appended belongs to the log of this checkpoint.
  Status commit(const std::string& checkpoint);
  /// Takes back what was appended since the last commit.
  Status discard();
  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }

 private:
  LogMirror(std::filesystem::path directory, ledger::AppendFile file);
  Status load();

  std::filesystem::path directory_;
  ledger::AppendFile file_;
  std::uint64_t size_ = 0;
  std::uint64_t committed_bytes_ = 0;
  std::uint64_t appended_ = 0;
  std::string checkpoint_;
  /// Where the entry after the last one read is: entries are read in order.
  std::uint64_t next_index_ = 0;
  std::uint64_t next_offset_ = 0;
};

/// Keeps a signed note in a directory, as `evidence-<SHA-256>.note`; its path.
Result<std::filesystem::path> keep_evidence(const std::filesystem::path& directory,
                                            const std::string& note);

/// The log as the mirror has it, without any node. Precondition: the mirror is not empty.
class MirrorSource final : public LogSource {
 public:
  /// `mirror` must outlive it.
  explicit MirrorSource(LogMirror& mirror) : mirror_(mirror) {}

  Result<std::string> checkpoint() override { return mirror_.checkpoint(); }
  Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count) override {
    return mirror_.entries(first, count);
  }

 private:
  LogMirror& mirror_;
};

/// audit_history with a mirror: entries that it has are read from it, new ones are added to it, and
/// a checkpoint of the node that the entries do not lead to contradicts it. Then, and when the node
/// shows less than the mirror has, both signed checkpoints are kept as evidence and the report has
/// a fault `rewritten`. The mirror grows only by a log whose checkpoint and root are good.
Result<HistoryReport> audit_with_mirror(std::span<const AnchorEvent> events, const ProvedHead& head,
                                        LogSource& log, LogMirror& mirror,
                                        const HistoryOptions& options);

}  // namespace kedge::node
