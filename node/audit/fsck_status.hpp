// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "node/audit/fsck_run.hpp"

namespace kedge::node {

/// What the journal of one issuer leads to, status entry by status entry: changes_root, the bits of
/// every list and their tiles, the list records, status_root, and the newest status of every
/// target. Nothing else may be there.
class StatusCheck {
 public:
  StatusCheck(FsckRun& run, IssuerId id);
  void check();

 private:
  using TilePlace = std::tuple<std::uint32_t, std::uint8_t, std::uint64_t>;

  void check_entry(const SealedStatus& sealed);
  void check_records(const SealedStatus& sealed, std::span<const ListRecord> records);
  /// Up to `count` changes from `next_` on, as many as there are. Checks their targets.
  std::vector<StatusChange> read_changes(std::uint64_t count);
  /// The first `count` changes of a run against the rows of their targets.
  void check_targets(const ChangeRun& run, std::size_t count);
  /// A list's record after the changes of one status entry. Checks its tiles.
  ListRecord follow_list(const SealedStatus& sealed, std::uint32_t list,
                         std::span<const StatusChange> changes);
  [[nodiscard]] std::uint64_t sealed_credentials(std::uint64_t log_index) const;
  void check_tile(std::uint64_t epoch, const ListTile& at);
  /// The tiles of a list before an epoch: as stored, or as they should be where they are damaged.
  [[nodiscard]] StatusTileSource tiles_before(std::uint64_t epoch, std::uint32_t list) const;
  /// That nothing stands between the entry and the one before it.
  void check_before(const SealedStatus& sealed);
  void check_newest();
  /// That the newest status entry of that epoch is the last one so far.
  void check_status_at(std::uint64_t epoch);
  /// Changes that the log does not have yet.
  void check_pending();
  std::optional<StatusValue> sealed_value(const StatusTarget& target);
  void check_strays();
  void name_stray_targets(std::uint64_t surplus);

  FsckRun& run_;
  const IssuerId id_;
  std::vector<StatusListRow> lists_;
  /// Of every list, as of the last status entry.
  std::map<std::uint32_t, std::uint64_t> sizes_;
  std::uint64_t next_ = 0;
  const SealedStatus* last_ = nullptr;
  /// Changes that are their target's newest and have found its row.
  std::uint64_t found_targets_ = 0;
  /// Every version of a tile that must be there.
  std::vector<std::pair<TilePlace, std::uint64_t>> expected_;
  /// What damaged tiles should hold.
  std::map<TilePlace, StatusTileNodes> mended_;
};

}  // namespace kedge::node
