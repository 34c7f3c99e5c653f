// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "node/status/slot_permutation.hpp"
#include "node/status/status_calls.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// The fewest entries of a published list (W3C Bitstring Status List v1.0 section 2.2): a smaller
/// crowd would tell who is looked up.
inline constexpr std::uint64_t kMinListSize = 131'072;

/// Slots of a list of this size that are handed out: 70 % of it, so that what is never handed out
/// always hides among what is, and a random index that nobody has got is refused.
constexpr std::uint64_t slot_limit(std::uint64_t list_size) {
  return list_size / 10 * 7 + list_size % 10 * 7 / 10;
}

/// Draws the key of a new list from the system's generator. Throws std::runtime_error if there is
/// no randomness.
SlotKey draw_slot_key();

/// Gives the calls that one issuer has in a group commit their indexes, in order: what is left of a
/// list with the wanted purposes, then of a new list. Later calls see what earlier ones have taken.
/// A function over what `reader` sees. Not thread-safe.
class AllocationPlan {
 public:
  /// `reader` must outlive it. `list_size`: of the lists that it opens, from kMinListSize to
  /// SlotPermutation::kMaxSize.
  AllocationPlan(const StoreReader& reader, IssuerId issuer, std::uint64_t list_size,
                 std::uint64_t time_ms, std::function<SlotKey()> draw_key = draw_slot_key)
      : reader_(reader),
        issuer_(issuer),
        list_size_(list_size),
        time_ms_(time_ms),
        draw_key_(std::move(draw_key)) {}

  /// Precondition: the request keeps its bounds. invalid_argument (field `request_key`) if an
  /// earlier call with this key has asked for something else. Anything else is a failure of the
  /// store.
  Result<AllocateStatusResult> add_call(const AllocateStatusRequest& request);

  /// What is to be stored. Call once.
  [[nodiscard]] std::vector<StatusAllocation> take() { return std::move(new_); }

 private:
  Status read_lists();
  /// What a call with this key has got; nullptr if there was none.
  Result<const Allocation*> before(const std::string& request_key);
  StatusAllocation take_slots(const AllocateStatusRequest& request);
  StatusListRow& open_list(std::uint8_t purposes);
  Result<AllocateStatusResult> answer(const Allocation& allocation) const;

  const StoreReader& reader_;
  const IssuerId issuer_;
  const std::uint64_t list_size_;
  const std::uint64_t time_ms_;
  const std::function<SlotKey()> draw_key_;
  bool read_ = false;
  /// As they are with the calls so far; list n is at n - 1.
  std::vector<StatusListRow> lists_;
  std::map<std::string, Allocation, std::less<>> known_;
  std::vector<StatusAllocation> new_;
};

}  // namespace kedge::node
