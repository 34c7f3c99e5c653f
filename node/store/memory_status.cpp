// SPDX-License-Identifier: Apache-2.0
#include "node/store/memory_status.hpp"

#include <algorithm>

#include "node/log/entry.hpp"
#include "node/store/status_checks.hpp"

namespace kedge::node {
namespace {

Error missing(std::string what) {
  return {Errc::not_found, "there is no " + std::move(what)};
}

std::shared_ptr<const MemoryState::View> view_of(const MemoryState& state) {
  const std::lock_guard lock(state.mutex);
  return state.view;
}

}  // namespace

MemoryStatusReader::MemoryStatusReader(const MemoryState& state)
    : state_(state), view_(view_of(state)) {}

Status MemoryStatusReader::known(IssuerId id) const {
  if (id < view_->issuers.size()) return {};
  return missing("issuer " + std::to_string(id));
}

Result<std::uint64_t> MemoryStatusReader::next_change(IssuerId id) const {
  if (auto ok = known(id); !ok) return ok.error();
  return view_->next_changes[id];
}

std::optional<TargetStatus> MemoryStatusReader::in_view(
    IssuerId id, const std::vector<TargetStatus>& history) const {
  const std::uint64_t next = view_->next_changes[id];
  const auto end =
      std::partition_point(history.begin(), history.end(),
                           [&](const TargetStatus& status) { return status.change < next; });
  return end == history.begin() ? std::nullopt : std::optional(*std::prev(end));
}

std::optional<TargetStatus> MemoryStatusReader::status_of(IssuerId id,
                                                          const StatusTarget& target) const {
  const auto found = state_.issuers[id].targets.find(target);
  if (found == state_.issuers[id].targets.end()) return std::nullopt;
  return in_view(id, found->second);
}

Result<TargetStatus> MemoryStatusReader::target_status(IssuerId id,
                                                       const StatusTarget& target) const {
  if (auto ok = known(id); !ok) return ok.error();
  const std::lock_guard lock(state_.mutex);
  auto status = status_of(id, target);
  if (!status) return missing("change of this target");
  return *std::move(status);
}

Result<std::vector<std::optional<TargetStatus>>> MemoryStatusReader::targets(
    IssuerId id, std::span<const StatusTarget> wanted) const {
  std::vector<std::optional<TargetStatus>> answers(wanted.size());
  if (!known(id)) return answers;
  const std::lock_guard lock(state_.mutex);
  for (std::size_t i = 0; i < wanted.size(); ++i) answers[i] = status_of(id, wanted[i]);
  return answers;
}

Status MemoryStatusReader::visit_targets(
    IssuerId id,
    const std::function<Status(const StatusTarget&, const TargetStatus&)>& visit) const {
  if (auto ok = known(id); !ok) return ok;
  std::vector<std::pair<StatusTarget, TargetStatus>> there;
  {
    const std::lock_guard lock(state_.mutex);
    for (const auto& [target, history] : state_.issuers[id].targets) {
      if (auto status = in_view(id, history)) there.emplace_back(target, *std::move(status));
    }
  }
  for (const auto& [target, status] : there) {
    if (auto ok = visit(target, status); !ok) return ok;
  }
  return {};
}

Status MemoryStatusReader::visit_changes(
    IssuerId id, std::uint64_t first, const std::function<Status(const ChangeRun&)>& visit) const {
  if (auto ok = known(id); !ok) return ok;
  while (first < view_->next_changes[id]) {
    std::shared_ptr<const ChangeRun> run;
    {
      const std::lock_guard lock(state_.mutex);
      run = std::prev(state_.issuers[id].changes.upper_bound(first))->second;
    }
    ChangeRun rest = *run;
    const auto skip = static_cast<std::ptrdiff_t>(first - run->first_change);
    rest.changes.erase(rest.changes.begin(), rest.changes.begin() + skip);
    rest.first_change = first;
    if (auto ok = visit(rest); !ok) return ok;
    first = run->first_change + run->changes.size();
  }
  return {};
}

Result<StatusListRow> MemoryStatusReader::status_list(IssuerId id, std::uint32_t list) const {
  const auto found = view_->status_lists.find({id, list});
  if (found == view_->status_lists.end()) {
    return missing("published list " + std::to_string(list) + " of issuer " + std::to_string(id));
  }
  return found->second;
}

Result<std::vector<StatusListRow>> MemoryStatusReader::status_lists(IssuerId id) const {
  if (auto ok = known(id); !ok) return ok.error();
  std::vector<StatusListRow> rows;
  const auto& lists = view_->status_lists;
  for (auto it = lists.lower_bound({id, 0}); it != lists.end() && it->first.first == id; ++it) {
    rows.push_back(it->second);
  }
  return rows;
}

Result<Allocation> MemoryStatusReader::allocation(IssuerId id, std::string_view request_key) const {
  if (auto ok = known(id); !ok) return ok.error();
  const std::lock_guard lock(state_.mutex);
  const auto& allocations = state_.issuers[id].allocations;
  const auto found = allocations.find(request_key);
  if (found == allocations.end() || found->second.first >= view_->allocations) {
    return missing("allocation with this request key");
  }
  return found->second.second;
}

Result<StatusRow> MemoryStatusReader::status_at(IssuerId id, std::uint64_t epoch) const {
  if (auto ok = known(id); !ok) return ok.error();
  const std::lock_guard lock(state_.mutex);
  const auto& statuses = state_.issuers[id].statuses;
  const std::uint64_t newest = view_->next_epoch == 0 ? 0 : view_->next_epoch - 1;
  auto found = statuses.upper_bound(std::min(epoch, newest));
  if (view_->next_epoch == 0 || found == statuses.begin()) {
    return missing("status entry of issuer " + std::to_string(id) + " yet");
  }
  return std::prev(found)->second;
}

Result<StatusRow> MemoryStatusReader::status_entry_at(std::uint64_t log_index) const {
  const auto bytes = log_entry(log_index);
  if (!bytes) return bytes.error();
  const auto entry = decode_entry(*bytes);
  const auto* status = entry ? std::get_if<StatusEntry>(&*entry) : nullptr;
  if (status != nullptr) {
    const std::lock_guard lock(state_.mutex);
    for (const IssuerRow& issuer : view_->issuers) {
      if (issuer.issuer_hash != status->issuer_hash) continue;
      for (const auto& [epoch, row] : state_.issuers[issuer.id].statuses) {
        if (row.log_index == log_index) return row;
      }
    }
  }
  return missing("status entry at log index " + std::to_string(log_index));
}

Result<StoredTile> MemoryStatusReader::status_tile(IssuerId id, std::uint32_t list,
                                                   std::uint32_t level, std::uint64_t index,
                                                   std::uint64_t epoch) const {
  if (auto ok = known(id); !ok) return ok.error();
  const std::lock_guard lock(state_.mutex);
  const auto& tiles = state_.issuers[id].status_tiles;
  const auto versions = tiles.find({list, level, index});
  if (versions != tiles.end() && view_->next_epoch > 0) {
    const auto found = versions->second.upper_bound(std::min(epoch, view_->next_epoch - 1));
    if (found != versions->second.begin()) {
      const auto& [written, nodes] = *std::prev(found);
      return StoredTile{id, {list, {static_cast<std::uint8_t>(level), index, nodes}}, written};
    }
  }
  return missing("tile " + std::to_string(level) + "/" + std::to_string(index) + " of list " +
                 std::to_string(list));
}

Status MemoryStatusReader::visit_status_tiles(
    IssuerId id, const std::function<Status(const StoredTile&)>& visit) const {
  if (auto ok = known(id); !ok) return ok;
  std::vector<StoredTile> there;
  {
    const std::lock_guard lock(state_.mutex);
    for (const auto& [place, versions] : state_.issuers[id].status_tiles) {
      const auto& [list, level, index] = place;
      for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
        if (it->first >= view_->next_epoch) continue;
        there.push_back(
            {id, {list, {static_cast<std::uint8_t>(level), index, it->second}}, it->first});
      }
    }
  }
  for (const StoredTile& tile : there) {
    if (auto ok = visit(tile); !ok) return ok;
  }
  return {};
}

Result<PublishedList> MemoryStatusReader::published(IssuerId id, std::uint32_t list,
                                                    std::uint8_t encoding,
                                                    std::uint64_t epoch) const {
  const auto found = view_->published.upper_bound({id, list, encoding, epoch});
  if (found != view_->published.begin()) {
    const PublishedList& newest = *std::prev(found)->second;
    if (newest.issuer == id && newest.list == list && newest.encoding == encoding) return newest;
  }
  return missing("published list of this encoding");
}

Result<PublishedList> MemoryStatusReader::published_before(IssuerId id, std::uint32_t list,
                                                           std::uint8_t encoding,
                                                           std::uint64_t time_ms) const {
  const auto begin = view_->published.lower_bound({id, list, encoding, 0});
  const auto end = view_->published.upper_bound({id, list, encoding, ~std::uint64_t{0}});
  const auto found = std::partition_point(
      begin, end, [&](const auto& row) { return row.second->time_ms <= time_ms; });
  if (found == begin) return missing("published list of this encoding");
  return *std::prev(found)->second;
}

Status append_changes(MemoryState& state, std::span<const ChangeRun> runs) {
  const auto now = view_of(state);
  const auto writes =
      plan_changes(runs, *make_memory_reader(state), now->next_positions, now->next_changes);
  if (!writes) return writes.error();
  const std::lock_guard lock(state.mutex);
  auto view = std::make_shared<MemoryState::View>(*state.view);
  for (const ChangeRun& run : runs) {
    state.issuers[run.issuer].changes.emplace(run.first_change, std::make_shared<ChangeRun>(run));
    view->next_changes[run.issuer] += run.changes.size();
  }
  for (const TargetWrite& write : *writes) {
    state.issuers[write.issuer].targets[write.target].push_back(write.status);
  }
  state.view = std::move(view);
  return {};
}

Status allocate_status(MemoryState& state, std::span<const StatusAllocation> allocations) {
  const auto rows = plan_allocations(allocations, *make_memory_reader(state));
  if (!rows) return rows.error();
  const std::lock_guard lock(state.mutex);
  auto view = std::make_shared<MemoryState::View>(*state.view);
  for (const StatusAllocation& what : allocations) {
    const Allocation& allocation = what.allocation;
    state.issuers[allocation.issuer].allocations.emplace(
        allocation.request_key, std::pair(view->allocations++, allocation));
  }
  for (const StatusListRow& row : *rows) view->status_lists[{row.issuer, row.list}] = row;
  state.view = std::move(view);
  return {};
}

Status record_published(MemoryState& state, const PublishedList& list) {
  if (auto ok = check_published(list, *make_memory_reader(state)); !ok) return ok;
  const std::lock_guard lock(state.mutex);
  auto view = std::make_shared<MemoryState::View>(*state.view);
  view->published.emplace(std::tuple(list.issuer, list.list, list.encoding, list.epoch),
                          std::make_shared<PublishedList>(list));
  state.view = std::move(view);
  return {};
}

void keep_statuses(MemoryState& state, const Seal& seal) {
  for (const StatusSeal& status : seal.statuses) {
    const StatusRow& row = status.row;
    MemoryState::Issuer& issuer = state.issuers[row.issuer];
    issuer.statuses[row.epoch] = row;
    for (const ListTile& at : status.tiles) {
      issuer.status_tiles[{at.list, at.tile.level, at.tile.index}][row.epoch] = at.tile.nodes;
    }
  }
}

}  // namespace kedge::node
