// SPDX-License-Identifier: Apache-2.0
#include "node/log/status_tree.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "crypto/sha256_batch.hpp"
#include "crypto/tree_hash.hpp"
#include "crypto/tree_proof.hpp"

/// Reading a list: roots, proofs and entries from its tiles.
namespace kedge::node {
namespace {

constexpr Hash kZeros{};
constexpr std::uint32_t kLevels = 64;

std::array<Hash, kLevels> make_zero_subtrees() {
  std::array<Hash, kLevels> roots;
  roots[0] = crypto::leaf_hash(kZeros);
  for (std::size_t i = 1; i < roots.size(); ++i) {
    roots[i] = crypto::node_hash(roots[i - 1], roots[i - 1]);
  }
  return roots;
}

/// The complete subtrees of a list, from its tiles.
class TileNodes {
 public:
  explicit TileNodes(StatusTileSource tiles) : tiles_(std::move(tiles)) {}

  Result<Hash> operator()(std::uint32_t level, std::uint64_t index) {
    // A node covers 2^height neighbours in one tile.
    const std::uint32_t tile_level = level / kStatusTileHeight;
    const std::uint32_t height = level % kStatusTileHeight;
    const std::uint64_t tile_index = index >> (kStatusTileHeight - height);
    const std::size_t begin = (static_cast<std::size_t>(index) << height) % kStatusTileWidth;
    const auto tile = tile_at(tile_level, tile_index);
    if (!tile) return tile.error();
    if (*tile == nullptr) return zero_subtree(level);
    std::array<Hash, kStatusTileWidth> nodes{};
    const std::size_t width = std::size_t{1} << height;
    const std::uint32_t below = tile_level * kStatusTileHeight;
    for (std::size_t i = 0; i < width; ++i) {
      const Hash& node = (**tile)[begin + i];
      if (tile_level == 0) {
        crypto::hash_leaves(node.data(), node.size(), 1, &nodes[i]);
      } else {
        nodes[i] = node == kZeros ? zero_subtree(below) : node;
      }
    }
    for (std::size_t pairs = width / 2; pairs > 0; pairs /= 2) {
      crypto::hash_nodes(nodes.data(), pairs, nodes.data());
    }
    return nodes[0];
  }

 private:
  /// nullptr for zeros.
  Result<const StatusTileNodes*> tile_at(std::uint32_t level, std::uint64_t index) {
    auto found = fetched_.find({level, index});
    if (found == fetched_.end()) {
      auto tile = tiles_(level, index);
      if (!tile) return std::move(tile).error();
      found = fetched_.emplace(std::pair(level, index), *std::move(tile)).first;
    }
    return found->second ? &*found->second : nullptr;
  }

  StatusTileSource tiles_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::optional<StatusTileNodes>> fetched_;
};

/// The nodes of one call; a std::function is copied and the copies are one source.
crypto::NodeSource nodes_from(const StatusTileSource& tiles) {
  auto nodes = std::make_shared<TileNodes>(tiles);
  return [nodes](std::uint32_t level, std::uint64_t index) { return (*nodes)(level, index); };
}

Status check_index(std::uint64_t index, std::uint64_t size) {
  if (index < size) return {};
  return invalid_argument("index " + std::to_string(index) + " is beyond a list of " +
                              std::to_string(size) + " entries",
                          "index");
}

Result<Hash> chunk_at(std::uint64_t index, const StatusTileSource& tiles) {
  const std::uint64_t chunk = index / kChunkEntries;
  const auto tile = tiles(0, chunk / kStatusTileWidth);
  if (!tile) return tile.error();
  return *tile ? (**tile)[chunk % kStatusTileWidth] : kZeros;
}

}  // namespace

bool has_status_tile(std::uint64_t size, std::uint32_t level, std::uint64_t index) noexcept {
  if (level >= kStatusTileLevels || size > kMaxListSize) return false;
  const std::uint64_t chunks = chunk_count(size);
  // Complete subtrees of 16^level chunks: as many are nodes of this level.
  const std::uint64_t nodes = chunks >> (kStatusTileHeight * level);
  return index < nodes / kStatusTileWidth + (nodes % kStatusTileWidth != 0 ? 1 : 0);
}

const Hash& zero_subtree(std::uint32_t level) {
  static const std::array<Hash, kLevels> roots = make_zero_subtrees();
  return roots[level];
}

Result<StatusValue> status_in_chunk(const Hash& chunk, std::uint64_t index) {
  const std::uint64_t at = index % kChunkEntries;
  const auto bits = static_cast<std::uint8_t>((chunk[at / 4] >> (2 * (at % 4))) & 3);
  if (bits == 3) {
    return Error{Errc::corrupt, "entry " + std::to_string(index) + " of a list has the value 3"};
  }
  return static_cast<StatusValue>(bits);
}

Result<Hash> bits_root(std::uint64_t size, const StatusTileSource& tiles) {
  if (size == 0) return crypto::empty_root();
  return crypto::root_from_nodes(chunk_count(size), nodes_from(tiles));
}

Hash zero_bits_root(std::uint64_t size) {
  const auto root = bits_root(
      size, [](std::uint32_t, std::uint64_t) { return std::optional<StatusTileNodes>{}; });
  return *root;
}

Result<ChunkProof> prove_chunk(std::uint64_t index, std::uint64_t size,
                               const StatusTileSource& tiles) {
  if (auto ok = check_index(index, size); !ok) return ok.error();
  auto chunk = chunk_at(index, tiles);
  if (!chunk) return chunk.error();
  auto path = crypto::inclusion_path(index / kChunkEntries, chunk_count(size), nodes_from(tiles));
  if (!path) return path.error();
  return ChunkProof{*chunk, *std::move(path)};
}

Result<StatusValue> status_in_list(std::uint64_t index, std::uint64_t size,
                                   const StatusTileSource& tiles) {
  if (auto ok = check_index(index, size); !ok) return ok.error();
  const auto chunk = chunk_at(index, tiles);
  if (!chunk) return chunk.error();
  return status_in_chunk(*chunk, index);
}

Result<Bytes> list_bits(std::uint64_t size, const StatusTileSource& tiles) {
  constexpr std::uint64_t kBytesPerTile = kStatusTileWidth * kChunkSize;
  Bytes bits(size / 4 + (size % 4 != 0 ? 1 : 0));
  const std::uint64_t chunks = chunk_count(size);
  const std::uint64_t count = (chunks + kStatusTileWidth - 1) / kStatusTileWidth;
  std::optional<StatusTileNodes> above;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t slot = i % kStatusTileWidth;
    if (slot == 0 && has_status_tile(size, 1, i / kStatusTileWidth)) {
      auto tile = tiles(1, i / kStatusTileWidth);
      if (!tile) return tile.error();
      above = *std::move(tile);
    }
    const bool complete = (i + 1) * kStatusTileWidth <= chunks;
    if (complete && (!above || (*above)[slot] == kZeros)) continue;
    const auto tile = tiles(0, i);
    if (!tile) return tile.error();
    if (!*tile) continue;
    for (std::size_t c = 0; c < kStatusTileWidth; ++c) {
      const std::uint64_t at = i * kBytesPerTile + c * kChunkSize;
      if (at >= bits.size()) break;
      const std::size_t width = std::min<std::uint64_t>(kChunkSize, bits.size() - at);
      std::copy_n((**tile)[c].begin(), width, bits.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return bits;
}

}  // namespace kedge::node
