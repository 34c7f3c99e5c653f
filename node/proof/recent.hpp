// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <mutex>

namespace kedge::node {

/// Remembers values by number, a new one in place of an older one of the same slot: a bounded
/// memory for what is the same in thousands of proofs. Thread-safe.
template <class Value, std::size_t kSlots>
class Recent {
 public:
  /// nullptr if the slot is empty or holds another number's value.
  [[nodiscard]] std::shared_ptr<const Value> find(std::uint64_t number) const {
    const std::lock_guard lock(locks_[number % kLocks]);
    const Slot& slot = slots_[number % kSlots];
    return slot.number == number ? slot.value : nullptr;
  }

  void remember(std::uint64_t number, std::shared_ptr<const Value> value) {
    const std::lock_guard lock(locks_[number % kLocks]);
    slots_[number % kSlots] = {number, std::move(value)};
  }

 private:
  static constexpr std::size_t kLocks = 16;
  // A slot always has the same lock.
  static_assert(kSlots % kLocks == 0);

  struct Slot {
    std::uint64_t number = 0;
    std::shared_ptr<const Value> value;
  };

  mutable std::array<std::mutex, kLocks> locks_;
  std::array<Slot, kSlots> slots_;
};

}  // namespace kedge::node
