// SPDX-License-Identifier: Apache-2.0
#include "node/store/located_prefixes.hpp"

#include <algorithm>
#include <atomic>

namespace kedge::node {
namespace {

std::uint64_t load(std::uint64_t& word) {
  return std::atomic_ref(word).load(std::memory_order_relaxed);
}

void store(std::uint64_t& word, std::uint64_t value) {
  std::atomic_ref(word).store(value, std::memory_order_relaxed);
}

}  // namespace

LocatedPrefixes::Slot* LocatedPrefixes::slot_for(Slot* group, std::uint64_t prefix) {
  for (Slot* slot = group; slot != group + kWays; ++slot) {
    const std::uint64_t taken = load(slot->taken);
    if (taken == 0 || (load(slot->check) ^ taken) == prefix) return slot;
  }
  return nullptr;
}

std::optional<std::uint64_t> LocatedPrefixes::find(std::uint64_t prefix) const {
  Slot* const group = group_of(prefix);
  Slot* slot = slot_for(group, prefix);
  if (slot == nullptr) slot = slot_for(neighbour_of(group), prefix);
  if (slot == nullptr) return std::nullopt;
  const std::uint64_t taken = load(slot->taken);
  if (taken == 0 || (load(slot->check) ^ taken) != prefix) return std::nullopt;
  return taken - 1;
}

void LocatedPrefixes::put(std::uint64_t prefix, std::uint64_t location) {
  Slot* const group = group_of(prefix);
  Slot* slot = slot_for(group, prefix);
  if (slot == nullptr) slot = slot_for(neighbour_of(group), prefix);
  // Keyed hashes: their lower bits are as good as dice.
  if (slot == nullptr) slot = group + prefix % kWays;
  const std::uint64_t taken = location + 1;
  store(slot->check, prefix ^ taken);
  store(slot->taken, taken);
}

std::optional<std::size_t> LocatedPrefixes::put_part(const LocatedPrefixes& other,
                                                     std::size_t from) {
  constexpr std::size_t kAtATime = (std::size_t{1} << 20) / sizeof(Slot);
  Slot* const slots = other.group_of(0);
  const std::size_t all = other.octets() / sizeof(Slot);
  const std::size_t end = std::min(all, from + kAtATime);
  for (std::size_t i = from; i < end; ++i) {
    const std::uint64_t taken = load(slots[i].taken);
    if (taken != 0) put(load(slots[i].check) ^ taken, taken - 1);
  }
  return end < all ? std::optional(end) : std::nullopt;
}

}  // namespace kedge::node
