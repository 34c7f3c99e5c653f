// SPDX-License-Identifier: Apache-2.0
#include "node/store/prefix_filter.hpp"

#include <atomic>

namespace kedge::node {
namespace {

constexpr int kBits = 7;

/// Calls `use` with the word and the bit of each of the prefix's places, until that is false.
template <class Use>
bool for_each_bit(std::uint64_t prefix, Use use) {
  std::uint64_t places = prefix * 0x9e3779b97f4a7c15;
  for (int i = 0; i < kBits; ++i, places >>= 9) {
    if (!use((places >> 6) % 8, std::uint64_t{1} << (places % 64))) return false;
  }
  return true;
}

}  // namespace

void PrefixFilter::add(std::uint64_t prefix) {
  std::uint64_t* const line = line_of(prefix);
  for_each_bit(prefix, [&](std::size_t word, std::uint64_t bit) {
    const std::atomic_ref<std::uint64_t> bits(line[word]);
    bits.store(bits.load(std::memory_order_relaxed) | bit, std::memory_order_relaxed);
    return true;
  });
}

bool PrefixFilter::may_have(std::uint64_t prefix) const {
  std::uint64_t* const line = line_of(prefix);
  return for_each_bit(prefix, [&](std::size_t word, std::uint64_t bit) {
    return (std::atomic_ref(line[word]).load(std::memory_order_relaxed) & bit) != 0;
  });
}

}  // namespace kedge::node
