// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/sha256.hpp"

/// RFC 9162 section 2.1 as it is written there: recursive and slow, the judge of the fast code.
namespace kedge::test {

inline Hash reference_leaf(ByteView entry) {
  Bytes message{0x00};
  message.insert(message.end(), entry.begin(), entry.end());
  return crypto::sha256(message);
}

inline Hash reference_node(const Hash& left, const Hash& right) {
  Bytes message{0x01};
  message.insert(message.end(), left.begin(), left.end());
  message.insert(message.end(), right.begin(), right.end());
  return crypto::sha256(message);
}

/// Section 2.1.1: MTH over leaf hashes.
inline Hash reference_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return crypto::sha256({});
  if (leaves.size() == 1) return leaves[0];
  const std::size_t k = std::bit_floor(leaves.size() - 1);
  return reference_node(reference_root(leaves.first(k)), reference_root(leaves.subspan(k)));
}

/// Section 2.1.3.1: PATH(m, D[n]).
inline std::vector<Hash> reference_path(std::size_t m, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t k = std::bit_floor(leaves.size() - 1);
  const bool left = m < k;
  std::vector<Hash> path =
      left ? reference_path(m, leaves.first(k)) : reference_path(m - k, leaves.subspan(k));
  path.push_back(reference_root(left ? leaves.subspan(k) : leaves.first(k)));
  return path;
}

/// Section 2.1.4.1: SUBPROOF(m, D[n], b).
inline std::vector<Hash> reference_subproof(std::size_t m, std::span<const Hash> leaves,
                                            bool is_old_root) {
  if (m == leaves.size()) {
    if (is_old_root) return {};
    return {reference_root(leaves)};
  }
  const std::size_t k = std::bit_floor(leaves.size() - 1);
  std::vector<Hash> path;
  if (m <= k) {
    path = reference_subproof(m, leaves.first(k), is_old_root);
    path.push_back(reference_root(leaves.subspan(k)));
  } else {
    path = reference_subproof(m - k, leaves.subspan(k), false);
    path.push_back(reference_root(leaves.first(k)));
  }
  return path;
}

/// The leaf hashes of the entries "0", "1", "2", ...
inline std::vector<Hash> numbered_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) {
    leaves.push_back(reference_leaf(as_bytes(std::to_string(i))));
  }
  return leaves;
}

}  // namespace kedge::test
