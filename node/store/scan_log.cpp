// SPDX-License-Identifier: Apache-2.0
#include "node/log/entry.hpp"
#include "node/store/node_row.hpp"
#include "node/store/row_scan.hpp"

/// The scan's part that reads what has been sealed and anchored.
namespace kedge::node {

void RowScan::scan_batches() {
  each(Family::batches, [&](const rows::Source& row) {
    const auto batch = take(Family::batches, row, rows::decode_batch(row));
    if (!batch || !known(Family::batches, row.key, batch->issuer)) return;
    Issuer& issuer = issuers_[batch->issuer];
    if (batch->first_position != issuer.sealed) {
      fault(Family::batches, row.key,
            "position " + std::to_string(issuer.sealed) + " is the next to be in a batch");
    }
    issuer.sealed = batch->first_position + batch->count;
    if (issuer.sealed > issuer.next_position) {
      fault(Family::batches, row.key, "ends beyond the issuer's leaves");
    }
    const auto same = reader_.batch_at(batch->log_index);
    if (!same || same->issuer != batch->issuer || same->first_position != batch->first_position) {
      fault(Family::batches, row.key,
            "log entry " + std::to_string(batch->log_index) + " is not its entry");
    }
    batches_.push_back(*batch);
  });
  for (const auto& [id, known] : issuers_) {
    if (known.sealed != known.credential_count) {
      fault(Family::issuers, keys::issuer(id),
            "has " + std::to_string(known.credential_count) + " sealed credentials, its batches " +
                "have " + std::to_string(known.sealed));
    }
  }
}

void RowScan::scan_batch_nodes() {
  // The rows that the batches call for, in order of keys, beside those that are there.
  std::size_t at = 0;
  std::uint32_t subtree = 0;
  const auto wanted = [&]() -> std::string {
    for (; at < batches_.size(); ++at, subtree = 0) {
      const BatchRow& batch = batches_[at];
      if (subtree != rows::kUpperNodes && rows::row_nodes(batch.count, subtree) == 0) {
        subtree = rows::kUpperNodes;
      }
      if (rows::row_nodes(batch.count, subtree) > 0) {
        return keys::batch_nodes(batch.issuer, batch.first_position, subtree);
      }
    }
    return {};
  };
  const auto advance = [&] {
    if (subtree == rows::kUpperNodes) {
      ++at;
      subtree = 0;
    } else {
      ++subtree;
    }
  };
  each(Family::batch_nodes, [&](const rows::Source& row) {
    for (std::string key = wanted(); !key.empty() && key <= row.key; key = wanted()) {
      const std::size_t size = rows::row_nodes(batches_[at].count, subtree) * sizeof(Hash);
      advance();
      if (key < row.key) {
        fault(Family::batch_nodes, key, "is missing");
        continue;
      }
      if (row.value.size() != size) {
        fault(Family::batch_nodes, row.key, "does not have the nodes of its batch");
      }
      return;
    }
    fault(Family::batch_nodes, row.key, "belongs to no batch");
  });
  for (std::string key = wanted(); !key.empty(); key = wanted()) {
    fault(Family::batch_nodes, key, "is missing");
    advance();
  }
}

void RowScan::scan_log() {
  std::uint64_t entries = 0;
  std::array<std::uint64_t, kTileLevels> tiles{};
  std::optional<rows::EdgesRow> edges;
  each(Family::log, [&](const rows::Source& row) {
    if (row.key[0] == 'g') {
      edges = take(Family::log, row, rows::decode_edges(row));
      return;
    }
    if (row.key[0] == 'e') {
      if (keys::get<std::uint64_t>(row.key, 1) != entries++) {
        fault(Family::log, row.key, "the indexes have a gap before");
        entries = keys::get<std::uint64_t>(row.key, 1) + 1;
      }
      const auto entry = take(Family::log, row, rows::decode_log_entry(row));
      if (entry && !decode_entry(*entry)) fault(Family::log, row.key, "is no log entry");
      return;
    }
    const auto level = keys::get<std::uint8_t>(row.key, 1);
    const auto index = keys::get<std::uint64_t>(row.key, 2);
    if (level >= kTileLevels || index != tiles[level]++) {
      fault(Family::log, row.key, "does not follow the tile before it");
      return;
    }
    const auto hashes = take(Family::log, row, rows::decode_hashes(row));
    if (hashes && hashes->size() != kTileWidth) fault(Family::log, row.key, "has not 256 hashes");
  });
  const std::uint64_t size = edges ? edges->log_size : 0;
  if (entries != size) {
    fault(Family::log, keys::edges(),
          "is that of " + std::to_string(size) + " entries, but there are " +
              std::to_string(entries));
  }
  for (std::uint32_t level = 0; level < kTileLevels; ++level) {
    const std::uint64_t hashes = size >> (kTileHeight * level);
    if (tiles[level] != hashes / kTileWidth) {
      fault(Family::log, keys::tile(static_cast<std::uint8_t>(level), tiles[level]),
            "level " + std::to_string(level) + " has " + std::to_string(tiles[level]) +
                " full tiles, not " + std::to_string(hashes / kTileWidth));
    }
    const std::size_t width = edges && level < edges->edges.size() ? edges->edges[level].size() : 0;
    if (width != hashes % kTileWidth) {
      fault(Family::log, keys::edges(), "has another width at level " + std::to_string(level));
    }
  }
}

void RowScan::scan_checkpoints() {
  std::optional<CheckpointRow> last;
  each(Family::checkpoints, [&](const rows::Source& row) {
    if (row.key[0] == 's') {
      const auto epoch = take(Family::checkpoints, row, rows::decode_number(row));
      if (!epoch) return;
      const auto checkpoint = reader_.checkpoint(*epoch);
      if (!checkpoint || checkpoint->size != keys::get<std::uint64_t>(row.key, 1)) {
        fault(Family::checkpoints, row.key,
              "epoch " + std::to_string(*epoch) + " has another size");
      }
      return;
    }
    const auto checkpoint = take(Family::checkpoints, row, rows::decode_checkpoint(row));
    if (!checkpoint) return;
    if (last && (checkpoint->epoch != last->epoch + 1 || checkpoint->size <= last->size)) {
      fault(Family::checkpoints, row.key, "does not follow the checkpoint before it");
    }
    rocksdb::PinnableSlice value;
    const auto by_size =
        db_.get(Family::checkpoints, keys::checkpoint_size(checkpoint->size), value);
    if (!by_size || !*by_size) fault(Family::checkpoints, row.key, "there is no row by its size");
    last = *checkpoint;
  });
  const auto size = reader_.log_size();
  if (size && *size != (last ? last->size : 0)) {
    fault(Family::checkpoints, keys::checkpoint(last ? last->epoch : 0),
          "the newest checkpoint is not of the log's size");
  }
}

void RowScan::scan_anchors() {
  each(Family::anchors, [&](const rows::Source& row) {
    const auto anchor = take(Family::anchors, row, rows::decode_anchor(row));
    if (!anchor) return;
    const auto checkpoint = reader_.checkpoint(anchor->epoch);
    if (!checkpoint || checkpoint->size != anchor->size || checkpoint->root != anchor->root) {
      fault(Family::anchors, row.key, "is not of the checkpoint of its epoch");
    }
  });
}

}  // namespace kedge::node
