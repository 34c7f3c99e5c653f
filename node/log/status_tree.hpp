// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/log/status.hpp"

/// The tree over one status list. Its leaves are chunks of 32 octets: 128 entries of two bits, the
/// lowest index in the least significant bits of the first octet; the last chunk is filled with
/// zeros. The tree is that of RFC 9162 section 2.1 over all chunks.
///
/// Lists are mostly zeros, so the tree is kept sparsely, in tiles of 16: tile `i` of level 0 holds
/// chunks [16·i, 16·i + 16); tile `i` of level l > 0 the roots of the complete subtrees of 16^l
/// chunks, from the 16·i-th on. 32 zero octets stand for a subtree of zeros, and for one that
/// reaches beyond the list; a tile of zeros is not kept at all. What a list says as of some epoch
/// follows from its size then and the tiles as they were then.
namespace kedge::node {

inline constexpr std::size_t kChunkSize = 32;
inline constexpr std::uint64_t kChunkEntries = 128;
inline constexpr std::size_t kStatusTileWidth = 16;
inline constexpr std::uint32_t kStatusTileHeight = 4;
inline constexpr std::uint64_t kStatusTileEntries = kChunkEntries * kStatusTileWidth;

/// Of a list: 2^40 entries, which is also the bound of an issuer's positions.
inline constexpr std::uint64_t kMaxListSize = std::uint64_t{1} << 40;
/// Levels of tiles that a list of kMaxListSize entries has.
inline constexpr std::uint32_t kStatusTileLevels = 9;

using StatusTileNodes = std::array<Hash, kStatusTileWidth>;

struct StatusTile {
  std::uint8_t level = 0;
  std::uint64_t index = 0;
  StatusTileNodes nodes{};
  friend bool operator==(const StatusTile&, const StatusTile&) = default;
};

/// Gives a tile, or nothing where none is kept, which means zeros.
using StatusTileSource =
    std::function<Result<std::optional<StatusTileNodes>>(std::uint32_t level, std::uint64_t index)>;

/// How many chunks a list of this size has.
constexpr std::uint64_t chunk_count(std::uint64_t size) noexcept {
  return size / kChunkEntries + (size % kChunkEntries != 0 ? 1 : 0);
}

/// Whether a list of this size can have such a tile: one that covers a chunk of it and, above
/// level 0, a complete subtree.
bool has_status_tile(std::uint64_t size, std::uint32_t level, std::uint64_t index) noexcept;

/// Root of the complete subtree of 2^level chunks of zeros. Precondition: level < 64.
const Hash& zero_subtree(std::uint32_t level);

/// The value of an entry whose chunk this is. corrupt if its bits are 3.
Result<StatusValue> status_in_chunk(const Hash& chunk, std::uint64_t index);

/// bits_root of a list; crypto::empty_root() where the size is 0. O(log size) tiles. Failures of
/// the source are passed on; so for all below.
Result<Hash> bits_root(std::uint64_t size, const StatusTileSource& tiles);

/// bits_root of a list of zeros.
Hash zero_bits_root(std::uint64_t size);

/// What proves one entry: its chunk is leaf `index / 128` of the tree over chunk_count(size)
/// chunks, and `path` its inclusion path (RFC 9162 section 2.1.3.1).
struct ChunkProof {
  Hash chunk{};
  std::vector<Hash> path;
};

/// invalid_argument unless index < size.
Result<ChunkProof> prove_chunk(std::uint64_t index, std::uint64_t size,
                               const StatusTileSource& tiles);

/// The value of one entry. invalid_argument unless index < size.
Result<StatusValue> status_in_list(std::uint64_t index, std::uint64_t size,
                                   const StatusTileSource& tiles);

/// All entries, four to an octet, (size + 3) / 4 octets. Reads one tile for 32,768 entries and one
/// for 2,048 that are not all zero.
Result<Bytes> list_bits(std::uint64_t size, const StatusTileSource& tiles);

/// A list after some changes.
struct ListUpdate {
  Hash bits_root{};
  /// Those that differ from before, in order of level and index.
  std::vector<StatusTile> tiles;
};

/// Applies changes of one list, in order of acceptance, to the list as `tiles` shows it, which
/// grows at the same time from `old_size` to `new_size` (never shrinks: invalid_argument). The list
/// numbers of the changes are not looked at. invalid_argument for an index that is not below
/// new_size and for a change that may not be; corrupt for one whose `before` is not what the list
/// has. Costs what is touched and O(log size) besides.
Result<ListUpdate> update_list(std::uint64_t old_size, std::uint64_t new_size,
                               std::span<const StatusChange> changes,
                               const StatusTileSource& tiles);

}  // namespace kedge::node
