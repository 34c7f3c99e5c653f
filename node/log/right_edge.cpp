// SPDX-License-Identifier: Apache-2.0
#include "node/log/right_edge.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "crypto/mutant.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

/// `width` is less than 256, so that the shift of the highest level stays below 64.
std::uint64_t leaves_under(std::uint32_t level, std::size_t width) {
  return static_cast<std::uint64_t>(width) << (kTileHeight * level);
}

}  // namespace

Result<RightEdge> RightEdge::from_edges(std::span<const TileEdge> edges) {
  if (edges.size() > kTileLevels) {
    return Error{Errc::corrupt, "the log's right edge has " + std::to_string(edges.size()) +
                                    " levels, expected at most " + std::to_string(kTileLevels)};
  }
  for (std::size_t level = 0; level < edges.size(); ++level) {
    if (edges[level].size() >= kTileWidth) {
      return Error{Errc::corrupt, "the log's right edge has " +
                                      std::to_string(edges[level].size()) + " hashes at level " +
                                      std::to_string(level) + ", expected less than 256"};
    }
  }
  RightEdge edge;
  edge.edges_.assign(edges.begin(), edges.end());
  while (!edge.edges_.empty() && edge.edges_.back().empty()) edge.edges_.pop_back();
  return edge;
}

void RightEdge::append(const Hash& leaf_hash) {
  if (size() == ~std::uint64_t{0}) throw std::overflow_error("a log cannot hold 2^64 entries");
  push(0, leaf_hash);
}

void RightEdge::append(std::span<const Hash> leaf_hashes) {
  for (const Hash& hash : leaf_hashes) append(hash);
}

void RightEdge::push(std::uint32_t level, const Hash& hash) {
  if (level == edges_.size()) edges_.emplace_back();
  edges_[level].push_back(hash);
  if (edges_[level].size() < kTileWidth) return;

  // Before the tile goes out: its index is the number of full tiles before it.
  const std::uint64_t index =
      size() / leaves_under(level, 1) / kTileWidth - (kMutant == Mutant::tile_off_by_one ? 0 : 1);
  Tile tile{level, index, std::exchange(edges_[level], {})};
  const Hash root = crypto::tree_root(tile.hashes);
  full_.push_back(std::move(tile));
  push(level + 1, root);
}

std::uint64_t RightEdge::size() const noexcept {
  std::uint64_t size = 0;
  for (std::uint32_t level = 0; level < edges_.size(); ++level) {
    size += leaves_under(level, edges_[level].size());
  }
  return size;
}

Hash RightEdge::root() const {
  // Right to left: what a level adds lies left of all that the levels below hold, and is not
  // smaller. Within a level, each bit set in the width is one complete subtree.
  std::optional<Hash> root;
  for (const TileEdge& edge : edges_) {
    std::size_t end = edge.size();
    for (std::size_t width = 1; width < kTileWidth; width *= 2) {
      if ((edge.size() & width) == 0) continue;
      end -= width;
      const Hash peak = crypto::tree_root(std::span(edge).subspan(end, width));
      root = root ? crypto::node_hash(peak, *root) : peak;
    }
  }
  return root.value_or(crypto::empty_root());
}

std::vector<Tile> RightEdge::take_full_tiles() {
  return std::exchange(full_, {});
}

}  // namespace kedge::node
