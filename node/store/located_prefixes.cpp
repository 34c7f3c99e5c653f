// SPDX-License-Identifier: Apache-2.0
#include "node/store/located_prefixes.hpp"

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

std::optional<std::uint64_t> LocatedPrefixes::find(std::uint64_t prefix) const {
  Slot* const group = group_of(prefix);
  for (std::size_t i = 0; i < kWays; ++i) {
    const std::uint64_t taken = load(group[i].taken);
    if (taken != 0 && (load(group[i].check) ^ taken) == prefix) return taken - 1;
  }
  return std::nullopt;
}

void LocatedPrefixes::put(std::uint64_t prefix, std::uint64_t location) {
  Slot* const group = group_of(prefix);
  // Keyed hashes: their lower bits are as good as dice.
  std::size_t at = prefix % kWays;
  for (std::size_t i = 0; i < kWays; ++i) {
    const std::uint64_t taken = load(group[i].taken);
    if (taken != 0 && (load(group[i].check) ^ taken) == prefix) return;
    if (taken == 0) {
      at = i;
      break;
    }
  }
  const std::uint64_t taken = location + 1;
  store(group[at].check, prefix ^ taken);
  store(group[at].taken, taken);
}

void LocatedPrefixes::put_all(const LocatedPrefixes& other) {
  Slot* const slots = other.group_of(0);
  for (std::size_t i = 0; i < other.octets() / sizeof(Slot); ++i) {
    const std::uint64_t taken = load(slots[i].taken);
    if (taken != 0) put(load(slots[i].check) ^ taken, taken - 1);
  }
}

}  // namespace kedge::node
