// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "node/store/large_pages.hpp"

namespace kedge::node {

/// Remembers where prefixes of the locator lead: a look-up in the family reads a part of an index
/// and a block, this one reads one line of the processor's cache, seldom two. 16 octets an entry,
/// in groups of four that share a line; what finds its group full goes into the neighbouring one,
/// and takes the place of an old entry where both are full. Entries never change, so that nothing
/// in it is ever out of date. Any number of threads look up and put at once, without locks.
class LocatedPrefixes {
 public:
  static constexpr std::size_t kEntryOctets = 16;

  /// In `octets` of memory, rounded up to a power of two.
  explicit LocatedPrefixes(std::size_t octets) : groups_(octets) {}

  [[nodiscard]] std::size_t octets() const { return groups_.octets(); }

  /// The packed location that was put with the prefix; nullopt if it is not remembered.
  [[nodiscard]] std::optional<std::uint64_t> find(std::uint64_t prefix) const;
  void put(std::uint64_t prefix, std::uint64_t location);
  /// Puts what is in a part of the other one, so much at a time that it takes milliseconds, from
  /// `from` on: 0, then what the call before has answered. nullopt once there is no more.
  std::optional<std::size_t> put_part(const LocatedPrefixes& other, std::size_t from);
  /// Whether `put_part`s of this one that have come to `from` have what was put with the prefix.
  [[nodiscard]] bool is_before(std::uint64_t prefix, std::size_t from) const {
    return group_of(prefix) < group_of(0) + from;
  }

 private:
  static constexpr std::size_t kWays = LineTable::kLineOctets / kEntryOctets;

  /// Read and written as atomics alone. Two threads may write a slot at once: a reader that meets a
  /// half of each sees that they do not belong together. All zero while the slot is free.
  struct Slot {
    /// prefix ^ taken.
    std::uint64_t check;
    /// Location + 1.
    std::uint64_t taken;
  };
  static_assert(sizeof(Slot) == kEntryOctets);

  [[nodiscard]] Slot* group_of(std::uint64_t prefix) const {
    return reinterpret_cast<Slot*>(groups_.line_of(prefix));
  }
  [[nodiscard]] Slot* neighbour_of(Slot* group) const {
    return reinterpret_cast<Slot*>(groups_.neighbour_of(reinterpret_cast<std::byte*>(group)));
  }
  /// The first slot of a group that is free or has the prefix; nullptr if there is none.
  static Slot* slot_for(Slot* group, std::uint64_t prefix);

  LineTable groups_;
};

}  // namespace kedge::node
