// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "crypto/bytes.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// A batch that takes no more credentials and waits to be sealed.
struct ClosedBatch {
  std::uint64_t first_position = 0;
  std::uint32_t count = 0;
  Hash root{};
  /// As in SealedBatch.
  std::vector<std::vector<Hash>> levels;
};

/// Grows the RFC 9162 tree of one batch as its credentials arrive, so that closing the batch costs
/// only its right edge. Keeps what a sealed batch stores (complete subtrees from kBatchNodeLevel
/// up) and one pending node a level below. Not thread-safe.
class BatchBuilder {
 public:
  void append(std::span<const Hash> leaf_hashes);

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  /// RFC 9162 root over what has been appended.
  [[nodiscard]] Hash root() const;
  /// As in SealedBatch; the builder is empty afterwards.
  [[nodiscard]] std::vector<std::vector<Hash>> take_levels();

 private:
  void grow_stored_levels();

  std::uint32_t count_ = 0;
  /// Levels below kBatchNodeLevel: the node that waits for its right neighbour.
  std::array<std::optional<Hash>, kBatchNodeLevel> pending_;
  std::vector<std::vector<Hash>> levels_;
};

}  // namespace kedge::node
