// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "crypto/checkpoint.hpp"
#include "crypto/mutant.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"
#include "node/anchoring/edge_check.hpp"
#include "node/anchoring/log_writer.hpp"
#include "node/anchoring/status_seal.hpp"
#include "node/log/directory.hpp"
#include "node/log/entry.hpp"

namespace kedge::node {
namespace {

/// Collects the entries of one epoch, and follows the log in both of its forms.
class EntryList {
 public:
  EntryList(RightEdge& edge, crypto::CompactRange& log) : edge_(edge), log_(log) {}

  /// The log leaf hash of the entry.
  Hash add(const LogEntry& entry) {
    entries_.push_back(encode_entry(entry));
    const Hash hash = crypto::leaf_hash(entries_.back());
    edge_.append(hash);
    log_.append(hash);
    return hash;
  }

  [[nodiscard]] std::uint64_t next_index() const { return log_.size(); }
  [[nodiscard]] std::vector<Bytes> take() { return std::move(entries_); }

 private:
  RightEdge& edge_;
  crypto::CompactRange& log_;
  std::vector<Bytes> entries_;
};

/// Puts an issuer's batches into the log, and brings its row up to date.
void add_batches(IssuerRow& row, std::span<ClosedBatch> batches, std::uint64_t now_ms,
                 EntryList& entries, Seal& seal) {
  for (ClosedBatch& batch : batches) {
    SealedBatch sealed;
    sealed.row = {.issuer = row.id,
                  .first_position = batch.first_position,
                  .count = batch.count,
                  .issuer_seq = row.next_issuer_seq,
                  .log_index = entries.next_index(),
                  .time_ms = now_ms,
                  .root = batch.root};
    sealed.levels = std::move(batch.levels);
    seal.batches.push_back(std::move(sealed));
    row.last_entry_hash = entries.add(BatchEntry{.time_ms = now_ms,
                                                 .issuer_hash = row.issuer_hash,
                                                 .issuer_seq = row.next_issuer_seq,
                                                 .first_position = batch.first_position,
                                                 .count = batch.count,
                                                 .batch_root = batch.root,
                                                 .prev = row.last_entry_hash});
    row.next_issuer_seq += 1;
    row.credential_count += batch.count;
  }
}

/// Puts an issuer's pending status changes into the log, after its batches, and brings its row up
/// to date.
void add_status(IssuerRow& row, StatusSeal status, std::uint64_t epoch, std::uint64_t now_ms,
                EntryList& entries, Seal& seal) {
  status.row.epoch = epoch;
  status.row.issuer_seq = row.next_issuer_seq;
  status.row.log_index = entries.next_index();
  status.row.time_ms = now_ms;
  row.status_root = status.row.status_root;
  row.last_entry_hash = entries.add(StatusEntry{.time_ms = now_ms,
                                                .issuer_hash = row.issuer_hash,
                                                .issuer_seq = row.next_issuer_seq,
                                                .change_count = status.row.count,
                                                .changes_root = status.row.changes_root,
                                                .status_root = status.row.status_root,
                                                .prev = row.last_entry_hash});
  row.next_issuer_seq += 1;
  seal.statuses.push_back(std::move(status));
}

/// What the epoch entry says of the issuers. Those without an entry in the log are left out: nobody
/// who replays the log could know of them.
EpochEntry directory_of(std::vector<DirectoryRecord> records) {
  std::erase_if(records, [](const DirectoryRecord& r) { return r.next_issuer_seq == 0; });
  std::sort(records.begin(), records.end(), [](const DirectoryRecord& a, const DirectoryRecord& b) {
    return a.issuer_hash < b.issuer_hash;
  });
  EpochEntry entry;
  entry.issuer_count = static_cast<std::uint32_t>(records.size());
  entry.directory_root = directory_root(records);
  return entry;
}

}  // namespace

Result<std::optional<SealedEpoch>> LogWriter::begin(std::uint64_t now_ms) {
  if (fault_) return *fault_;
  if (checkpoint_) return std::optional<SealedEpoch>();
  Result<SealedEpoch> epoch = write_epoch(std::max(now_ms, change_ms_), Hash{});
  if (!epoch) return fail(std::move(epoch).error());
  return std::optional<SealedEpoch>(*std::move(epoch));
}

bool LogWriter::seal_due(std::uint64_t now_ms) const noexcept {
  if (!checkpoint_) return false;
  const std::uint64_t last_ms = std::max(checkpoint_->time_ms, change_ms_);
  const bool heartbeat =
      options_.heartbeat_ms != 0 && now_ms >= last_ms && now_ms - last_ms >= options_.heartbeat_ms;
  return !idle() || heartbeat;
}

Result<std::optional<SealedEpoch>> LogWriter::seal(std::uint64_t now_ms, const Hash& anchor_ref) {
  if (fault_) return *fault_;
  if (!checkpoint_) return Error{Errc::internal, "the log has not begun"};
  const std::uint64_t last_ms = std::max(checkpoint_->time_ms, change_ms_);
  if (!seal_due(now_ms)) return std::optional<SealedEpoch>();
  if (now_ms < last_ms && kMutant != Mutant::clock_gone_back) {
    return Error{Errc::unavailable, "the clock has gone back by " +
                                        std::to_string(last_ms - now_ms) +
                                        " ms behind the newest log entry or status change; sealing "
                                        "waits until it has caught up"};
  }
  Result<SealedEpoch> epoch = write_epoch(now_ms, anchor_ref);
  if (!epoch) return fail(std::move(epoch).error());
  return std::optional<SealedEpoch>(*std::move(epoch));
}

Result<SealedEpoch> LogWriter::write_epoch(std::uint64_t now_ms, const Hash& anchor_ref) {
  const std::uint64_t number = checkpoint_ ? checkpoint_->epoch + 1 : 0;
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  RightEdge edge;
  crypto::CompactRange log = log_;
  if (checkpoint_) {
    Result<RightEdge> stored = read_checked_edge(*reader, *checkpoint_);
    if (!stored) return std::move(stored).error();
    edge = *std::move(stored);
  }
  Seal seal;
  seal.first_index = log.size();
  EntryList entries(edge, log);
  if (!checkpoint_) {
    entries.add(
        GenesisEntry{.time_ms = now_ms, .origin_hash = crypto::sha256(as_bytes(signer_.name()))});
  }
  std::vector<DirectoryRecord> directory;
  directory.reserve(issuers_.size());
  for (Issuer& issuer : issuers_) {
    close_batch(issuer);
    IssuerRow row = issuer.row;
    add_batches(row, issuer.closed, now_ms, entries, seal);
    const auto pending = pending_.find(row.id);
    if (pending != pending_.end()) {
      Result<StatusSeal> status = seal_changes(*reader, row, pending->second);
      if (!status) return std::move(status).error();
      add_status(row, *std::move(status), number, now_ms, entries, seal);
    }
    directory.push_back({.issuer_hash = row.issuer_hash,
                         .next_issuer_seq = row.next_issuer_seq,
                         .credential_count = row.credential_count,
                         .status_root = row.status_root,
                         .last_entry_hash = row.last_entry_hash});
    if (row.next_issuer_seq != issuer.row.next_issuer_seq) seal.issuers.push_back(std::move(row));
  }
  EpochEntry epoch = directory_of(std::move(directory));
  epoch.time_ms = now_ms;
  epoch.epoch = number;
  epoch.anchor_ref = anchor_ref;
  entries.add(epoch);

  const Hash root = edge.root();
  if (edge.size() != log.size() || root != log.root()) {
    return Error{Errc::corrupt,
                 "the root computed from the store is not the one computed from memory"};
  }
  if (checkpoint_ && log.size() <= checkpoint_->size) {
    return Error{Errc::corrupt, "a checkpoint of this size has been signed already"};
  }
  Result<std::string> note = sign(log.size(), root);
  if (!note) return std::move(note).error();

  seal.entries = entries.take();
  seal.tiles = edge.take_full_tiles();
  seal.edges = edge.edges();
  seal.checkpoint = {.epoch = epoch.epoch,
                     .size = log.size(),
                     .root = root,
                     .time_ms = now_ms,
                     .note = *std::move(note)};
  if (const Status stored = store_.seal(seal); !stored && kMutant != Mutant::signed_before_write) {
    return stored.error();
  }

  for (const IssuerRow& row : seal.issuers) {
    issuers_.at(row.id).row = row;
    issuers_.at(row.id).closed.clear();
  }
  pending_.clear();
  unsealed_ = 0;
  unsealed_changes_ = 0;
  log_ = std::move(log);
  checkpoint_ = seal.checkpoint;
  return SealedEpoch{.checkpoint = std::move(seal.checkpoint), .issuers = std::move(seal.issuers)};
}

Result<std::string> LogWriter::sign(std::uint64_t size, const Hash& root) const {
  const crypto::Checkpoint checkpoint{.origin = signer_.name(), .size = size, .root = root};
  const std::string text = crypto::format_checkpoint(checkpoint);
  Result<std::string> note = signer_.sign(text);
  if (!note) return note;
  // A fault of memory or of the library while signing must not be published.
  const Result<std::string> opened = crypto::open_note(*note, {&verifier_, 1});
  if (!opened || *opened != text) {
    return Error{Errc::crypto, "the log key's own signature does not verify"};
  }
  return note;
}

}  // namespace kedge::node
