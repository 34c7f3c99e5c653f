// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "node/log/tile.hpp"

namespace kedge::node {

enum class TileKind : std::uint8_t { hashes, entries };

/// A resource of C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
struct TilePath {
  TileKind kind = TileKind::hashes;
  /// 0 to 63; 0 for entries.
  std::uint32_t level = 0;
  std::uint64_t index = 0;
  /// 1 to 256; 256 is a full tile, written without `.p/<W>`.
  std::uint32_t width = kTileWidth;
  friend bool operator==(const TilePath&, const TilePath&) = default;
};

/// The path relative to the log's prefix, without a leading slash. Precondition: level <= 63 and
/// 1 <= width <= 256; a breach throws std::invalid_argument.
std::string format_tile_path(const TilePath& path);

/// Strict: exactly what format_tile_path writes, everything else is invalid_argument.
Result<TilePath> parse_tile_path(std::string_view path);

/// How many hashes the tile `index` of `level` has in a log of `log_size` entries: 256 of a full
/// one, 1 to 255 of the last one, 0 beyond. Entry bundles are as wide as the tiles of level 0.
std::uint32_t tile_width(std::uint32_t level, std::uint64_t index, std::uint64_t log_size);

}  // namespace kedge::node
