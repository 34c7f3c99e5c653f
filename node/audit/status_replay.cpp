// SPDX-License-Identifier: Apache-2.0
#include "node/audit/status_replay.hpp"

#include <algorithm>

namespace kedge::node {
namespace {

/// Beyond these the rest of an entry's changes is not named one by one.
constexpr std::size_t kMaxNamed = 100;

std::string name_of(const StatusTarget& target) {
  return "entry " + std::to_string(target.index) + " of list " + std::to_string(target.list);
}

StatusTileSource tiles_of(
    const std::map<std::pair<std::uint32_t, std::uint64_t>, StatusTileNodes>& tiles) {
  return [&tiles](std::uint32_t level, std::uint64_t index) {
    const auto found = tiles.find({level, index});
    std::optional<StatusTileNodes> nodes;
    if (found != tiles.end()) nodes = found->second;
    return Result<std::optional<StatusTileNodes>>(nodes);
  };
}

}  // namespace

std::vector<std::string> StatusReplay::apply(const StatusEntry& entry,
                                             std::uint64_t credential_count,
                                             std::span<const StatusChange> changes,
                                             std::span<const ListRecord> lists) {
  values_.clear();
  changes_.clear();
  if (entry.change_count != changes.size()) {
    say("change_count is " + std::to_string(entry.change_count) + ", but there are " +
        std::to_string(changes.size()) + " changes");
  }
  if (entry.changes_root != changes_root(changes)) {
    say("changes_root is not that of the changes");
  }
  const Result<Hash> root = status_root(lists);
  if (!root) {
    say(root.error().message);
  } else if (*root != entry.status_root) {
    say("status_root is not that of the list records");
  }
  check_lists(credential_count, lists);
  check_changes(entry, changes, lists);
  check_roots(lists);
  next_change_ += changes.size();
  // Everything that was pending is in the entry, so what comes later is not older than it.
  change_ms_ = std::max(change_ms_, entry.time_ms);
  return std::exchange(faults_, {});
}

StatusValue StatusReplay::value(const StatusTarget& target) const {
  const auto list = lists_.find(target.list);
  if (list == lists_.end() || target.index >= list->second.size) return StatusValue::valid;
  const Result<StatusValue> value =
      status_in_list(target.index, list->second.size, tiles_of(list->second.tiles));
  return value ? *value : StatusValue::valid;
}

void StatusReplay::check_lists(std::uint64_t credential_count, std::span<const ListRecord> lists) {
  if (!lists.empty() && lists.front().list == kRegister && lists.front().size != credential_count) {
    say("the register has " + std::to_string(lists.front().size) + " entries, but the issuer has " +
        std::to_string(credential_count) + " credentials");
  }
  for (const auto& [number, list] : lists_) {
    const std::optional<ListRecord> record = find_list(lists, number);
    if (!record) {
      say("list " + std::to_string(number) + " has vanished");
    } else if (number != kRegister && record->size != list.size) {
      say("list " + std::to_string(number) + " has another size than before");
    }
  }
}

void StatusReplay::check_changes(const StatusEntry& entry, std::span<const StatusChange> changes,
                                 std::span<const ListRecord> lists) {
  const std::size_t faults = faults_.size();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const StatusChange& change = changes[i];
    const std::string which = "change " + std::to_string(next_change_ + i);
    if (change.time_ms < change_ms_) {
      say(which + " is dated before the change or the status entry before it");
    }
    if (change.time_ms > entry.time_ms) say(which + " is dated after its entry of the log");
    change_ms_ = std::max(change_ms_, change.time_ms);
    sort_out(i, change, lists);
    if (faults_.size() > faults + kMaxNamed) {
      say("there are more faults in the changes of this entry");
      return;
    }
  }
}

void StatusReplay::sort_out(std::size_t number, const StatusChange& change,
                            std::span<const ListRecord> lists) {
  const std::string which =
      "change " + std::to_string(next_change_ + number) + ", of " + name_of(change.target) + ", ";
  const std::optional<ListRecord> record = find_list(lists, change.target.list);
  if (!record || change.target.index >= record->size) {
    say(which + "is of an entry that is not there");
    return;
  }
  const auto [known, is_new] = values_.try_emplace(change.target, StatusValue::valid);
  if (is_new) known->second = value(change.target);
  StatusValue& now = known->second;
  if (change.before != now) {
    say(which + "begins at `" + std::string(status_name(change.before)) + "`, but the entry is `" +
        std::string(status_name(now)) + "`");
  }
  if (change.before == change.after) say(which + "changes nothing");
  if (change.before == StatusValue::revoked && change.after != StatusValue::revoked) {
    say(which + "undoes a revocation");
  }
  if (!may_change(now, change.after)) return;
  changes_[change.target.list].push_back(
      {.target = change.target, .before = now, .after = change.after, .time_ms = change.time_ms});
  now = change.after;
}

void StatusReplay::check_roots(std::span<const ListRecord> lists) {
  for (const ListRecord& record : lists) {
    const std::optional<Hash> root = advance(record);
    if (root && *root != record.bits_root) {
      say("bits_root of list " + std::to_string(record.list) +
          " is not what the changes so far lead to");
    }
  }
}

std::optional<Hash> StatusReplay::advance(const ListRecord& record) {
  List& list = lists_.try_emplace(record.list, List{.size = 0, .tiles = {}}).first->second;
  Result<ListUpdate> update =
      update_list(list.size, record.size, changes_[record.list], tiles_of(list.tiles));
  if (!update) {
    say("list " + std::to_string(record.list) + ": " + update.error().message);
    return std::nullopt;
  }
  list.size = record.size;
  for (StatusTile& tile : update->tiles) list.tiles[{tile.level, tile.index}] = tile.nodes;
  return update->bits_root;
}

}  // namespace kedge::node
