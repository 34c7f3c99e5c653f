// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/edge_check.hpp"

#include <algorithm>

#include "crypto/mutant.hpp"
#include "crypto/tree_hash.hpp"
#include "node/log/entry.hpp"

namespace kedge::node {
namespace {

Error contradiction(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

/// How many nodes of this tile level the log has.
std::uint64_t nodes_at(std::uint64_t size, std::uint32_t level) {
  return size >> (kTileHeight * level);
}

/// The newest tile of a level, full or partial. Precondition: the level has nodes.
Result<std::vector<Hash>> newest_tile(const StoreReader& reader, std::uint64_t size,
                                      std::uint32_t level) {
  return reader.tile(level, (nodes_at(size, level) - 1) / kTileWidth);
}

Status check_entries(const StoreReader& reader, const CheckpointRow& checkpoint) {
  const std::uint64_t first = (checkpoint.size - 1) / kTileWidth * kTileWidth;
  const std::uint64_t count = checkpoint.size - first;
  const Result<std::vector<Bytes>> entries = reader.log_entries(first, count);
  if (!entries) return entries.error();
  const Result<std::vector<Hash>> hashes = newest_tile(reader, checkpoint.size, 0);
  if (!hashes) return hashes.error();
  if (entries->size() != count || hashes->size() != count) {
    return contradiction("the newest tile of the log does not have " + std::to_string(count) +
                         " entries");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (crypto::leaf_hash((*entries)[i]) != (*hashes)[i]) {
      return contradiction("log entry " + std::to_string(first + i) +
                           " does not hash to its leaf in the tile");
    }
  }
  const Result<LogEntry> last = decode_entry(entries->back());
  const EpochEntry* epoch = last ? std::get_if<EpochEntry>(&*last) : nullptr;
  if (epoch == nullptr || epoch->epoch != checkpoint.epoch ||
      epoch->time_ms != checkpoint.time_ms) {
    return contradiction("the log does not end with the entry of epoch " +
                         std::to_string(checkpoint.epoch));
  }
  return {};
}

Status check_spine(const StoreReader& reader, std::uint64_t size) {
  for (std::uint32_t level = 1; level < kTileLevels && nodes_at(size, level) > 0; ++level) {
    const std::uint64_t index = nodes_at(size, level) - 1;
    const Result<std::vector<Hash>> below = reader.tile(level - 1, index);
    if (!below) return below.error();
    const Result<std::vector<Hash>> tile = newest_tile(reader, size, level);
    if (!tile) return tile.error();
    if (below->size() != kTileWidth || tile->size() != index % kTileWidth + 1 ||
        crypto::tree_root(*below) != tile->back()) {
      return contradiction("tile " + std::to_string(index) + " of level " +
                           std::to_string(level - 1) + " does not hash to the tile above it");
    }
  }
  return {};
}

}  // namespace

Result<RightEdge> read_checked_edge(const StoreReader& reader, const CheckpointRow& checkpoint) {
  const Result<std::uint64_t> size = reader.log_size();
  if (!size) return size.error();
  const Result<std::vector<TileEdge>> edges = reader.edges();
  if (!edges) return edges.error();
  Result<RightEdge> edge = RightEdge::from_edges(*edges);
  if (!edge) return edge;
  if (*size != checkpoint.size || edge->size() != checkpoint.size) {
    return contradiction("the log has " + std::to_string(*size) + " entries, its right edge " +
                         std::to_string(edge->size()) + ", the newest checkpoint " +
                         std::to_string(checkpoint.size));
  }
  if constexpr (kMutant == Mutant::edge_not_checked) return edge;
  if (edge->root() != checkpoint.root) {
    return contradiction("the log's right edge does not hash to the root of checkpoint " +
                         std::to_string(checkpoint.epoch));
  }
  if (const Status entries = check_entries(reader, checkpoint); !entries) return entries.error();
  if (const Status spine = check_spine(reader, checkpoint.size); !spine) return spine.error();
  return edge;
}

Result<crypto::CompactRange> compact_range_of(const RightEdge& edge) {
  std::vector<Hash> nodes;
  for (std::size_t level = edge.edges().size(); level-- > 0;) {
    std::span<const Hash> rest = edge.edges()[level];
    for (std::size_t width = kTileWidth / 2; width > 0; width /= 2) {
      if (rest.size() < width) continue;
      nodes.push_back(crypto::tree_root(rest.first(width)));
      rest = rest.subspan(width);
    }
  }
  return crypto::CompactRange::from_nodes(edge.size(), std::move(nodes));
}

}  // namespace kedge::node
