// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// The frontier of an RFC 9162 tree: the roots of the complete subtrees that its leaves fall into,
/// from left to right, one for each bit set in the size. At most 64 hashes, whatever the size.
/// Not thread-safe.
class CompactRange {
 public:
  /// Told of every complete subtree when it is completed: leaves `[index·2^level,
  /// (index+1)·2^level)`.
  using NodeVisitor = std::function<void(std::uint32_t level, std::uint64_t index, const Hash&)>;

  /// The empty tree.
  CompactRange() = default;

  /// invalid_argument unless there is exactly one node for each bit set in `size`.
  static Result<CompactRange> from_nodes(std::uint64_t size, std::vector<Hash> nodes);

  /// Throws std::overflow_error at 2^64 - 1 leaves.
  void append(const Hash& leaf_hash);
  /// The same; `visit` sees the leaf and then every node that it completes, from the leaf up.
  void append(const Hash& leaf_hash, const NodeVisitor& visit);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// RFC 9162 root; empty_root() without leaves.
  [[nodiscard]] Hash root() const;
  /// The largest subtree first.
  [[nodiscard]] const std::vector<Hash>& nodes() const noexcept { return nodes_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> nodes_;
};

}  // namespace kedge::crypto
