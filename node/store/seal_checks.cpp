// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "node/log/entry.hpp"
#include "node/store/checks.hpp"
#include "node/store/issuer_steps.hpp"

/// What every engine refuses of a seal.
namespace kedge::node {
namespace {

Error contradiction(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

Status check_levels(const SealedBatch& batch) {
  const std::uint64_t count = batch.row.count;
  std::size_t wanted = 0;
  while (count >> (kBatchNodeLevel + wanted) != 0) ++wanted;
  if (batch.levels.size() != wanted) {
    return invalid_argument("a batch of " + text(count) + " leaves has " + text(wanted) +
                                " levels of nodes, not " + text(batch.levels.size()),
                            "batches");
  }
  for (std::size_t l = 0; l < wanted; ++l) {
    const std::uint64_t complete = count >> (kBatchNodeLevel + l);
    if (batch.levels[l].size() != complete) {
      return invalid_argument("level " + text(kBatchNodeLevel + l) + " of a batch of " +
                                  text(count) + " leaves has " + text(complete) +
                                  " complete nodes, not " + text(batch.levels[l].size()),
                              "batches");
    }
  }
  return {};
}

/// The entry at the batch's log index must be the batch's.
Status check_entry(const Seal& seal, const BatchRow& row, const Hash& issuer_hash) {
  const auto entry = decode_entry(seal.entries[row.log_index - seal.first_index]);
  const auto* batch = entry ? std::get_if<BatchEntry>(&*entry) : nullptr;
  if (batch == nullptr || batch->issuer_hash != issuer_hash ||
      batch->issuer_seq != row.issuer_seq || batch->first_position != row.first_position ||
      batch->count != row.count || batch->batch_root != row.root) {
    return invalid_argument(
        "the log entry at index " + text(row.log_index) + " is not that of its batch", "entries");
  }
  return {};
}

Status check_batches(const Seal& seal, IssuerSteps& steps) {
  std::uint64_t free_index = seal.first_index;
  for (const SealedBatch& batch : seal.batches) {
    const BatchRow& row = batch.row;
    if (row.count == 0) return invalid_argument("a batch has no leaves", "batches");
    if (row.log_index < free_index || row.log_index >= seal.first_index + seal.entries.size()) {
      return invalid_argument("the batch's log index " + text(row.log_index) +
                                  " is not among the entries of the seal, in order",
                              "batches");
    }
    free_index = row.log_index + 1;
    if (auto ok = check_levels(batch); !ok) return ok;
    const auto issuer_hash = steps.batch(row);
    if (!issuer_hash) return issuer_hash.error();
    if (auto ok = check_entry(seal, row, *issuer_hash); !ok) return ok;
  }
  return {};
}

Status check_log(const Seal& seal) {
  const std::uint64_t size = seal.first_index + seal.entries.size();
  auto tile = seal.tiles.begin();
  std::vector<std::uint64_t> next(kTileLevels);
  for (std::uint32_t level = 0; level < kTileLevels; ++level) {
    next[level] = level < 7 ? seal.first_index >> (kTileHeight * (level + 1)) : 0;
  }
  for (; tile != seal.tiles.end(); ++tile) {
    if (tile->level >= kTileLevels || tile->index != next[tile->level]++) {
      return invalid_argument("tile " + text(tile->index) + " of level " + text(tile->level) +
                                  " does not follow the last one of its level",
                              "tiles");
    }
    if (tile->hashes.size() != kTileWidth) {
      return invalid_argument("a full tile has 256 hashes", "tiles");
    }
  }
  for (std::uint32_t level = 0; level < kTileLevels; ++level) {
    const std::uint64_t full = level < 7 ? size >> (kTileHeight * (level + 1)) : 0;
    if (next[level] != full) {
      return invalid_argument("a log of " + text(size) + " entries has " + text(full) +
                                  " full tiles at level " + text(level) + ", not " +
                                  text(next[level]),
                              "tiles");
    }
    const std::uint64_t width = (size >> (kTileHeight * level)) % kTileWidth;
    const std::uint64_t given = level < seal.edges.size() ? seal.edges[level].size() : 0;
    if (given != width) {
      return invalid_argument("the right edge of a log of " + text(size) + " entries has " +
                                  text(width) + " hashes at level " + text(level) + ", not " +
                                  text(given),
                              "edges");
    }
  }
  if (seal.edges.size() > kTileLevels) return invalid_argument("too many levels", "edges");
  return {};
}

}  // namespace

Status check_seal(const Seal& seal, const StoreReader& before,
                  std::span<const std::uint64_t> next_positions) {
  auto size = before.log_size();
  if (!size) return size.error();
  if (seal.first_index != *size) {
    return contradiction("the seal begins at log index " + text(seal.first_index) +
                         ", but the log has " + text(*size) + " entries");
  }
  if (seal.entries.empty()) return invalid_argument("a seal has at least its epoch entry");
  for (const Bytes& entry : seal.entries) {
    if (entry.empty()) return invalid_argument("a log entry is empty", "entries");
  }
  const CheckpointRow& checkpoint = seal.checkpoint;
  if (checkpoint.size != *size + seal.entries.size() || checkpoint.note.empty()) {
    return invalid_argument(
        "the checkpoint is not one of " + text(*size + seal.entries.size()) + " entries",
        "checkpoint");
  }
  const auto last = before.latest_checkpoint();
  if (!last && last.error().code != Errc::not_found) return last.error();
  if (last && checkpoint.epoch != last->epoch + 1) {
    return contradiction("epoch " + text(checkpoint.epoch) + " does not follow epoch " +
                         text(last->epoch));
  }
  if (last && checkpoint.time_ms < last->time_ms) {
    return contradiction("the checkpoint is older than the last one");
  }
  if (auto ok = check_log(seal); !ok) return ok;
  IssuerSteps steps(before, next_positions);
  if (auto ok = check_batches(seal, steps); !ok) return ok;
  if (auto ok = check_statuses(seal, before, steps); !ok) return ok;
  for (const IssuerRow& row : seal.issuers) {
    if (auto ok = steps.row(row); !ok) return ok;
  }
  return steps.finish();
}

}  // namespace kedge::node
