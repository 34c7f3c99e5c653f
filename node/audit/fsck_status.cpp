// SPDX-License-Identifier: Apache-2.0
#include "node/audit/fsck_status.hpp"

#include <algorithm>

#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

std::string target_name(IssuerId id, const StatusTarget& target) {
  return "status of index " + std::to_string(target.index) + " of list " +
         std::to_string(target.list) + " of " + issuer_name(id);
}

std::string changes_name(IssuerId id, std::uint64_t first, std::uint64_t count) {
  return "changes " + std::to_string(first) + " to " + std::to_string(first + count - 1) + " of " +
         issuer_name(id);
}

std::string status_tile_name(IssuerId id, const ListTile& at, std::uint64_t epoch) {
  return tile_name(at.tile.level, at.tile.index) + " of list " + std::to_string(at.list) + " of " +
         issuer_name(id) + " as of epoch " + std::to_string(epoch);
}

/// Ends a visit that has seen enough.
const Error kEnough{Errc::unavailable, "enough"};

}  // namespace

StatusCheck::StatusCheck(FsckRun& run, IssuerId id) : run_(run), id_(id) {}

void StatusCheck::check() {
  const auto lists = run_.take(run_.reader.status_lists(id_), "lists of " + issuer_name(id_));
  if (lists) lists_ = *lists;
  for (const SealedStatus& sealed : run_.statuses[id_]) {
    if (run_.failure) return;
    check_entry(sealed);
    ++run_.report.statuses;
  }
  if (run_.failure) return;
  check_newest();
  check_pending();
  check_strays();
}

void StatusCheck::check_entry(const SealedStatus& sealed) {
  const std::uint32_t count = sealed.entry.change_count;
  const std::string where = changes_name(id_, next_, count);
  check_before(sealed);
  const std::vector<StatusChange> changes = read_changes(count);
  next_ += count;
  if (run_.failure) return;
  if (changes.size() != count) return run_.fault(where, "are not all there");
  if (changes_root(changes) != sealed.entry.changes_root) {
    run_.fault(where, "do not lead to changes_root of " + entry_name(sealed.log_index));
  }
  std::map<std::uint32_t, std::vector<StatusChange>> by_list;
  by_list[kRegister];
  for (const StatusChange& change : changes) by_list[change.target.list].push_back(change);

  const std::size_t list_count = sealed.row ? sealed.row->lists.size() : lists_.size() + 1;
  std::vector<ListRecord> records;
  for (std::uint32_t list = 0; list < list_count; ++list) {
    records.push_back(follow_list(sealed, list, by_list[list]));
    by_list.erase(list);
  }
  for (const auto& [list, stray] : by_list) {
    if (!stray.empty()) run_.fault(where, "list " + std::to_string(list) + " has no record");
  }
  check_records(sealed, records);
}

void StatusCheck::check_records(const SealedStatus& sealed, std::span<const ListRecord> records) {
  // Without its row, nobody knows which lists there were.
  if (!sealed.row) return;
  const std::string entry = entry_name(sealed.log_index);
  const std::string where = "status row of " + entry;
  const std::uint32_t count = sealed.entry.change_count;
  if (sealed.row->first_change + count != next_) {
    run_.fault(where, "first_change is not the number of changes before it");
  }
  const auto said = status_root(sealed.row->lists);
  const bool holds = said && *said == sealed.entry.status_root;
  if (!holds) run_.fault(where, "its list records do not lead to status_root of " + entry);
  if (std::equal(records.begin(), records.end(), sealed.row->lists.begin(),
                 sealed.row->lists.end())) {
    return;
  }
  // The log entry decides which of the two is wrong.
  for (std::size_t i = 0; holds && i < records.size() && i < sealed.row->lists.size(); ++i) {
    if (records[i].size == sealed.row->lists[i].size) continue;
    return run_.fault("list " + std::to_string(i) + " of " + issuer_name(id_),
                      "its size is not that in " + entry);
  }
  if (holds) {
    run_.fault(changes_name(id_, next_ - count, count), "do not lead to status_root of " + entry);
  } else {
    run_.fault(where, "its list records do not follow from the changes");
  }
}

std::vector<StatusChange> StatusCheck::read_changes(std::uint64_t count) {
  std::vector<StatusChange> changes;
  const Status done = run_.reader.visit_changes(id_, next_, [&](const ChangeRun& run) -> Status {
    if (run.first_change != next_ + changes.size()) return kEnough;
    const std::size_t wanted = std::min<std::uint64_t>(run.changes.size(), count - changes.size());
    check_targets(run, wanted);
    changes.insert(changes.end(), run.changes.begin(),
                   run.changes.begin() + static_cast<std::ptrdiff_t>(wanted));
    return changes.size() < count ? Status() : Status(kEnough);
  });
  if (!done && done.error().code != kEnough.code) {
    run_.note("changes of " + issuer_name(id_), done.error());
  }
  run_.report.changes += changes.size();
  return changes;
}

void StatusCheck::check_targets(const ChangeRun& run, std::size_t count) {
  std::vector<StatusTarget> targets;
  for (std::size_t i = 0; i < count; ++i) targets.push_back(run.changes[i].target);
  const auto rows = run_.reader.targets(id_, targets);
  for (std::size_t i = 0; i < count; ++i) {
    const StatusChange& change = run.changes[i];
    const std::string where = target_name(id_, change.target);
    std::optional<TargetStatus> row;
    if (rows) {
      row = (*rows)[i];
      if (!row) run_.fault(where, "is missing");
    } else {
      // One of them cannot be read: one by one, it shows which.
      row = run_.take(run_.reader.target_status(id_, change.target), where);
    }
    if (!row) continue;
    const std::uint64_t number = run.first_change + i;
    if (row->change > number) continue;
    if (row->change < number || row->value != change.after || row->time_ms != change.time_ms ||
        row->reason != run.reason || row->actor != run.actor) {
      run_.fault(where, "is not what change " + std::to_string(number) + " made of it");
    }
    ++found_targets_;
  }
}

ListRecord StatusCheck::follow_list(const SealedStatus& sealed, std::uint32_t list,
                                    std::span<const StatusChange> changes) {
  const std::uint64_t old_size = sizes_[list];
  ListRecord record;
  record.list = list;
  record.size = list == kRegister       ? sealed_credentials(sealed.log_index)
                : list <= lists_.size() ? lists_[list - 1].size
                                        : 0;
  // A list that shrinks has been said to be wrong already.
  sizes_[list] = std::max(old_size, record.size);
  const auto update =
      update_list(old_size, sizes_[list], changes, tiles_before(sealed.epoch, list));
  if (!update) {
    run_.note(changes_name(id_, next_ - sealed.entry.change_count, sealed.entry.change_count),
              update.error());
    return record;
  }
  record.bits_root = update->bits_root;
  for (const StatusTile& tile : update->tiles) check_tile(sealed.epoch, {list, tile});
  return record;
}

std::uint64_t StatusCheck::sealed_credentials(std::uint64_t log_index) const {
  std::uint64_t count = 0;
  for (const BatchRow& batch : run_.batches[id_]) {
    if (batch.log_index < log_index) count = batch.first_position + batch.count;
  }
  return count;
}

void StatusCheck::check_tile(std::uint64_t epoch, const ListTile& at) {
  const std::string where = status_tile_name(id_, at, epoch);
  const std::tuple place(at.list, at.tile.level, at.tile.index);
  ++run_.report.status_tiles;
  expected_.emplace_back(place, epoch);
  const auto stored =
      run_.take(run_.reader.status_tile(id_, at.list, at.tile.level, at.tile.index, epoch), where);
  if (stored && stored->epoch == epoch && stored->at.tile == at.tile) {
    mended_.erase(place);
    return;
  }
  if (stored) run_.fault(where, "does not follow from the changes");
  mended_[place] = at.tile.nodes;
}

StatusTileSource StatusCheck::tiles_before(std::uint64_t epoch, std::uint32_t list) const {
  return [this, epoch, list](std::uint32_t level,
                             std::uint64_t index) -> Result<std::optional<StatusTileNodes>> {
    const auto mended = mended_.find({list, static_cast<std::uint8_t>(level), index});
    if (mended != mended_.end()) return std::optional(mended->second);
    if (epoch == 0) return std::optional<StatusTileNodes>{};
    return tiles_at(run_.reader, id_, list, epoch - 1)(level, index);
  };
}

void StatusCheck::check_before(const SealedStatus& sealed) {
  const std::string where =
      "status of epoch " + std::to_string(sealed.epoch) + " of " + issuer_name(id_);
  const auto row = run_.take(run_.reader.status_at(id_, sealed.epoch), where);
  if (row && (row->log_index != sealed.log_index || row->epoch != sealed.epoch)) {
    run_.fault(where, "is not that of " + entry_name(sealed.log_index));
  }
  if (sealed.epoch > 0) check_status_at(sealed.epoch - 1);
  last_ = &sealed;
}

void StatusCheck::check_newest() {
  check_status_at(~std::uint64_t{0});
}

void StatusCheck::check_status_at(std::uint64_t epoch) {
  const std::string where =
      epoch == ~std::uint64_t{0}
          ? "newest status of " + issuer_name(id_)
          : "status of epoch " + std::to_string(epoch) + " of " + issuer_name(id_);
  const auto row = run_.reader.status_at(id_, epoch);
  if (last_ == nullptr) return run_.expect_none(row, where);
  const auto there = run_.take(row, where);
  if (there && there->log_index != last_->log_index) {
    run_.fault(where, "is not that of " + entry_name(last_->log_index));
  }
}

void StatusCheck::check_pending() {
  const std::string where = "next change of " + issuer_name(id_);
  const auto end = run_.take(run_.reader.next_change(id_), where);
  if (!end) return;
  if (*end < next_) return run_.fault(where, "is before what the log has");
  const std::uint64_t first = next_;
  const std::vector<StatusChange> changes = read_changes(~std::uint64_t{0});
  next_ += changes.size();
  if (next_ != *end) run_.fault(where, "is not that after the last of the journal");
  std::map<StatusTarget, StatusValue> now;
  for (std::size_t i = 0; i < changes.size() && !run_.failure; ++i) {
    const StatusChange& change = changes[i];
    auto known = now.find(change.target);
    if (known == now.end()) {
      const auto value = sealed_value(change.target);
      if (!value) continue;
      known = now.emplace(change.target, *value).first;
    }
    if (known->second != change.before) {
      run_.fault(changes_name(id_, first + i, 1), "does not begin at the status before it");
    }
    known->second = change.after;
  }
}

std::optional<StatusValue> StatusCheck::sealed_value(const StatusTarget& target) {
  const auto size = sizes_.find(target.list);
  if (size == sizes_.end() || target.index >= size->second) return StatusValue::valid;
  // All tiles that are there: the newest of each.
  return run_.take(
      status_in_list(target.index, size->second, tiles_before(~std::uint64_t{0}, target.list)),
      target_name(id_, target));
}

void StatusCheck::check_strays() {
  std::uint64_t targets = 0;
  run_.note_failure(
      run_.reader.visit_targets(id_,
                                [&](const StatusTarget&, const TargetStatus&) -> Status {
                                  ++targets;
                                  return {};
                                }),
      "statuses of " + issuer_name(id_));
  // Each change that is its target's newest has found the target's row.
  if (targets > found_targets_) name_stray_targets(targets - found_targets_);

  std::sort(expected_.begin(), expected_.end());
  run_.note_failure(run_.reader.visit_status_tiles(
                        id_,
                        [&](const StoredTile& tile) -> Status {
                          const std::pair at(
                              std::tuple(tile.at.list, tile.at.tile.level, tile.at.tile.index),
                              tile.epoch);
                          if (!std::binary_search(expected_.begin(), expected_.end(), at)) {
                            run_.fault(status_tile_name(id_, tile.at, tile.epoch),
                                       "is there, but no change accounts for it");
                          }
                          return {};
                        }),
                    "status tiles of " + issuer_name(id_));
}

void StatusCheck::name_stray_targets(std::uint64_t surplus) {
  bool named = false;
  (void)run_.reader.visit_targets(
      id_, [&](const StatusTarget& target, const TargetStatus& status) -> Status {
        bool accounted = false;
        (void)run_.reader.visit_changes(id_, status.change, [&](const ChangeRun& run) -> Status {
          accounted = run.first_change == status.change && run.changes.front().target == target;
          return kEnough;
        });
        if (!accounted) {
          run_.fault(target_name(id_, target), "is there, but no change accounts for it");
          named = true;
        }
        return {};
      });
  if (named) return;
  run_.fault("statuses of " + issuer_name(id_),
             "there are " + std::to_string(surplus) + " more than the changes account for");
}

void check_statuses(FsckRun& run) {
  for (IssuerId id = 0; id < run.issuers.size() && !run.failure; ++id) {
    StatusCheck(run, id).check();
  }
}

}  // namespace kedge::node
