// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/sha256.hpp"
#include "node/store/checks.hpp"
#include "node/store/node_row.hpp"
#include "node/store/rocks_engine.hpp"

/// The intents of the engine. Each looks first, then writes everything at once.
namespace kedge::node {
namespace {

/// What a write batch needs for a leaf entry with its share of a checksum, and for a row besides.
constexpr std::size_t kStoredLeafBytes = LeafEntry::kSize + 1;
constexpr std::size_t kStoredRowBytes = 96;

/// Adds the rows of one run.
void put_run(const RocksDb& db, const Run& run, rocksdb::WriteBatch& batch) {
  std::vector<bool> call_ends(run.count());
  std::size_t end = 0;
  for (const std::uint32_t size : run.call_sizes) {
    end += size;
    call_ends[end - 1] = true;
  }
  for (std::size_t at = 0, count = 0; at < run.count(); at += count) {
    count = rows::run_row_count(run.first_position + at, run.count() - at);
    const auto begin = call_ends.begin() + static_cast<std::ptrdiff_t>(at);
    const std::string key = keys::run(run.issuer, run.first_position + at);
    batch.Put(db.family(Family::runs), key,
              rows::encode_run(
                  key, run.time_ms,
                  ByteView(run.leaves).subspan(at * LeafEntry::kSize, count * LeafEntry::kSize),
                  {begin, begin + static_cast<std::ptrdiff_t>(count)}));
  }
}

}  // namespace

std::unique_ptr<StoreReader> RocksEngine::snapshot() const {
  return std::make_unique<RocksReader>(*db_, &locator_);
}

std::unique_ptr<StoreReader> RocksEngine::latest() const {
  return std::make_unique<RocksReader>(*db_, &locator_, RocksReader::View::latest, &windows_);
}

std::unique_ptr<StoreReader> RocksEngine::before_changes() const {
  known_targets_.forget();
  return std::make_unique<RocksReader>(*db_, &locator_, RocksReader::View::latest, &windows_,
                                       &known_targets_);
}

Status RocksEngine::checkpoint(const std::filesystem::path& folder) const {
  return db_->checkpoint(folder);
}

Result<std::vector<std::optional<Location>>> RocksEngine::locate_many(
    IssuerId issuer, std::span<const Hash> digests) const {
  std::vector<std::uint64_t> prefixes;
  locator_.prefixes(digests, prefixes);
  auto primaries = locator_.primaries(prefixes, true);
  if (!primaries) return primaries.error();
  std::vector<std::pair<Location, std::size_t>> hits;
  for (std::size_t i = 0; i < digests.size(); ++i) {
    if (!(*primaries)[i]) continue;
    auto candidates = locator_.candidates_at(prefixes[i], *(*primaries)[i]);
    if (!candidates) return candidates.error();
    for (const Location& at : *candidates) {
      if (at.issuer == issuer) hits.emplace_back(at, i);
    }
  }
  std::vector<std::optional<Location>> answers(digests.size());
  if (hits.empty()) return answers;
  // In the order of the rows, which stand side by side and hold several each.
  std::sort(hits.begin(), hits.end(),
            [](const auto& a, const auto& b) { return a.first.position < b.first.position; });
  const RocksReader reader(*db_, nullptr);
  for (const auto& [at, i] : hits) {
    auto same = reader.has_digest(at, digests[i]);
    if (!same) return same.error();
    if (*same) answers[i] = at;
  }
  return answers;
}

Result<IssuerRow> RocksEngine::add_issuer(std::string_view name) {
  if (auto ok = check_issuer_name(name); !ok) return ok.error();
  if (next_positions_.size() >= kMaxIssuers) {
    return Error{Errc::too_busy, "there are as many issuers as a store can hold"};
  }
  const RocksReader reader(*db_, nullptr);
  const auto known = reader.issuer_by_name(name);
  if (known) return Error{Errc::already_exists, "there is an issuer of this name"};
  if (known.error().code != Errc::not_found) return known.error();

  IssuerRow row;
  row.id = static_cast<IssuerId>(next_positions_.size());
  row.name = name;
  row.issuer_hash = crypto::sha256(as_bytes(name));
  const std::string key = keys::issuer(row.id);
  const std::string by_hash = keys::issuer_hash(row.issuer_hash);
  rocksdb::WriteBatch batch;
  batch.Put(db_->family(Family::issuers), key, rows::encode_issuer(key, row));
  batch.Put(db_->family(Family::issuers), by_hash, rows::encode_number(by_hash, row.id));
  if (auto ok = db_->write(batch); !ok) return ok.error();
  next_positions_.push_back(0);
  next_changes_.push_back(0);
  return row;
}

Status RocksEngine::append(std::span<const Run> runs) {
  if (auto ok = db_->writable(); !ok) return ok;
  if (auto ok = check_runs(runs, next_positions_); !ok) return ok;

  std::size_t count = 0;
  std::size_t rows = 0;
  for (const Run& run : runs) {
    count += run.count();
    rows += (run.count() + rows::kRunRowEntries - 1) / rows::kRunRowEntries;
  }
  std::vector<Hash> digests;
  std::vector<Locator::NewLeaf> leaves;
  digests.reserve(count);
  leaves.reserve(count);
  std::map<IssuerId, std::uint64_t> next;
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.count(); ++i) {
      leaves.push_back({.at = {run.issuer, run.first_position + i}});
      digests.push_back(leaf_digest(run.leaves, i));
    }
    next[run.issuer] = run.first_position + run.count();
  }
  std::vector<std::uint64_t> prefixes;
  locator_.prefixes(digests, prefixes);
  for (std::size_t i = 0; i < leaves.size(); ++i) leaves[i].prefix = prefixes[i];
  if (auto ok = locator_.plan(leaves); !ok) return ok;
  if (auto ok = check_taken(leaves, digests); !ok) return ok;

  rocksdb::WriteBatch batch(count * kStoredLeafBytes + rows * kStoredRowBytes);
  for (const Run& run : runs) put_run(*db_, run, batch);
  for (const Locator::NewLeaf& leaf : leaves) {
    if (!leaf.taken) continue;
    batch.Put(db_->family(Family::locator_more), keys::locator_more(leaf.prefix, leaf.at), "");
    locator_.note_more();
  }
  locator_.insert(leaves);
  if (auto ok = db_->write(batch); !ok) return ok;
  for (const auto& [issuer, position] : next) next_positions_[issuer] = position;
  locator_.committed(next);
  return {};
}

Status RocksEngine::check_taken(const std::vector<Locator::NewLeaf>& leaves,
                                std::span<const Hash> digests) const {
  const Error refusal{Errc::already_exists, "the issuer has a digest of the run already"};
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!leaves[i].taken) continue;
    for (std::uint32_t j = leaves[i].earlier; j != Locator::NewLeaf::kNone; j = leaves[j].earlier) {
      if (leaves[j].at.issuer == leaves[i].at.issuer && digests[j] == digests[i]) return refusal;
    }
    auto found = locate_many(leaves[i].at.issuer, digests.subspan(i, 1));
    if (!found) return found.error();
    if (found->front()) return refusal;
  }
  return {};
}

Status RocksEngine::seal(const Seal& seal) {
  if (auto ok = db_->writable(); !ok) return ok;
  if (auto ok = check_seal(seal, RocksReader(*db_, nullptr), next_positions_); !ok) return ok;
  rocksdb::WriteBatch batch;
  const auto put = [&](Family family, const std::string& key, const std::string& value) {
    batch.Put(db_->family(family), key, value);
  };
  for (const SealedBatch& sealed : seal.batches) {
    const BatchRow& row = sealed.row;
    const std::string key = keys::batch(row.issuer, row.first_position);
    put(Family::batches, key, rows::encode_batch(key, row));
    rows::encode_nodes(sealed, [&](std::uint32_t subtree, const std::string& nodes) {
      put(Family::batch_nodes, keys::batch_nodes(row.issuer, row.first_position, subtree), nodes);
    });
  }
  put_statuses(seal, batch);
  for (const IssuerRow& row : seal.issuers) {
    const std::string key = keys::issuer(row.id);
    put(Family::issuers, key, rows::encode_issuer(key, row));
  }
  for (std::size_t i = 0; i < seal.entries.size(); ++i) {
    const std::string key = keys::log_entry(seal.first_index + i);
    put(Family::log, key, rows::encode_log_entry(key, seal.entries[i]));
  }
  for (const Tile& tile : seal.tiles) {
    const std::string key = keys::tile(static_cast<std::uint8_t>(tile.level), tile.index);
    put(Family::log, key, rows::encode_hashes(key, tile.hashes));
  }
  const CheckpointRow& checkpoint = seal.checkpoint;
  put(Family::log, keys::edges(), rows::encode_edges(keys::edges(), {checkpoint.size, seal.edges}));
  const std::string by_epoch = keys::checkpoint(checkpoint.epoch);
  const std::string by_size = keys::checkpoint_size(checkpoint.size);
  put(Family::checkpoints, by_epoch, rows::encode_checkpoint(by_epoch, checkpoint));
  put(Family::checkpoints, by_size, rows::encode_number(by_size, checkpoint.epoch));
  return db_->write(batch);
}

Status RocksEngine::put_anchor(const AnchorRow& row) {
  const std::string key = keys::anchor(row.ledger, row.epoch);
  rocksdb::WriteBatch batch;
  batch.Put(db_->family(Family::anchors), key, rows::encode_anchor(key, row));
  return db_->write_anchor(batch);
}

Status RocksEngine::record_intent(const AnchorRow& row) {
  const RocksReader reader(*db_, nullptr);
  if (auto ok = check_intent(row, reader); !ok) return ok;
  const auto known = reader.anchor(row.ledger, row.epoch);
  if (known) return Error{Errc::already_exists, "the ledger has an anchor of this epoch"};
  if (known.error().code != Errc::not_found) return known.error();
  return put_anchor(row);
}

Status RocksEngine::record_attempt(std::string_view ledger, std::uint64_t epoch,
                                   const AnchorAttempt& attempt) {
  auto row = RocksReader(*db_, nullptr).anchor(ledger, epoch);
  if (!row) return row.error();
  auto changed = with_attempt(std::move(*row), attempt);
  if (!changed) return changed.error();
  return put_anchor(*changed);
}

Status RocksEngine::record_state(std::string_view ledger, std::uint64_t epoch, AnchorState state,
                                 std::string_view record, std::uint64_t time_ms) {
  auto row = RocksReader(*db_, nullptr).anchor(ledger, epoch);
  if (!row) return row.error();
  auto changed = with_state(std::move(*row), state, record, time_ms);
  if (!changed) return changed.error();
  return put_anchor(*changed);
}

}  // namespace kedge::node
