// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "crypto/sha256_batch.hpp"
#include "crypto/tree_hash.hpp"
#include "node/log/status_tree.hpp"

/// Changing a list: level by level from the chunks up, only where something is touched.
namespace kedge::node {
namespace {

constexpr Hash kZeros{};

/// A tile on its way from what it was to what it becomes.
struct Touched {
  StatusTile tile;
  StatusTileNodes before{};
};

class Update {
 public:
  Update(std::uint64_t old_size, std::uint64_t new_size, const StatusTileSource& tiles)
      : old_chunks_(chunk_count(old_size)),
        new_chunks_(chunk_count(new_size)),
        size_(new_size),
        tiles_(tiles) {}

  Result<ListUpdate> run(std::span<const StatusChange> changes) {
    if (auto ok = change_chunks(changes); !ok) return ok.error();
    for (std::uint32_t level = 0;; ++level) {
      if (auto ok = add_newly_complete(level); !ok) return ok.error();
      const std::vector<std::pair<std::uint64_t, Hash>> roots = complete_roots(level);
      keep_changed();
      if (!has_status_tile(size_, level + 1, 0)) break;
      if (auto ok = set_nodes(level + 1, roots); !ok) return ok.error();
    }
    auto root = bits_root(size_, [this](std::uint32_t level, std::uint64_t index) {
      return tile_after(level, index);
    });
    if (!root) return root.error();
    out_.bits_root = *root;
    return std::move(out_);
  }

 private:
  Result<Touched> read(std::uint32_t level, std::uint64_t index) const {
    auto stored = tiles_(level, index);
    if (!stored) return stored.error();
    Touched touched;
    touched.tile.level = static_cast<std::uint8_t>(level);
    touched.tile.index = index;
    if (*stored) touched.tile.nodes = touched.before = **stored;
    return touched;
  }

  /// Sets the bits of level 0.
  Status change_chunks(std::span<const StatusChange> changes) {
    // By index; changes of one entry stay in their order.
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    order.reserve(changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) order.emplace_back(changes[i].target.index, i);
    std::sort(order.begin(), order.end());
    for (const auto& [index, i] : order) {
      const StatusChange& change = changes[i];
      if (index >= size_) {
        return invalid_argument("index " + std::to_string(index) + " is beyond a list of " +
                                    std::to_string(size_) + " entries",
                                "index");
      }
      if (!may_change(change.before, change.after)) {
        return invalid_argument("entry " + std::to_string(index) + " of a list cannot change so",
                                "after");
      }
      const std::uint64_t tile = index / kStatusTileEntries;
      if (touched_.empty() || touched_.back().tile.index != tile) {
        auto next = read(0, tile);
        if (!next) return next.error();
        touched_.push_back(*std::move(next));
      }
      Hash& chunk = touched_.back().tile.nodes[index / kChunkEntries % kStatusTileWidth];
      const auto now = status_in_chunk(chunk, index);
      if (!now) return now.error();
      if (*now != change.before) {
        return Error{Errc::corrupt, "entry " + std::to_string(index) + " of a list is `" +
                                        std::string(status_name(*now)) +
                                        "`, but its change begins at `" +
                                        std::string(status_name(change.before)) + "`"};
      }
      set(chunk, index, change.after);
    }
    return {};
  }

  static void set(Hash& chunk, std::uint64_t index, StatusValue value) {
    const std::uint64_t at = index % kChunkEntries;
    const auto shift = static_cast<unsigned>(2 * (at % 4));
    chunk[at / 4] = static_cast<std::uint8_t>((chunk[at / 4] & ~(3U << shift)) |
                                              (static_cast<unsigned>(value) << shift));
  }

  /// The tile of this level that the list's growth has completed, if one has: its root is not in
  /// the tile above yet.
  Status add_newly_complete(std::uint32_t level) {
    const std::uint32_t height = kStatusTileHeight * (level + 1);
    const std::uint64_t index = old_chunks_ >> height;
    const bool was_complete = old_chunks_ == index << height;
    if (was_complete || (index + 1) << height > new_chunks_) return {};
    const auto at = std::lower_bound(
        touched_.begin(), touched_.end(), index,
        [](const Touched& touched, std::uint64_t i) { return touched.tile.index < i; });
    if (at != touched_.end() && at->tile.index == index) return {};
    auto tile = read(level, index);
    if (!tile) return tile.error();
    touched_.insert(at, *std::move(tile));
    return {};
  }

  /// The roots of those touched tiles that are complete; zeros for one of zeros.
  std::vector<std::pair<std::uint64_t, Hash>> complete_roots(std::uint32_t level) const {
    const std::uint64_t complete = new_chunks_ >> (kStatusTileHeight * (level + 1));
    std::vector<std::pair<std::uint64_t, Hash>> roots;
    std::vector<Hash> nodes;
    for (const Touched& touched : touched_) {
      if (touched.tile.index >= complete) break;
      roots.emplace_back(touched.tile.index, Hash{});
      nodes.insert(nodes.end(), touched.tile.nodes.begin(), touched.tile.nodes.end());
    }
    if (level == 0) {
      std::vector<Hash> leaves(nodes.size());
      if (!nodes.empty()) {
        crypto::hash_leaves(nodes.front().data(), kChunkSize, nodes.size(), leaves.data());
      }
      nodes = std::move(leaves);
    } else {
      const Hash& zeros = zero_subtree(kStatusTileHeight * level);
      std::replace(nodes.begin(), nodes.end(), kZeros, zeros);
    }
    for (std::uint32_t h = 0; h < kStatusTileHeight; ++h) {
      crypto::hash_nodes(nodes.data(), nodes.size() / 2, nodes.data());
      nodes.resize(nodes.size() / 2);
    }
    const Hash& zeros = zero_subtree(kStatusTileHeight * (level + 1));
    for (std::size_t i = 0; i < roots.size(); ++i) {
      if (nodes[i] != zeros) roots[i].second = nodes[i];
    }
    return roots;
  }

  /// Takes the touched tiles of a level into the answer.
  void keep_changed() {
    for (Touched& touched : touched_) {
      if (touched.tile.nodes != touched.before) out_.tiles.push_back(touched.tile);
    }
  }

  /// Begins the next level.
  Status set_nodes(std::uint32_t level, std::span<const std::pair<std::uint64_t, Hash>> roots) {
    touched_.clear();
    for (const auto& [index, root] : roots) {
      const std::uint64_t tile = index / kStatusTileWidth;
      if (touched_.empty() || touched_.back().tile.index != tile) {
        auto next = read(level, tile);
        if (!next) return next.error();
        touched_.push_back(*std::move(next));
      }
      touched_.back().tile.nodes[index % kStatusTileWidth] = root;
    }
    return {};
  }

  Result<std::optional<StatusTileNodes>> tile_after(std::uint32_t level,
                                                    std::uint64_t index) const {
    const auto found = std::lower_bound(
        out_.tiles.begin(), out_.tiles.end(), std::pair(level, index),
        [](const StatusTile& tile, const std::pair<std::uint32_t, std::uint64_t>& at) {
          return std::pair<std::uint32_t, std::uint64_t>(tile.level, tile.index) < at;
        });
    if (found != out_.tiles.end() && found->level == level && found->index == index) {
      return std::optional(found->nodes);
    }
    return tiles_(level, index);
  }

  const std::uint64_t old_chunks_;
  const std::uint64_t new_chunks_;
  const std::uint64_t size_;
  const StatusTileSource& tiles_;
  /// Of the level that is being worked on, in order of index.
  std::vector<Touched> touched_;
  ListUpdate out_;
};

}  // namespace

Result<ListUpdate> update_list(std::uint64_t old_size, std::uint64_t new_size,
                               std::span<const StatusChange> changes,
                               const StatusTileSource& tiles) {
  if (new_size > kMaxListSize || new_size < old_size) {
    return invalid_argument("a list of " + std::to_string(old_size) +
                                " entries cannot become one of " + std::to_string(new_size),
                            "size");
  }
  return Update(old_size, new_size, tiles).run(changes);
}

}  // namespace kedge::node
