// SPDX-License-Identifier: Apache-2.0
#include "node/proof/epoch_directory.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "crypto/tree_hash.hpp"
#include "node/log/entry.hpp"

namespace kedge::node {
namespace {

/// Up to so many later entries are undone. An issuer that is looked at alone costs some ten reads.
constexpr std::uint64_t kMaxUndone = 4096;
/// Read at once.
constexpr std::uint64_t kEntriesAtOnce = 512;

DirectoryRecord newest_record(const IssuerRow& row) {
  return {row.issuer_hash, row.next_issuer_seq, row.credential_count, row.status_root,
          row.last_entry_hash};
}

Result<Hash> status_root_at(const StoreReader& reader, IssuerId issuer, std::uint64_t epoch) {
  const Result<StatusRow> row = reader.status_at(issuer, epoch);
  if (row) return row->status_root;
  if (row.error().code == Errc::not_found) return Hash{};
  return row.error();
}

/// What one issuer's entries after the checkpoint say of the state before them.
struct Undo {
  std::uint64_t next_issuer_seq = 0;
  Hash last_entry_hash{};
  std::optional<std::uint64_t> credential_count;
  bool status_changed = false;
};

class Undoing {
 public:
  void note(const LogEntry& entry) {
    if (const auto* batch = std::get_if<BatchEntry>(&entry)) {
      Undo& undo = first(batch->issuer_hash, batch->issuer_seq, batch->prev);
      if (!undo.credential_count) undo.credential_count = batch->first_position;
    }
    if (const auto* status = std::get_if<StatusEntry>(&entry)) {
      first(status->issuer_hash, status->issuer_seq, status->prev).status_changed = true;
    }
  }

  [[nodiscard]] const Undo* find(const Hash& issuer_hash) const {
    const auto found = undos_.find(issuer_hash);
    return found == undos_.end() ? nullptr : &found->second;
  }

 private:
  Undo& first(const Hash& issuer_hash, std::uint64_t seq, const Hash& prev) {
    return undos_.try_emplace(issuer_hash, Undo{seq, prev, std::nullopt, false}).first->second;
  }

  std::map<Hash, Undo> undos_;
};

Result<Undoing> read_undoing(const StoreReader& reader, std::uint64_t first, std::uint64_t end) {
  Undoing undoing;
  while (first < end) {
    const auto entries = reader.log_entries(first, std::min(kEntriesAtOnce, end - first));
    if (!entries) return entries.error();
    if (entries->empty()) return Error{Errc::corrupt, "log entries are missing"};
    for (const Bytes& bytes : *entries) {
      const Result<LogEntry> entry = decode_entry(bytes);
      if (!entry) return Error{Errc::corrupt, "stored log entry: " + entry.error().message};
      undoing.note(*entry);
    }
    first += entries->size();
  }
  return undoing;
}

/// An entry of an issuer.
struct Newest {
  std::uint64_t log_index = 0;
  std::uint64_t issuer_seq = 0;
};

/// The issuer's last batch in the log of this size; nullopt if it has none.
Result<std::optional<BatchRow>> last_batch(const StoreReader& reader, const IssuerRow& row,
                                           std::uint64_t size) {
  std::optional<BatchRow> best;
  std::uint64_t low = 0;
  std::uint64_t high = row.credential_count;
  // The newest one first: most issuers have done nothing since.
  std::uint64_t probe = high - 1;
  while (low < high) {
    const Result<BatchRow> batch = reader.batch_of(row.id, probe);
    if (!batch) return batch.error();
    if (batch->log_index < size) {
      best = *batch;
      low = std::max(low + 1, batch->first_position + batch->count);
    } else {
      high = std::min(high - 1, batch->first_position);
    }
    probe = low + (high - low) / 2;
  }
  return best;
}

/// nullopt if the issuer has no entry yet.
Result<std::optional<DirectoryRecord>> search_record(const StoreReader& reader,
                                                     const IssuerRow& row,
                                                     const CheckpointRow& checkpoint) {
  const auto batch = last_batch(reader, row, checkpoint.size);
  if (!batch) return batch.error();
  const Result<StatusRow> status = reader.status_at(row.id, checkpoint.epoch);
  if (!status && status.error().code != Errc::not_found) return status.error();
  if (!*batch && !status) return std::optional<DirectoryRecord>();
  Newest newest;
  DirectoryRecord record;
  record.issuer_hash = row.issuer_hash;
  if (*batch) {
    newest = {(*batch)->log_index, (*batch)->issuer_seq};
    record.credential_count = (*batch)->first_position + (*batch)->count;
  }
  if (status) {
    record.status_root = status->status_root;
    if (status->log_index > newest.log_index) newest = {status->log_index, status->issuer_seq};
  }
  record.next_issuer_seq = newest.issuer_seq + 1;
  const Result<Bytes> entry = reader.log_entry(newest.log_index);
  if (!entry) return entry.error();
  record.last_entry_hash = crypto::leaf_hash(*entry);
  return std::optional(record);
}

Result<std::optional<DirectoryRecord>> undo_record(const StoreReader& reader, const IssuerRow& row,
                                                   const CheckpointRow& checkpoint,
                                                   const Undoing& undoing) {
  DirectoryRecord record = newest_record(row);
  if (const Undo* undo = undoing.find(row.issuer_hash)) {
    record.next_issuer_seq = undo->next_issuer_seq;
    record.last_entry_hash = undo->last_entry_hash;
    record.credential_count = undo->credential_count.value_or(record.credential_count);
    if (undo->status_changed) {
      const Result<Hash> root = status_root_at(reader, row.id, checkpoint.epoch);
      if (!root) return root.error();
      record.status_root = *root;
    }
  }
  if (record.next_issuer_seq == 0) return std::optional<DirectoryRecord>();
  return std::optional(record);
}

}  // namespace

std::size_t EpochDirectory::find(const Hash& issuer_hash) const {
  const auto found = std::lower_bound(
      records.begin(), records.end(), issuer_hash,
      [](const DirectoryRecord& record, const Hash& hash) { return record.issuer_hash < hash; });
  if (found == records.end() || found->issuer_hash != issuer_hash) return records.size();
  return static_cast<std::size_t>(found - records.begin());
}

Result<EpochDirectory> read_directory(const StoreReader& reader, const CheckpointRow& checkpoint) {
  const Result<CheckpointRow> newest = reader.latest_checkpoint();
  if (!newest) return newest.error();
  const auto rows = reader.issuers();
  if (!rows) return rows.error();
  const bool undo = newest->size - checkpoint.size <= kMaxUndone;
  const Result<Undoing> undoing =
      undo ? read_undoing(reader, checkpoint.size, newest->size) : Undoing();
  if (!undoing) return undoing.error();
  std::vector<DirectoryRecord> records;
  for (const IssuerRow& row : *rows) {
    if (row.next_issuer_seq == 0) continue;
    const auto record = undo ? undo_record(reader, row, checkpoint, *undoing)
                             : search_record(reader, row, checkpoint);
    if (!record) return record.error();
    if (*record) records.push_back(**record);
  }
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return a.issuer_hash < b.issuer_hash; });
  std::vector<Hash> leaves;
  leaves.reserve(records.size());
  for (const DirectoryRecord& record : records) {
    leaves.push_back(crypto::leaf_hash(encode_directory_record(record)));
  }
  return EpochDirectory{std::move(records), crypto::Tree(std::move(leaves))};
}

}  // namespace kedge::node
