// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "crypto/result.hpp"
#include "node/log/tile.hpp"

namespace kedge::node {

/// All that is needed to append to the log: at every tile level the hashes of the tile that is not
/// full yet. Size and root follow from it alone, so that a root can be recomputed from what the
/// store holds before it is signed. Not thread-safe.
class RightEdge {
 public:
  /// The edge of the empty log.
  RightEdge() = default;

  /// One element a level, from level 0 up; empty levels at the end may be missing. corrupt if a
  /// level holds 256 hashes or more, or if there are more than kTileLevels.
  static Result<RightEdge> from_edges(std::span<const TileEdge> edges);

  /// Appends one log leaf hash. Throws std::overflow_error at 2^64 - 1 leaves.
  void append(const Hash& leaf_hash);
  void append(std::span<const Hash> leaf_hashes);

  /// Number of log entries.
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// RFC 9162 root of the log; SHA-256("") of an empty one. At most 8·255 hashes of work.
  [[nodiscard]] Hash root() const;
  /// One element a level, from level 0 up, the highest one not empty.
  [[nodiscard]] const std::vector<TileEdge>& edges() const noexcept { return edges_; }

  /// The tiles that have become full since the last call, in the order in which they filled.
  [[nodiscard]] std::vector<Tile> take_full_tiles();

 private:
  void push(std::uint32_t level, const Hash& hash);

  std::vector<TileEdge> edges_;
  std::vector<Tile> full_;
};

}  // namespace kedge::node
