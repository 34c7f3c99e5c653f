// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "crypto/tree_proof.hpp"

namespace kedge::node {

/// Gives the hashes of a tile, as many as there are; the last one of a level may be partial.
using TileSource =
    std::function<Result<std::vector<Hash>>(std::uint32_t level, std::uint64_t index)>;

/// The nodes of the log's tree, computed from tiles. Keeps the tiles that it has fetched, so make
/// one for each proof. Ask for no size beyond the log's own: a tile with fewer hashes than a node
/// needs is corrupt. A failure of the source is passed on. Not thread-safe.
crypto::NodeSource nodes_from_tiles(TileSource tiles);

/// Root of the log at `size`, for any size up to the log's own; the tiles may be of a later one.
Result<Hash> log_root(std::uint64_t size, const TileSource& tiles);

/// RFC 9162 section 2.1.3.1: entry `index` in the log of `size` entries. invalid_argument unless
/// index < size.
Result<std::vector<Hash>> log_inclusion(std::uint64_t index, std::uint64_t size,
                                        const TileSource& tiles);

/// RFC 9162 section 2.1.4.1: the log at `old_size` is a prefix of the log at `new_size`.
/// invalid_argument unless 0 < old_size <= new_size.
Result<std::vector<Hash>> log_consistency(std::uint64_t old_size, std::uint64_t new_size,
                                          const TileSource& tiles);

}  // namespace kedge::node
