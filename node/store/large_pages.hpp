// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
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

}  // namespace kedge::node
