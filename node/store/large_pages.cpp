// SPDX-License-Identifier: Apache-2.0
#include "node/store/large_pages.hpp"

#include <algorithm>
#include <bit>
#include <new>

#include <sys/mman.h>

namespace kedge::node {

void LargePagesRelease::operator()(std::byte* memory) const {
  munmap(memory, octets);
}

LargePages large_pages(std::size_t octets) {
  void* const memory =
      mmap(nullptr, octets, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // Thousands of small pages would be fetched one by one, and missed one by one. It is advice.
  (void)madvise(memory, octets, MADV_HUGEPAGE);
  return LargePages(static_cast<std::byte*>(memory), {octets});
}

LineTable::LineTable(std::size_t octets)
    : memory_(large_pages(std::bit_ceil(std::max(octets, 2 * kLineOctets)))),
      shift_(64 - std::countr_zero(this->octets() / kLineOctets)) {}

}  // namespace kedge::node
