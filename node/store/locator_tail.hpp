// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "node/store/large_pages.hpp"

namespace kedge::node {

/// A fixed table from locator prefix to packed location: open addressing, 16 octets a slot, at most
/// five of eight slots used. Prefixes are keyed hashes, and their upper bits choose the slot: the
/// table is nearly in order. One thread inserts; any number look up meanwhile, without locks.
class LocatorTail {
 public:
  struct Entry {
    std::uint64_t prefix = 0;
    std::uint64_t location = 0;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  /// Room for at least `capacity` entries. Takes no time: the system gives the memory page by page,
  /// as it is used, which keeps whoever inserts waiting. `clear` and `touch` take it all.
  explicit LocatorTail(std::size_t capacity);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return slots_ / 8 * 5; }

  /// Precondition: size() < capacity(), and the prefix is not there.
  void insert(const Entry& entry);
  [[nodiscard]] std::optional<std::uint64_t> find(std::uint64_t prefix) const;
  /// Says that the prefix will be looked up soon: the table is larger than what processors cache.
  void prefetch(std::uint64_t prefix) const { __builtin_prefetch(&table_[home(prefix)]); }

  /// Hands over all entries in order of prefix, a few at a time. Nobody inserts meanwhile.
  void each_in_order(const std::function<void(std::span<const Entry>)>& take) const;
  /// Forgets all entries. Nobody inserts or looks up meanwhile.
  void clear();
  /// Takes a further part of its memory from the system, so much at a time that it takes
  /// milliseconds; false once there is no more. For one thread; others may insert and look up
  /// meanwhile.
  bool touch();

 private:
  /// Both are read and written as atomics alone. All zero while the slot is free.
  struct Slot {
    std::uint64_t prefix;
    /// Location + 1. Written last.
    std::uint64_t taken;
  };

  /// Where an entry stands that found the slot free, and the ones behind it else.
  [[nodiscard]] std::size_t home(std::uint64_t prefix) const { return prefix >> shift_; }

  std::size_t slots_;
  int shift_;
  std::size_t size_ = 0;
  /// Slots whose memory `touch` has taken.
  std::size_t touched_ = 0;
  LargePages memory_;
  /// In `memory_`.
  Slot* table_;
};

}  // namespace kedge::node
