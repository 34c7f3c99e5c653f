// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"
#include "node/store/rocks_engine.hpp"
#include "node/store/status_checks.hpp"
#include "node/store/status_rows.hpp"

/// The intents of the engine that write status.
namespace kedge::node {
namespace {

/// What a write batch needs for the row of a target, about.
constexpr std::size_t kStoredTargetBytes = 80;

void put(const RocksDb& db, Family family, const std::string& key, const std::string& value,
         rocksdb::WriteBatch& batch) {
  batch.Put(db.family(family), key, value);
}

}  // namespace

Status RocksEngine::append_changes(std::span<const ChangeRun> runs) {
  if (auto ok = db_->writable(); !ok) return ok;
  // Only this thread changes what the plan reads, so that no snapshot is needed, and what it was
  // told since `before_changes` still holds: but not after this.
  const auto writes = plan_changes(
      runs, RocksReader(*db_, nullptr, RocksReader::View::latest, nullptr, &known_targets_),
      next_positions_, next_changes_);
  known_targets_.forget();
  if (!writes) return writes.error();
  rocksdb::WriteBatch batch(writes->size() * (kStoredTargetBytes + StatusChange::kSize));
  std::map<IssuerId, std::uint64_t> next;
  for (const ChangeRun& run : runs) {
    const std::string key = keys::changes(run.issuer, run.first_change);
    put(*db_, Family::changes, key, rows::encode_changes(key, run), batch);
    next[run.issuer] = run.first_change + run.changes.size();
  }
  for (const TargetWrite& write : *writes) {
    const std::string key = keys::target(write.issuer, write.target);
    put(*db_, Family::targets, key, rows::encode_target(key, write.status), batch);
  }
  if (auto ok = db_->write(batch); !ok) return ok;
  for (const auto& [issuer, change] : next) next_changes_[issuer] = change;
  return {};
}

Status RocksEngine::allocate_status(std::span<const StatusAllocation> allocations) {
  if (auto ok = db_->writable(); !ok) return ok;
  const auto lists = plan_allocations(allocations, RocksReader(*db_, nullptr));
  if (!lists) return lists.error();
  rocksdb::WriteBatch batch;
  for (const StatusListRow& row : *lists) {
    const std::string key = keys::status_list(row.issuer, row.list);
    put(*db_, Family::status_lists, key, rows::encode_status_list(key, row), batch);
  }
  for (const StatusAllocation& what : allocations) {
    const Allocation& allocation = what.allocation;
    const std::string key =
        keys::allocation(allocation.issuer, crypto::sha256(as_bytes(allocation.request_key)));
    put(*db_, Family::status_lists, key, rows::encode_allocation(key, allocation), batch);
  }
  return db_->write(batch);
}

Status RocksEngine::record_published(const PublishedList& list) {
  if (auto ok = db_->writable(); !ok) return ok;
  if (auto ok = check_published(list, RocksReader(*db_, nullptr)); !ok) return ok;
  const std::string key = keys::published(list.issuer, list.list, list.encoding, list.epoch);
  rocksdb::WriteBatch batch;
  put(*db_, Family::published, key, rows::encode_published(key, list), batch);
  return db_->write(batch);
}

void RocksEngine::put_statuses(const Seal& seal, rocksdb::WriteBatch& batch) const {
  for (const StatusSeal& status : seal.statuses) {
    const StatusRow& row = status.row;
    const std::string key = keys::status(row.issuer, row.epoch);
    put(*db_, Family::status, key, rows::encode_status(key, row), batch);
    for (const ListTile& at : status.tiles) {
      const StatusTile& tile = at.tile;
      const std::string name =
          keys::status_tile(row.issuer, at.list, tile.level, tile.index, row.epoch);
      put(*db_, Family::status_tiles, name, rows::encode_status_tile(name, tile.nodes), batch);
    }
  }
}

}  // namespace kedge::node
