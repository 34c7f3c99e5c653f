// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "node/log/entry.hpp"
#include "node/store/node_row.hpp"
#include "node/store/rocks_reader.hpp"

/// The reader's half that reads what has been sealed and anchored.
namespace kedge::node {
namespace {

Error missing(std::string what) {
  return {Errc::not_found, "there is no " + std::move(what)};
}

Error contradiction(Family family, std::string_view key, const char* what) {
  return {Errc::corrupt, keys::describe(family, key) + ": " + what};
}

template <class T>
Result<T> named(Family family, std::string_view key, Result<T> result) {
  if (result) return result;
  return at_row(family, key, result.error());
}

}  // namespace

Result<BatchRow> RocksReader::batch_of(IssuerId id, std::uint64_t position) const {
  iterator(Family::batches).SeekForPrev(keys::batch(id, position));
  auto source = standing(Family::batches);
  if (!source) return source.error();
  if (keys::well_formed(Family::batches, source->key)) {
    auto batch = named(Family::batches, source->key, rows::decode_batch(*source));
    if (!batch) return batch;
    if (batch->issuer == id && position - batch->first_position < batch->count) return batch;
  }
  return missing("sealed batch with position " + std::to_string(position) + " of issuer " +
                 std::to_string(id));
}

Result<IssuerId> RocksReader::issuer_of(const Hash& issuer_hash) const {
  const std::string key = keys::issuer_hash(issuer_hash);
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::issuers, key, pinned);
  if (!source) return source.error();
  auto id = named(Family::issuers, key, rows::decode_number(*source));
  if (!id) return id.error();
  return static_cast<IssuerId>(*id);
}

Result<BatchRow> RocksReader::batch_at(std::uint64_t log_index) const {
  auto bytes = log_entry(log_index);
  if (!bytes) return bytes.error();
  auto entry = decode_entry(*bytes);
  if (!entry) return contradiction(Family::log, keys::log_entry(log_index), "is no log entry");
  const auto* batch_entry = std::get_if<BatchEntry>(&*entry);
  if (batch_entry == nullptr) {
    return missing("batch at log index " + std::to_string(log_index));
  }
  const auto id = issuer_of(batch_entry->issuer_hash);
  if (!id) return id.error();
  auto batch = batch_of(*id, batch_entry->first_position);
  if (batch && batch->log_index != log_index) {
    return contradiction(Family::log, keys::log_entry(log_index), "is not the entry of its batch");
  }
  return batch;
}

Result<Hash> RocksReader::batch_node(const BatchRow& batch, std::uint32_t level,
                                     std::uint64_t index) const {
  if (!rows::has_node(batch.count, level, index)) {
    return missing("node " + std::to_string(index) + " at level " + std::to_string(level));
  }
  const auto [subtree, slot] = rows::node_place(batch.count, level, index);
  const std::tuple place(batch.issuer, batch.first_position, subtree);
  if (place != nodes_of_) {
    nodes_of_.reset();
    const std::string key = keys::batch_nodes(batch.issuer, batch.first_position, subtree);
    if (auto source = row(Family::batch_nodes, key, nodes_); !source) return source.error();
    if (nodes_.size() != rows::row_nodes(batch.count, subtree) * sizeof(Hash)) {
      return contradiction(Family::batch_nodes, key, "does not have the nodes of its batch");
    }
    nodes_of_ = place;
  }
  Hash node{};
  std::memcpy(node.data(), nodes_.data() + slot * sizeof(Hash), sizeof(Hash));
  return node;
}

Result<std::uint64_t> RocksReader::log_size() const {
  auto row = edges_row();
  if (!row) return row.error();
  return row->log_size;
}

Result<rows::EdgesRow> RocksReader::edges_row() const {
  rocksdb::PinnableSlice pinned;
  const std::string key = keys::edges();
  auto source = row(Family::log, key, pinned);
  if (!source) {
    if (source.error().code == Errc::not_found) return rows::EdgesRow{};
    return source.error();
  }
  return named(Family::log, key, rows::decode_edges(*source));
}

Result<std::vector<TileEdge>> RocksReader::edges() const {
  auto row = edges_row();
  if (!row) return row.error();
  return std::move(row->edges);
}

Result<Bytes> RocksReader::log_entry(std::uint64_t index) const {
  const std::string key = keys::log_entry(index);
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::log, key, pinned);
  if (!source) return source.error();
  return named(Family::log, key, rows::decode_log_entry(*source));
}

Result<std::vector<Bytes>> RocksReader::log_entries(std::uint64_t first,
                                                    std::uint64_t count) const {
  std::vector<Bytes> out;
  rocksdb::Iterator& it = iterator(Family::log);
  for (it.Seek(keys::log_entry(first)); out.size() < count; it.Next()) {
    auto source = standing(Family::log);
    if (!source) return source.error();
    if (source->key.empty() || source->key[0] != 'e') break;
    if (source->key != keys::log_entry(first + out.size())) {
      return contradiction(Family::log, source->key, "does not follow the entry before it");
    }
    auto entry = named(Family::log, source->key, rows::decode_log_entry(*source));
    if (!entry) return entry.error();
    out.push_back(std::move(*entry));
  }
  return out;
}

Result<std::vector<Hash>> RocksReader::tile(std::uint32_t level, std::uint64_t index) const {
  if (level >= kTileLevels) return missing("tile at level " + std::to_string(level));
  const std::string key = keys::tile(static_cast<std::uint8_t>(level), index);
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::log, key, pinned);
  if (source) return named(Family::log, key, rows::decode_hashes(*source));
  if (source.error().code != Errc::not_found) return source.error();
  auto edges = edges_row();
  if (!edges) return edges.error();
  const std::uint64_t hashes = edges->log_size >> (kTileHeight * level);
  if (index < hashes / kTileWidth) {
    return contradiction(Family::log, key, "is missing, but the log has this tile");
  }
  if (index > hashes / kTileWidth || hashes % kTileWidth == 0) {
    return missing("tile " + std::to_string(index) + " at level " + std::to_string(level));
  }
  return std::move(edges->edges.at(level));
}

Result<CheckpointRow> RocksReader::checkpoint(std::uint64_t epoch) const {
  const std::string key = keys::checkpoint(epoch);
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::checkpoints, key, pinned);
  if (!source) return source.error();
  return named(Family::checkpoints, key, rows::decode_checkpoint(*source));
}

Result<CheckpointRow> RocksReader::latest_checkpoint() const {
  iterator(Family::checkpoints).SeekForPrev(keys::checkpoint(~std::uint64_t{0}));
  auto source = standing(Family::checkpoints);
  if (!source) return source.error();
  if (source->key.empty()) return missing("checkpoint yet");
  if (!keys::well_formed(Family::checkpoints, source->key)) {
    return contradiction(Family::checkpoints, source->key, "is no key of a checkpoint");
  }
  return named(Family::checkpoints, source->key, rows::decode_checkpoint(*source));
}

Result<CheckpointRow> RocksReader::checkpoint_covering(std::uint64_t log_index) const {
  if (log_index == ~std::uint64_t{0}) return missing("checkpoint of this size");
  iterator(Family::checkpoints).Seek(keys::checkpoint_size(log_index + 1));
  auto source = standing(Family::checkpoints);
  if (!source) return source.error();
  if (source->key.empty()) {
    return missing("checkpoint that covers log index " + std::to_string(log_index));
  }
  auto epoch = named(Family::checkpoints, source->key, rows::decode_number(*source));
  if (!epoch) return epoch.error();
  return checkpoint(*epoch);
}

Result<AnchorRow> RocksReader::anchor(std::string_view ledger, std::uint64_t epoch) const {
  if (ledger.empty() || ledger.size() > kMaxLedgerName) return missing("ledger of this name");
  const std::string key = keys::anchor(ledger, epoch);
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::anchors, key, pinned);
  if (!source) return source.error();
  return named(Family::anchors, key, rows::decode_anchor(*source));
}

Result<AnchorRow> RocksReader::standing_anchor(std::string_view ledger,
                                               std::string_view what) const {
  auto source = standing(Family::anchors);
  if (!source) return source.error();
  if (source->key.starts_with(keys::ledger(ledger)) &&
      keys::well_formed(Family::anchors, source->key)) {
    return named(Family::anchors, source->key, rows::decode_anchor(*source));
  }
  return missing(std::string(what) + " on ledger " + std::string(ledger));
}

std::optional<std::uint64_t> RocksReader::anchors_version() const {
  return snapshot_ == nullptr ? db_.anchors_version() : anchors_version_;
}

Result<AnchorRow> RocksReader::latest_anchor(std::string_view ledger) const {
  if (ledger.empty() || ledger.size() > kMaxLedgerName) return missing("ledger of this name");
  iterator(Family::anchors).SeekForPrev(keys::anchor(ledger, ~std::uint64_t{0}));
  return standing_anchor(ledger, "anchor");
}

Result<AnchorRow> RocksReader::anchor_before(std::string_view ledger, std::uint64_t epoch) const {
  if (ledger.empty() || ledger.size() > kMaxLedgerName) return missing("ledger of this name");
  const std::string what = "anchor before epoch " + std::to_string(epoch);
  if (epoch == 0) return missing(what);
  iterator(Family::anchors).SeekForPrev(keys::anchor(ledger, epoch - 1));
  return standing_anchor(ledger, what);
}

Result<AnchorRow> RocksReader::anchor_covering(std::string_view ledger, std::uint64_t epoch) const {
  if (ledger.empty() || ledger.size() > kMaxLedgerName) return missing("ledger of this name");
  iterator(Family::anchors).Seek(keys::anchor(ledger, epoch));
  return standing_anchor(ledger, "anchor that covers epoch " + std::to_string(epoch));
}

Result<std::vector<std::string>> RocksReader::anchor_ledgers() const {
  std::vector<std::string> out;
  rocksdb::Iterator& it = iterator(Family::anchors);
  it.SeekToFirst();
  while (true) {
    auto source = standing(Family::anchors);
    if (!source) return source.error();
    if (source->key.empty()) break;
    if (!keys::well_formed(Family::anchors, source->key)) {
      return contradiction(Family::anchors, source->key, "is no key of an anchor");
    }
    out.emplace_back(source->key.substr(1, source->key.size() - 9));
    it.Seek(keys::anchor(out.back(), ~std::uint64_t{0}));
    if (it.Valid() && text_of(it.key()) == keys::anchor(out.back(), ~std::uint64_t{0})) it.Next();
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace kedge::node
