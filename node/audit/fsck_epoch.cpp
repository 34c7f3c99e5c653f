// SPDX-License-Identifier: Apache-2.0
#include "crypto/checkpoint.hpp"
#include "crypto/tree_hash.hpp"
#include "node/audit/fsck_log.hpp"

namespace kedge::node {
namespace {

bool same_row(const BatchRow& a, const BatchRow& b) {
  return a.issuer == b.issuer && a.first_position == b.first_position && a.count == b.count &&
         a.issuer_seq == b.issuer_seq && a.log_index == b.log_index && a.time_ms == b.time_ms &&
         a.root == b.root;
}

/// The checkpoint's text; verified, if there is a verifier.
Result<std::string> text_of(const FsckOptions& options, std::string_view note) {
  if (options.verifier) return crypto::open_note(note, std::span(&*options.verifier, 1));
  Result<crypto::Note> parsed = crypto::parse_note(note);
  if (!parsed) return std::move(parsed).error();
  return std::move(parsed->text);
}

}  // namespace

std::optional<LogHead> check_checkpoint(FsckRun& run, std::uint64_t epoch) {
  const std::string where = checkpoint_name(epoch);
  const auto row = run.take(run.reader.checkpoint(epoch), where);
  if (!row) return std::nullopt;
  ++run.report.checkpoints;
  if (row->epoch != epoch) run.fault(where, "the row is of epoch " + std::to_string(row->epoch));
  LogHead head{epoch, row->size, row->root, row->time_ms};

  const auto text = text_of(run.options, row->note);
  if (!text) {
    run.fault(where, text.error().message);
    return head;
  }
  const auto checkpoint = crypto::parse_checkpoint(*text);
  if (!checkpoint) {
    run.fault(where, checkpoint.error().message);
    return head;
  }
  if (checkpoint->origin != run.options.origin) run.fault(where, "is of another origin");
  if (!checkpoint->extensions.empty()) run.fault(where, "has lines that the node never writes");
  if (checkpoint->size != row->size) run.fault(where, "size is not that of the signed note");
  if (checkpoint->root != row->root) run.fault(where, "root is not that of the signed note");
  head.size = checkpoint->size;
  head.root = checkpoint->root;
  return head;
}

void LogCheck::follow(const LogSlot& slot, const std::optional<LogHead>& head, bool last) {
  if (run_.failure) return;
  const Result<BatchRow> row = run_.reader.batch_at(slot.index);
  const Result<StatusRow> status_row = run_.reader.status_entry_at(slot.index);
  const std::string where = entry_name(slot.index);
  const std::optional<LogEntry> entry = entry_of(slot, row, status_row);
  if (!entry) {
    replay_.skip();
    // What the entry would say is only in its row now.
    if (row && row->issuer < run_.batches.size()) run_.batches[row->issuer].push_back(*row);
    if (status_row && status_row->issuer < run_.statuses.size()) {
      StatusEntry said;
      said.change_count = status_row->count;
      said.changes_root = status_row->changes_root;
      said.status_root = status_row->status_root;
      run_.statuses[status_row->issuer].push_back(
          {status_row->epoch, slot.index, said, *status_row});
    }
    return;
  }
  for (std::string& what : replay_.apply(*entry, slot.hash)) run_.fault(where, std::move(what));

  const auto* epoch = std::get_if<EpochEntry>(&*entry);
  if (last && epoch == nullptr) run_.fault(where, "ends an epoch, but is not an epoch entry");
  if (!last && epoch != nullptr) run_.fault(where, "an epoch entry inside an epoch");
  if (epoch != nullptr) check_epoch_entry(slot.index, *epoch, head);
  if (const auto* batch = std::get_if<BatchEntry>(&*entry); batch != nullptr) {
    check_batch(slot.index, *batch, row);
  } else {
    run_.expect_none(row, "batch row of log entry " + std::to_string(slot.index));
  }
  if (const auto* status = std::get_if<StatusEntry>(&*entry); status != nullptr) {
    check_status(slot.index, *status, status_row, head);
  } else {
    run_.expect_none(status_row, "status row of log entry " + std::to_string(slot.index));
  }
}

std::optional<LogEntry> LogCheck::entry_of(const LogSlot& slot, const Result<BatchRow>& batch,
                                           const Result<StatusRow>& status) {
  if (slot.entry && slot.entry_believed()) {
    Result<LogEntry> entry = decode_entry(*slot.entry);
    if (entry) return *std::move(entry);
    run_.fault(entry_name(slot.index), entry.error().message);
    return std::nullopt;
  }
  // The entry is damaged, which has been said. If its row leads to the hash that the checkpoint
  // confirms, the row tells what it was, and the rest of the log can be followed.
  const auto entry = entry_of_row(batch, status);
  if (!entry || crypto::leaf_hash(encode_entry(*entry)) != slot.hash) return std::nullopt;
  return entry;
}

std::optional<LogEntry> LogCheck::entry_of_row(const Result<BatchRow>& batch,
                                               const Result<StatusRow>& status) const {
  if (!batch && !status) return std::nullopt;
  const IssuerId id = batch ? batch->issuer : status->issuer;
  if (id >= run_.issuers.size()) return std::nullopt;
  const Hash& issuer_hash = run_.issuers[id].issuer_hash;
  const DirectoryRecord* issuer = replay_.issuer(issuer_hash);
  const Hash prev = issuer != nullptr ? issuer->last_entry_hash : Hash{};
  if (batch) {
    return BatchEntry{
        batch->time_ms, issuer_hash, batch->issuer_seq, batch->first_position, batch->count,
        batch->root,    prev};
  }
  return StatusEntry{
      status->time_ms,     issuer_hash, status->issuer_seq, status->count, status->changes_root,
      status->status_root, prev};
}

void LogCheck::check_batch(std::uint64_t index, const BatchEntry& entry,
                           const Result<BatchRow>& row) {
  const auto issuer = run_.issuer_ids.find(entry.issuer_hash);
  if (issuer == run_.issuer_ids.end()) {
    return run_.fault(entry_name(index), "issuer_hash is that of no issuer");
  }
  const BatchRow expected{issuer->second, entry.first_position, entry.count,     entry.issuer_seq,
                          index,          entry.time_ms,        entry.batch_root};
  const std::string where = "batch row of log entry " + std::to_string(index);
  const auto stored = run_.take(row, where);
  if (stored && !same_row(*stored, expected)) run_.fault(where, "is not what the entry says");
  const std::uint64_t last = entry.first_position + entry.count - 1;
  for (const std::uint64_t position : {entry.first_position, last}) {
    const std::string name =
        "batch of position " + std::to_string(position) + " of " + issuer_name(expected.issuer);
    const auto found = run_.take(run_.reader.batch_of(expected.issuer, position), name);
    if (found && !same_row(*found, expected)) {
      run_.fault(name, "is not that of log entry " + std::to_string(index));
    }
  }
  run_.batches[expected.issuer].push_back(expected);
}

void LogCheck::check_status(std::uint64_t index, const StatusEntry& entry,
                            const Result<StatusRow>& row, const std::optional<LogHead>& head) {
  const auto issuer = run_.issuer_ids.find(entry.issuer_hash);
  if (issuer == run_.issuer_ids.end()) {
    return run_.fault(entry_name(index), "issuer_hash is that of no issuer");
  }
  const std::string where = "status row of " + entry_name(index);
  SealedStatus sealed{replay_.next_epoch(), index, entry, run_.take(row, where)};
  if (head) sealed.epoch = head->epoch;
  if (sealed.row &&
      (sealed.row->issuer != issuer->second || sealed.row->epoch != sealed.epoch ||
       sealed.row->issuer_seq != entry.issuer_seq || sealed.row->log_index != index ||
       sealed.row->time_ms != entry.time_ms || sealed.row->count != entry.change_count ||
       sealed.row->changes_root != entry.changes_root ||
       sealed.row->status_root != entry.status_root)) {
    run_.fault(where, "is not what the entry says");
  }
  run_.statuses[issuer->second].push_back(std::move(sealed));
}

void LogCheck::check_epoch_entry(std::uint64_t index, const EpochEntry& entry,
                                 const std::optional<LogHead>& head) {
  if (entry.anchor_ref != Hash{} && !run_.anchor_records.contains(entry.anchor_ref)) {
    run_.fault(entry_name(index), "anchor_ref is that of no final anchor");
  }
  if (!head) return;
  if (entry.epoch != head->epoch) {
    run_.fault(entry_name(index), "epoch is not that of the checkpoint");
  }
  if (entry.time_ms != head->time_ms) {
    run_.fault(checkpoint_name(head->epoch), "time is not that of the epoch entry");
  }
}

}  // namespace kedge::node
