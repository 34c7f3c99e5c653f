// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/store/large_pages.hpp"

namespace kedge::node {

/// A Bloom filter of locator prefixes, seven bits of one line of the processor's cache for each:
/// says of a new digest that it is not stored, which the files' own filters say for several lines a
/// level. Wrong hits cost a look-up: at 12 bits an entry one of 150, at 8 one of 30, and more as it
/// fills. One thread adds; any number ask meanwhile, without locks.
class PrefixFilter {
 public:
  /// In `octets` of memory, rounded up to a power of two.
  explicit PrefixFilter(std::size_t octets) : lines_(octets) {}

  void add(std::uint64_t prefix);
  /// False only if the prefix was not added.
  [[nodiscard]] bool may_have(std::uint64_t prefix) const;
  /// Says that the prefix will be asked for soon.
  void prefetch(std::uint64_t prefix) const { __builtin_prefetch(line_of(prefix)); }

 private:
  /// The words of its line. Which bits are its own, a product of all bits of the prefix says.
  [[nodiscard]] std::uint64_t* line_of(std::uint64_t prefix) const {
    return reinterpret_cast<std::uint64_t*>(lines_.line_of(prefix));
  }

  LineTable lines_;
};

}  // namespace kedge::node
