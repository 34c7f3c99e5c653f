// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/store/memory_state.hpp"

/// What the memory engine does with status.
namespace kedge::node {

/// The part of a memory store's reader that reads status.
class MemoryStatusReader : public StoreReader {
 public:
  explicit MemoryStatusReader(const MemoryState& state);

  Result<std::uint64_t> next_change(IssuerId id) const override;
  Result<TargetStatus> target_status(IssuerId id, const StatusTarget& target) const override;
  Result<std::vector<std::optional<TargetStatus>>> targets(
      IssuerId id, std::span<const StatusTarget> wanted) const override;
  Status visit_targets(
      IssuerId id,
      const std::function<Status(const StatusTarget&, const TargetStatus&)>& visit) const override;
  Status visit_changes(IssuerId id, std::uint64_t first,
                       const std::function<Status(const ChangeRun&)>& visit) const override;
  Result<StatusListRow> status_list(IssuerId id, std::uint32_t list) const override;
  Result<std::vector<StatusListRow>> status_lists(IssuerId id) const override;
  Result<Allocation> allocation(IssuerId id, std::string_view request_key) const override;
  Result<StatusRow> status_at(IssuerId id, std::uint64_t epoch) const override;
  Result<StatusRow> status_entry_at(std::uint64_t log_index) const override;
  Result<StoredTile> status_tile(IssuerId id, std::uint32_t list, std::uint32_t level,
                                 std::uint64_t index, std::uint64_t epoch) const override;
  Status visit_status_tiles(IssuerId id,
                            const std::function<Status(const StoredTile&)>& visit) const override;
  Result<PublishedList> published(IssuerId id, std::uint32_t list, std::uint8_t encoding,
                                  std::uint64_t epoch) const override;
  Result<PublishedList> published_before(IssuerId id, std::uint32_t list, std::uint8_t encoding,
                                         std::uint64_t time_ms) const override;

 protected:
  const MemoryState& state_;
  std::shared_ptr<const MemoryState::View> view_;

 private:
  [[nodiscard]] Status known(IssuerId id) const;
  /// As the view has it. Precondition: the mutex is held, the issuer is known.
  std::optional<TargetStatus> status_of(IssuerId id, const StatusTarget& target) const;
  std::optional<TargetStatus> in_view(IssuerId id, const std::vector<TargetStatus>& history) const;
};

/// The writes; see status_store.hpp.
Status append_changes(MemoryState& state, std::span<const ChangeRun> runs);
Status allocate_status(MemoryState& state, std::span<const StatusAllocation> allocations);
Status record_published(MemoryState& state, const PublishedList& list);

/// Precondition: the mutex is held, the seal has been checked.
void keep_statuses(MemoryState& state, const Seal& seal);

}  // namespace kedge::node
