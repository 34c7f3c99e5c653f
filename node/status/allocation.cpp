// SPDX-License-Identifier: Apache-2.0
#include "node/status/allocation.hpp"

#include <algorithm>
#include <utility>

#include "crypto/random.hpp"

namespace kedge::node {

SlotKey draw_slot_key() {
  SlotKey key{};
  crypto::random_bytes(key);
  return key;
}

Result<AllocateStatusResult> AllocationPlan::add_call(const AllocateStatusRequest& request) {
  if (Status lists = read_lists(); !lists) return lists.error();
  const Result<const Allocation*> earlier = before(request.request_key);
  if (!earlier) return earlier.error();
  if (*earlier != nullptr) {
    Result<AllocateStatusResult> same = answer(**earlier);
    if (!same) return same;
    if (same->entries.size() != request.count || same->purposes != request.purposes) {
      return invalid_argument("was used for " + std::to_string(same->entries.size()) +
                                  " indexes of other purposes or another number; expected a new "
                                  "key, or the same call again",
                              "request_key");
    }
    same->repeated = true;
    return same;
  }
  StatusAllocation taken = take_slots(request);
  Result<AllocateStatusResult> result = answer(taken.allocation);
  known_.emplace(request.request_key, taken.allocation);
  new_.push_back(std::move(taken));
  return result;
}

Status AllocationPlan::read_lists() {
  if (std::exchange(read_, true)) return {};
  Result<std::vector<StatusListRow>> lists = reader_.status_lists(issuer_);
  if (!lists) return std::move(lists).error();
  lists_ = *std::move(lists);
  return {};
}

Result<const Allocation*> AllocationPlan::before(const std::string& request_key) {
  if (const auto found = known_.find(request_key); found != known_.end()) return &found->second;
  Result<Allocation> stored = reader_.allocation(issuer_, request_key);
  if (stored) return &known_.emplace(request_key, *std::move(stored)).first->second;
  if (stored.error().code != Errc::not_found) return std::move(stored).error();
  return nullptr;
}

StatusAllocation AllocationPlan::take_slots(const AllocateStatusRequest& request) {
  StatusAllocation taken;
  taken.allocation = {
      .issuer = issuer_, .request_key = request.request_key, .time_ms = time_ms_, .ranges = {}};
  std::uint64_t wanted = request.count;
  const auto take_from = [&](StatusListRow& list) {
    const std::uint64_t limit = slot_limit(list.size);
    const std::uint64_t count = std::min(wanted, limit - std::min(limit, list.allocated));
    if (count == 0) return;
    taken.allocation.ranges.push_back(
        {.list = list.list, .first_slot = list.allocated, .count = count});
    list.allocated += count;
    wanted -= count;
  };
  for (StatusListRow& list : lists_) {
    if (list.purposes == request.purposes) take_from(list);
  }
  while (wanted > 0) {
    StatusListRow& list = open_list(request.purposes);
    taken.opened.push_back(list);
    take_from(list);
  }
  return taken;
}

StatusListRow& AllocationPlan::open_list(std::uint8_t purposes) {
  lists_.push_back({.issuer = issuer_,
                    .list = static_cast<std::uint32_t>(lists_.size() + 1),
                    .purposes = purposes,
                    .size = list_size_,
                    .key = draw_key_(),
                    .allocated = 0});
  return lists_.back();
}

Result<AllocateStatusResult> AllocationPlan::answer(const Allocation& allocation) const {
  AllocateStatusResult result;
  result.issuer = issuer_;
  for (const AllocatedRange& range : allocation.ranges) {
    if (range.list == kRegister || range.list > lists_.size()) {
      return Error{Errc::corrupt, "an allocation names list " + std::to_string(range.list) +
                                      ", which is not there"};
    }
    const StatusListRow& list = lists_[range.list - 1];
    if (range.first_slot > list.allocated || range.count > list.allocated - range.first_slot) {
      return Error{Errc::corrupt, "an allocation reaches beyond what list " +
                                      std::to_string(range.list) + " has handed out"};
    }
    result.purposes = list.purposes;
    const SlotPermutation permutation(list.key, list.size);
    for (std::uint64_t i = 0; i < range.count; ++i) {
      result.entries.push_back(
          {.list = range.list, .index = permutation.index_of(range.first_slot + i)});
    }
  }
  return result;
}

}  // namespace kedge::node
