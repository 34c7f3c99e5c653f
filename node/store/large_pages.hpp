// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace kedge::node {

/// Gives back what `large_pages` has given.
struct LargePagesRelease {
  std::size_t octets = 0;
  void operator()(std::byte* memory) const;
};
using LargePages = std::unique_ptr<std::byte[], LargePagesRelease>;

/// Zeroed memory for a large table, straight from the system: it takes no time and no memory until
/// it is used. In large pages where the system has them, because a table that is read at random
/// misses small ones each time. Throws std::bad_alloc.
LargePages large_pages(std::size_t octets);

/// A table of lines of the processor's cache, one of which a keyed hash chooses by its upper bits:
/// what comes sorted is met from one end to the other.
class LineTable {
 public:
  static constexpr std::size_t kLineOctets = 64;

  /// In `octets` of memory, rounded up to a power of two; two lines at least.
  explicit LineTable(std::size_t octets);

  [[nodiscard]] std::size_t octets() const { return memory_.get_deleter().octets; }
  /// The line of this hash; all of them in order from that of 0 on.
  [[nodiscard]] std::byte* line_of(std::uint64_t hash) const {
    return memory_.get() + (hash >> shift_) * kLineOctets;
  }
  /// The line that shares 128 octets with this one: the processor often fetches both at once.
  [[nodiscard]] std::byte* neighbour_of(std::byte* line) const {
    const auto at = static_cast<std::size_t>(line - memory_.get());
    return memory_.get() + (at ^ kLineOctets);
  }

 private:
  LargePages memory_;
  int shift_;
};

}  // namespace kedge::node
