// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/compact_range.hpp"
#include "crypto/tree_hash.hpp"
#include "crypto/tree_proof.hpp"

namespace kedge::crypto {

/// An RFC 9162 tree in memory, with all its nodes: about 2·size hashes. Immutable, therefore safe
/// to read from several threads.
class Tree {
 public:
  explicit Tree(std::vector<Hash> leaf_hashes);

  [[nodiscard]] std::uint64_t size() const noexcept { return leaves_.size(); }
  /// empty_root() without leaves.
  [[nodiscard]] Hash root() const;

  /// Number of levels that have a complete subtree: 1 + floor(log2(size)), at least 1.
  [[nodiscard]] std::uint32_t level_count() const noexcept;
  /// Roots of the complete subtrees of 2^level leaves, in order; level 0 is the leaf hashes. Empty
  /// for a level that has none.
  [[nodiscard]] std::span<const Hash> level(std::uint32_t level) const noexcept;

  /// Section 2.1.3.1. Throws std::out_of_range unless index < size.
  [[nodiscard]] std::vector<Hash> inclusion_path(std::uint64_t index) const;
  /// The same behind what is in `path`.
  void append_inclusion_path(std::uint64_t index, std::vector<Hash>& path) const;
  /// Says that this path will be asked for soon: its nodes are fetched meanwhile.
  void prefetch_path(std::uint64_t index) const noexcept;
  /// Section 2.1.4.1, from the first `old_size` leaves to all of them. Throws std::out_of_range
  /// unless 0 < old_size <= size.
  [[nodiscard]] std::vector<Hash> consistency_path(std::uint64_t old_size) const;

  /// Called with each leaf's index and inclusion path; the path is valid during the call only.
  using PathVisitor = std::function<void(std::uint64_t index, std::span<const Hash> path)>;
  /// All inclusion paths in order of index, in O(size) altogether: from one leaf to the next only
  /// what differs is written, and nothing is hashed.
  void visit_paths(const PathVisitor& visit) const;

 private:
  /// The node at (level, index), complete or the ragged one at the right edge.
  [[nodiscard]] const Hash& node(std::uint32_t level, std::uint64_t index) const;
  void append_path(std::uint32_t level, std::uint64_t index, std::vector<Hash>& path) const;

  std::vector<Hash> leaves_;
  /// The levels from 1 on, one behind the other, and where each begins.
  std::vector<Hash> upper_;
  std::array<std::size_t, 64> begin_{};
  /// `ragged_[l]`: root over the leaves right of the last complete subtree of level l, where there
  /// are any.
  std::vector<Hash> ragged_;
};

}  // namespace kedge::crypto
