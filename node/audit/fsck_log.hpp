// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "crypto/compact_range.hpp"
#include "node/audit/fsck_run.hpp"
#include "node/log/right_edge.hpp"

namespace kedge::node {

/// One log entry as the store has it in two places.
struct LogSlot {
  std::uint64_t index = 0;
  /// Empty if it cannot be read.
  std::optional<Bytes> entry;
  std::optional<Hash> entry_hash;
  /// The leaf hash in the tile of level 0.
  std::optional<Hash> tile_hash;
  /// The one that is believed.
  Hash hash{};

  [[nodiscard]] bool differs() const {
    return entry_hash && tile_hash && *entry_hash != *tile_hash;
  }
  [[nodiscard]] bool entry_believed() const { return entry_hash && *entry_hash == hash; }
};

/// What is promised of the log by a checkpoint.
struct LogHead {
  std::uint64_t epoch = 0;
  std::uint64_t size = 0;
  Hash root{};
  std::uint64_t time_ms = 0;
};

/// Reads entries and leaf hashes one after the other, in portions.
class LogCursor {
 public:
  LogCursor(FsckRun& run, std::uint64_t log_size) : run_(run), log_size_(log_size) {}

  /// Precondition: called with 0, 1, 2, …
  LogSlot read(std::uint64_t index);

 private:
  void load(std::uint64_t first);
  std::optional<Bytes> read_entry(std::uint64_t index);

  FsckRun& run_;
  const std::uint64_t log_size_;
  std::vector<Bytes> entries_;
  std::vector<Hash> tile_;
};

/// The checkpoint of this epoch: every field of its row against its note, the note's signature,
/// origin and form. Nothing if it cannot be read at all.
std::optional<LogHead> check_checkpoint(FsckRun& run, std::uint64_t epoch);

/// Entries, leaf hashes and checkpoints of a log, epoch by epoch; then tiles and right edge.
class LogCheck {
 public:
  LogCheck(FsckRun& run, std::uint64_t log_size);
  void check();

 private:
  std::uint64_t end_of(const std::optional<LogHead>& head) const;
  std::vector<LogSlot> read_epoch(const std::optional<LogHead>& head);
  void believe(std::vector<LogSlot>& slots, const std::optional<LogHead>& head);
  void follow(const LogSlot& slot, const std::optional<LogHead>& head, bool last);
  std::optional<LogEntry> entry_of(const LogSlot& slot, const Result<BatchRow>& batch,
                                   const Result<StatusRow>& status);
  /// What a damaged entry was, as far as its row tells.
  std::optional<LogEntry> entry_of_row(const Result<BatchRow>& batch,
                                       const Result<StatusRow>& status) const;
  void check_batch(std::uint64_t index, const BatchEntry& entry, const Result<BatchRow>& row);
  void check_status(std::uint64_t index, const StatusEntry& entry, const Result<StatusRow>& row,
                    const std::optional<LogHead>& head);
  void check_epoch_entry(std::uint64_t index, const EpochEntry& entry,
                         const std::optional<LogHead>& head);
  void check_covering(std::uint64_t epoch, std::uint64_t first, std::uint64_t last);
  void check_full_tiles();
  void check_edges();

  FsckRun& run_;
  const std::uint64_t log_size_;
  LogCursor cursor_;
  LogReplay replay_;
  crypto::CompactRange range_;
  RightEdge edge_;
  /// A root was wrong and nothing shows why: later ones will be wrong too.
  bool diverged_ = false;
};

}  // namespace kedge::node
