// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/bytes.hpp"

namespace kedge::node {

/// Hashes in a full tile, and the height of the tree in one of them (C2SP tlog-tiles).
inline constexpr std::size_t kTileWidth = 256;
inline constexpr std::uint32_t kTileHeight = 8;

/// Levels that a log of less than 2^64 entries can have.
inline constexpr std::uint32_t kTileLevels = 8;

/// A full tile: 256 hashes. Level 0 holds log leaf hashes, level l the roots of full tiles of l-1.
struct Tile {
  std::uint32_t level = 0;
  std::uint64_t index = 0;
  std::vector<Hash> hashes;
  friend bool operator==(const Tile&, const Tile&) = default;
};

/// One level of the log's right edge: the hashes of the tile that is not full yet, in order; at
/// most 255, and none where the last tile is full.
using TileEdge = std::vector<Hash>;

}  // namespace kedge::node
