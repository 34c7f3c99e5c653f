// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "node/store/store.hpp"

/// What every engine refuses of the writes of status, and what these writes lead to; see checks.hpp
/// for those of the rest, a seal's status entries included. The errors are those of
/// node/store/status_store.hpp.
namespace kedge::node {

/// The newest status of a target.
struct TargetWrite {
  IssuerId issuer = 0;
  StatusTarget target;
  TargetStatus status;
};

/// What `append_changes` leads to: the newest status of each target that it changes, in order of
/// issuer and target. `next_positions` and `next_changes` hold what each issuer's next one is; an
/// id beyond is an unknown issuer. `before` is a view of the store as it is.
Result<std::vector<TargetWrite>> plan_changes(std::span<const ChangeRun> runs,
                                              const StoreReader& before,
                                              std::span<const std::uint64_t> next_positions,
                                              std::span<const std::uint64_t> next_changes);

/// The rows of the lists that `allocate_status` changes, in order, as they are afterwards.
Result<std::vector<StatusListRow>> plan_allocations(std::span<const StatusAllocation> allocations,
                                                    const StoreReader& before);

Status check_published(const PublishedList& list, const StoreReader& before);

}  // namespace kedge::node
