// SPDX-License-Identifier: Apache-2.0
#include "node/audit/fsck_log.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"
#include "node/log/tile_path.hpp"

namespace kedge::node {

LogSlot LogCursor::read(std::uint64_t index) {
  const std::size_t at = index % kTileWidth;
  if (at == 0) load(index);
  LogSlot slot;
  slot.index = index;
  slot.entry = at < entries_.size() ? std::optional(std::move(entries_[at])) : read_entry(index);
  if (slot.entry) slot.entry_hash = crypto::leaf_hash(*slot.entry);
  if (at < tile_.size()) slot.tile_hash = tile_[at];
  return slot;
}

void LogCursor::load(std::uint64_t first) {
  const std::uint64_t count = std::min<std::uint64_t>(kTileWidth, log_size_ - first);
  auto entries = run_.reader.log_entries(first, count);
  // If one of them is damaged, they are read one by one, which shows which.
  entries_ = entries && entries->size() == count ? *std::move(entries) : std::vector<Bytes>{};

  const std::uint64_t index = first / kTileWidth;
  const std::string where = tile_name(0, index);
  tile_ = run_.take(run_.reader.tile(0, index), where).value_or(std::vector<Hash>{});
  if (!tile_.empty() && tile_.size() != count) {
    run_.fault(where, "has " + std::to_string(tile_.size()) + " hashes, expected " +
                          std::to_string(count));
  }
  ++run_.report.tiles;
}

std::optional<Bytes> LogCursor::read_entry(std::uint64_t index) {
  return run_.take(run_.reader.log_entry(index), entry_name(index));
}

LogCheck::LogCheck(FsckRun& run, std::uint64_t log_size)
    : run_(run),
      log_size_(log_size),
      cursor_(run, log_size),
      replay_(crypto::sha256(as_bytes(run.options.origin))) {}

void LogCheck::check() {
  std::uint64_t epoch = 0;
  for (; range_.size() < log_size_ && !run_.failure; ++epoch) {
    const std::uint64_t first = range_.size();
    const std::optional<LogHead> head = check_checkpoint(run_, epoch);
    std::vector<LogSlot> slots = read_epoch(head);
    believe(slots, head);
    for (const LogSlot& slot : slots) {
      range_.append(slot.hash);
      edge_.append(slot.hash);
      follow(slot, head, &slot == &slots.back());
    }
    if (head) check_covering(epoch, first, range_.size() - 1);
    check_full_tiles();
    run_.report.log_entries = range_.size();
    run_.progress("log", range_.size(), log_size_);
  }
  if (run_.failure) return;
  run_.expect_none(run_.reader.checkpoint(epoch), checkpoint_name(epoch));
  const auto latest = run_.reader.latest_checkpoint();
  if (epoch == 0) {
    run_.expect_none(latest, "newest checkpoint");
  } else if (const auto row = run_.take(latest, "newest checkpoint");
             row && row->epoch + 1 != epoch) {
    run_.fault("newest checkpoint", "is not the last one");
  }
  check_edges();
  if (replay_.complete()) check_issuer_states(run_, replay_);
}

std::uint64_t LogCheck::end_of(const std::optional<LogHead>& head) const {
  const bool possible = head && head->size > range_.size() && head->size <= log_size_;
  return possible ? head->size : 0;
}

std::vector<LogSlot> LogCheck::read_epoch(const std::optional<LogHead>& head) {
  const std::uint64_t end = end_of(head);
  if (head && end == 0) {
    run_.fault(checkpoint_name(head->epoch),
               "size " + std::to_string(head->size) +
                   " is not between that of the epoch before and the log's");
  }
  std::vector<LogSlot> slots;
  for (std::uint64_t index = range_.size(); index < log_size_ && !run_.failure; ++index) {
    slots.push_back(cursor_.read(index));
    if (end != 0 && index + 1 == end) break;
    if (end != 0 || !slots.back().entry) continue;
    const auto entry = decode_entry(*slots.back().entry);
    if (entry && std::holds_alternative<EpochEntry>(*entry)) break;
  }
  return slots;
}

void LogCheck::believe(std::vector<LogSlot>& slots, const std::optional<LogHead>& head) {
  crypto::CompactRange by_entries = range_;
  crypto::CompactRange by_tiles = range_;
  for (LogSlot& slot : slots) {
    if (!slot.entry_hash && !slot.tile_hash) {
      run_.fault(entry_name(slot.index), "neither the entry nor its leaf hash can be read");
    }
    slot.hash = slot.entry_hash.value_or(slot.tile_hash.value_or(Hash{}));
    by_entries.append(slot.hash);
    by_tiles.append(slot.tile_hash.value_or(slot.hash));
  }
  const bool known = head && end_of(head) != 0;
  const bool entries_hold = known && by_entries.root() == head->root;
  const bool tiles_hold = known && by_tiles.root() == head->root;
  for (LogSlot& slot : slots) {
    if (!slot.differs()) continue;
    const std::string tile = tile_name(0, slot.index / kTileWidth);
    if (entries_hold) {
      run_.fault(tile, "its hash of log entry " + std::to_string(slot.index) + " is wrong");
    } else if (tiles_hold) {
      run_.fault(entry_name(slot.index),
                 "does not hash to its leaf in " + tile + ", which the checkpoint confirms");
      slot.hash = *slot.tile_hash;
    } else {
      run_.fault(entry_name(slot.index), "does not hash to its leaf in " + tile);
    }
  }
  if (entries_hold || tiles_hold) {
    diverged_ = false;
  } else if (known && !diverged_) {
    run_.fault(checkpoint_name(head->epoch), "its root is not that of the log's first " +
                                                 std::to_string(head->size) + " entries");
    diverged_ = true;
  }
}

void LogCheck::check_covering(std::uint64_t epoch, std::uint64_t first, std::uint64_t last) {
  for (const std::uint64_t index : {first, last}) {
    const std::string where = "checkpoint that covers log entry " + std::to_string(index);
    const auto row = run_.take(run_.reader.checkpoint_covering(index), where);
    if (row && row->epoch != epoch) {
      run_.fault(where, "is that of epoch " + std::to_string(row->epoch) + ", expected epoch " +
                            std::to_string(epoch));
    }
  }
}

void LogCheck::check_full_tiles() {
  for (const Tile& tile : edge_.take_full_tiles()) {
    // Those of level 0 have been compared hash by hash.
    if (tile.level == 0) continue;
    const std::string where = tile_name(tile.level, tile.index);
    const auto stored = run_.take(run_.reader.tile(tile.level, tile.index), where);
    if (stored && *stored != tile.hashes) run_.fault(where, "does not follow from the tiles below");
    ++run_.report.tiles;
  }
}

void LogCheck::check_edges() {
  const auto edges = run_.take(run_.reader.edges(), "right edge");
  if (!edges) return;
  const std::size_t levels = std::max<std::size_t>(edges->size(), edge_.edges().size());
  for (std::size_t level = 0; level < levels; ++level) {
    const TileEdge stored = level < edges->size() ? (*edges)[level] : TileEdge{};
    const TileEdge expected = level < edge_.edges().size() ? edge_.edges()[level] : TileEdge{};
    if (stored != expected) {
      run_.fault("right edge, level " + std::to_string(level), "does not follow from the entries");
    }
  }
  for (std::uint32_t level = 0; level < kTileLevels; ++level) {
    const std::uint64_t hashes = log_size_ >> (kTileHeight * level);
    const std::uint64_t index = hashes / kTileWidth;
    const bool partial = hashes % kTileWidth != 0;
    const std::string where = tile_name(level, index);
    if (partial && level > 0) {
      const auto tile = run_.take(run_.reader.tile(level, index), where);
      if (tile && level < edge_.edges().size() && *tile != edge_.edges()[level]) {
        run_.fault(where, "does not follow from the tiles below");
      }
    }
    const std::uint64_t beyond = partial ? index + 1 : index;
    run_.expect_none(run_.reader.tile(level, beyond), tile_name(level, beyond));
  }
}

void check_log(FsckRun& run) {
  const auto size = run.take(run.reader.log_size(), "size of the log");
  if (size) LogCheck(run, *size).check();
}

}  // namespace kedge::node
