// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// Inclusion and consistency proofs of RFC 9162 section 2.1. Paths run from the leaf up, the
/// sibling first. Every function is defined for sizes up to 2^64 - 1.
namespace kedge::crypto {

/// No path is longer: the depth of a tree of 2^64 - 1 leaves.
inline constexpr std::size_t kMaxPathLength = 64;

/// Root that the path leads to, section 2.1.3.2. invalid_argument if index >= size or the path is
/// not as long as a tree of this size needs.
Result<Hash> root_from_path(const Hash& leaf_hash, std::uint64_t index, std::uint64_t size,
                            std::span<const Hash> path);

/// Section 2.1.3.2. invalid_argument says why the proof does not hold.
Status verify_inclusion(const Hash& leaf_hash, std::uint64_t index, std::uint64_t size,
                        std::span<const Hash> path, const Hash& root);

/// Section 2.1.4.2: the tree of `old_size` is a prefix of that of `new_size`. Equal sizes need
/// equal roots and an empty path. An old size of 0 proves nothing and is refused.
Status verify_consistency(std::uint64_t old_size, std::uint64_t new_size,
                          std::span<const Hash> path, const Hash& old_root, const Hash& new_root);

/// Gives the root of the complete subtree over leaves `[index·2^level, (index+1)·2^level)`; never
/// asked for a subtree that reaches beyond the tree's size.
using NodeSource = std::function<Result<Hash>(std::uint32_t level, std::uint64_t index)>;

/// Root of the tree of `size` leaves whose nodes come from `nodes`, at most 64 of them.
Result<Hash> root_from_nodes(std::uint64_t size, const NodeSource& nodes);

/// Section 2.1.3.1. invalid_argument unless index < size. Asks for O(log size) nodes; a failure of
/// the source is passed on.
Result<std::vector<Hash>> inclusion_path(std::uint64_t index, std::uint64_t size,
                                         const NodeSource& nodes);

/// Section 2.1.4.1. invalid_argument unless 0 < old_size <= new_size.
Result<std::vector<Hash>> consistency_path(std::uint64_t old_size, std::uint64_t new_size,
                                           const NodeSource& nodes);

}  // namespace kedge::crypto
