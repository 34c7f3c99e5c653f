// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "crypto/bytes.hpp"

namespace kedge::node {

/// An RFC 9162 tree whose leaf hashes change: a root after some changes costs the paths from the
/// changed leaves up, not the whole tree. Not thread-safe.
class DirectoryTree {
 public:
  /// Replaces all leaf hashes.
  void assign(std::vector<Hash> leaf_hashes);
  /// Precondition: index < size().
  void set(std::size_t index, const Hash& leaf_hash);

  [[nodiscard]] std::size_t size() const noexcept { return levels_.front().size(); }
  /// SHA-256("") without leaves.
  [[nodiscard]] Hash root();

 private:
  /// Brings the node over these children up to date.
  void climb(std::size_t level, std::size_t index);

  /// Level by level up to the root. An odd one out at the end stands for itself one level up.
  std::vector<std::vector<Hash>> levels_ = {{}};
  /// Leaves that the levels above do not know yet.
  std::vector<std::size_t> changed_;
};

}  // namespace kedge::node
