// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "crypto/bytes.hpp"

namespace kedge::node {

/// Numbers digests in order of their first appearance. The hash is keyed with random numbers of
/// this process, because the digests are the callers' to choose. Not thread-safe.
class DigestIndex {
 public:
  /// For at most `capacity` digests.
  explicit DigestIndex(std::size_t capacity);

  /// The number of the digest, and whether it is new. Precondition: the capacity is not exceeded.
  std::pair<std::uint32_t, bool> insert(const Hash& digest);

  /// The distinct digests, by number.
  [[nodiscard]] const std::vector<Hash>& digests() const noexcept { return digests_; }

 private:
  std::vector<Hash> digests_;
  /// Open addressing; the number of a digest plus one, or zero. A power of two in size.
  std::vector<std::uint32_t> slots_;
};

}  // namespace kedge::node
