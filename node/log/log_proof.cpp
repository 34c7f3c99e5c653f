// SPDX-License-Identifier: Apache-2.0
#include "node/log/log_proof.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "crypto/tree_hash.hpp"
#include "node/log/tile.hpp"

namespace kedge::node {
namespace {

class TileNodes {
 public:
  explicit TileNodes(TileSource tiles) : tiles_(std::move(tiles)) {}

  Result<Hash> operator()(std::uint32_t level, std::uint64_t index) {
    // A node covers 2^height neighbours in one tile: the range is aligned and less than a tile
    // wide.
    const std::uint32_t tile_level = level / kTileHeight;
    const std::uint32_t height = level % kTileHeight;
    const std::size_t width = std::size_t{1} << height;
    const std::uint64_t tile_index = index >> (kTileHeight - height);
    const std::size_t begin = (static_cast<std::size_t>(index) << height) % kTileWidth;

    auto tile = fetched_.find({tile_level, tile_index});
    if (tile == fetched_.end()) {
      Result<std::vector<Hash>> hashes = tiles_(tile_level, tile_index);
      if (!hashes) return std::move(hashes).error();
      tile = fetched_.emplace(std::pair(tile_level, tile_index), *std::move(hashes)).first;
    }
    const std::vector<Hash>& hashes = tile->second;
    if (hashes.size() < begin + width) {
      return Error{Errc::corrupt, "tile " + std::to_string(tile_level) + "/" +
                                      std::to_string(tile_index) + " has " +
                                      std::to_string(hashes.size()) + " hashes, expected " +
                                      std::to_string(begin + width) + " at least"};
    }
    return crypto::tree_root(std::span(hashes).subspan(begin, width));
  }

 private:
  TileSource tiles_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::vector<Hash>> fetched_;
};

}  // namespace

crypto::NodeSource nodes_from_tiles(TileSource tiles) {
  // Shared, because a std::function is copied and the copies are one source.
  auto nodes = std::make_shared<TileNodes>(std::move(tiles));
  return [nodes](std::uint32_t level, std::uint64_t index) { return (*nodes)(level, index); };
}

Result<Hash> log_root(std::uint64_t size, const TileSource& tiles) {
  return crypto::root_from_nodes(size, nodes_from_tiles(tiles));
}

Result<std::vector<Hash>> log_inclusion(std::uint64_t index, std::uint64_t size,
                                        const TileSource& tiles) {
  return crypto::inclusion_path(index, size, nodes_from_tiles(tiles));
}

Result<std::vector<Hash>> log_consistency(std::uint64_t old_size, std::uint64_t new_size,
                                          const TileSource& tiles) {
  return crypto::consistency_path(old_size, new_size, nodes_from_tiles(tiles));
}

}  // namespace kedge::node
