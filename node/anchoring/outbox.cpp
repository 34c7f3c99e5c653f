// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/outbox.hpp"

#include <utility>

#include "crypto/mutant.hpp"
#include "rpc/request_tag.hpp"

namespace kedge::node {
namespace {

Error ahead(const ledger::LedgerHead& head, std::uint64_t log_size) {
  return {Errc::corrupt,
          "the ledger has an anchor of " + std::to_string(head.size) +
              " log entries, but this log has " + std::to_string(log_size) +
              ": the data directory is older than its ledger, probably restored from a backup; "
              "nothing is signed or anchored with it. Put the newest data directory into place, "
              "or begin a new log with a new key and another ledger"};
}

Result<std::optional<AnchorRow>> newest_anchor(const StoreReader& reader,
                                               const std::string& ledger) {
  Result<AnchorRow> row = reader.latest_anchor(ledger);
  if (row) return std::optional<AnchorRow>(*std::move(row));
  if (row.error().code == Errc::not_found) return std::optional<AnchorRow>();
  return std::move(row).error();
}

std::vector<ledger::Attempt> attempts_of(const AnchorRow& row) {
  std::vector<ledger::Attempt> attempts;
  attempts.reserve(row.attempts.size());
  for (const AnchorAttempt& kept : row.attempts) {
    attempts.push_back(
        {.payload = kept.payload, .reference = kept.reference, .time_ms = kept.time_ms});
  }
  return attempts;
}

/// A ledger's failure is never fatal, whatever it calls itself: storage and corrupt are the
/// store's. What needs an operator is told apart from what passes (ledger.hpp).
Error ledger_error(const Error& error) {
  const bool lasting = ledger::needs_operator(error);
  return {lasting ? Errc::invalid_argument : Errc::unavailable, error.message, error.field};
}

/// The attempts of the anchor before this one: what it builds on.
Result<std::vector<ledger::Attempt>> previous_attempts(const StoreReader& reader,
                                                       const AnchorRow& row) {
  const Result<AnchorRow> previous = reader.anchor_before(row.ledger, row.epoch);
  if (previous) return attempts_of(*previous);
  if (previous.error().code == Errc::not_found) return std::vector<ledger::Attempt>();
  return previous.error();
}

/// A ledger that is a witness of its own knows no anchor which was not first stored here.
Status check_is_ours(const ledger::Ledger& ledger, const StoreReader& reader,
                     const CheckpointRow& checkpoint) {
  if (!ledger.capabilities().independent) return {};
  const Result<AnchorRow> row = reader.anchor(ledger.name(), checkpoint.epoch);
  if (!row && row.error().code != Errc::not_found) return row.error();
  if (row && !row->attempts.empty()) return {};
  return Error{Errc::corrupt,
               "the ledger's newest anchor, of " + std::to_string(checkpoint.size) +
                   " log entries, was not made with this store: the data directory was restored "
                   "from a backup, or a second node anchors the same log; nothing is signed or "
                   "anchored with it"};
}

}  // namespace

Result<LedgerStanding> check_ledger_not_ahead(ledger::Ledger& ledger, const StoreReader& reader) {
  const Result<std::optional<ledger::LedgerHead>> head = ledger.head();
  if (!head) return ledger_error(head.error());
  const Result<std::optional<AnchorRow>> known = newest_anchor(reader, ledger.name());
  if (!known) return known.error();
  const bool expects_one = *known && (*known)->state == AnchorState::final;
  if (!*head) return expects_one ? LedgerStanding::behind : LedgerStanding::consistent;

  const std::uint64_t size = (*head)->size;
  const Result<std::uint64_t> log_size = reader.log_size();
  if (!log_size) return log_size.error();
  if (size > *log_size) return ahead(**head, *log_size);
  const Result<CheckpointRow> checkpoint =
      size == 0 ? Error{Errc::not_found, "no log is empty"} : reader.checkpoint_covering(size - 1);
  if (!checkpoint && checkpoint.error().code != Errc::not_found) return checkpoint.error();
  if (!checkpoint || checkpoint->size != size || checkpoint->root != (*head)->root) {
    return Error{Errc::corrupt,
                 "the ledger has an anchor of " + std::to_string(size) +
                     " log entries that is not a checkpoint of this log: this is the ledger of "
                     "another log, or the data directory was restored from a backup and went its "
                     "own way; nothing is signed or anchored with it"};
  }
  if (const Status ours = check_is_ours(ledger, reader, *checkpoint); !ours) return ours.error();
  if (expects_one && size < (*known)->size) return LedgerStanding::behind;
  return LedgerStanding::consistent;
}

Outbox::Outbox(Store& store, ledger::Ledger& ledger, Changed changed)
    : store_(store), ledger_(ledger), changed_(std::move(changed)) {}

Result<OutboxStep> Outbox::step(std::uint64_t now_ms) {
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  Result<std::optional<AnchorRow>> newest = newest_anchor(*reader, ledger_.name());
  if (!newest) return std::move(newest).error();
  if (!*newest || (*newest)->state == AnchorState::final) {
    return begin(*reader, *newest, now_ms);
  }
  AnchorRow row = **newest;
  const Result<CheckpointRow> checkpoint = reader->checkpoint(row.epoch);
  if (!checkpoint) return checkpoint.error();
  auto previous = previous_attempts(*reader, row);
  if (!previous) return std::move(previous).error();
  const ledger::AnchorIntent intent{.epoch = row.epoch,
                                    .size = row.size,
                                    .root = row.root,
                                    .note = checkpoint->note,
                                    .record = row.record,
                                    .previous = *std::move(previous)};
  if (row.attempts.empty()) return attempt(row, intent, now_ms);
  return follow(std::move(row), intent, now_ms);
}

Result<OutboxStep> Outbox::begin(const StoreReader& reader, const std::optional<AnchorRow>& newest,
                                 std::uint64_t now_ms) {
  const Result<CheckpointRow> checkpoint = reader.latest_checkpoint();
  if (!checkpoint && checkpoint.error().code == Errc::not_found) return OutboxStep::idle;
  if (!checkpoint) return checkpoint.error();
  if (newest && newest->epoch >= checkpoint->epoch) return OutboxStep::idle;
  confirmations_.reset();
  AnchorRow row;
  row.ledger = ledger_.name();
  row.epoch = checkpoint->epoch;
  row.size = checkpoint->size;
  row.root = checkpoint->root;
  row.time_ms = now_ms;
  if (const Status stored = store_.record_intent(row); !stored) return stored.error();
  return OutboxStep::advanced;
}

Result<OutboxStep> Outbox::attempt(const AnchorRow& row, const ledger::AnchorIntent& intent,
                                   std::uint64_t now_ms) {
  begin_trace();
  Result<ledger::Attempt> prepared = ledger_.prepare(intent, attempts_of(row));
  if (!prepared) return ledger_error(prepared.error());
  if constexpr (kMutant == Mutant::sent_before_stored) {
    if (const Status sent = send(*prepared); !sent) return ledger_error(sent.error());
  }
  const AnchorAttempt kept{
      .payload = prepared->payload, .reference = prepared->reference, .time_ms = now_ms};
  if (const Status stored = store_.record_attempt(row.ledger, row.epoch, kept); !stored) {
    return stored.error();
  }
  if (const Status sent = send(*prepared); !sent) return ledger_error(sent.error());
  return OutboxStep::advanced;
}

Status Outbox::send(const ledger::Attempt& attempt) {
  Status sent = ledger_.send(attempt);
  ++(sent ? counts_.sent : counts_.send_failed);
  return sent;
}

void Outbox::begin_trace() {
  trace_ = rpc::new_traceparent();
  ledger_.set_trace(trace_);
}

Result<OutboxStep> Outbox::follow(AnchorRow row, const ledger::AnchorIntent& intent,
                                  std::uint64_t now_ms) {
  const std::vector<ledger::Attempt> attempts = attempts_of(row);
  // Of an attempt that was made before the node was started.
  if (trace_.empty()) begin_trace();
  Result<ledger::AnchorProgress> progress = ledger_.poll(intent, attempts);
  if (!progress) return ledger_error(progress.error());
  confirmations_ = progress->confirmations;
  switch (progress->phase) {
    case ledger::AnchorPhase::final:
      return record(row, AnchorState::final, std::move(progress->record), now_ms);
    case ledger::AnchorPhase::mined:
      if (row.state == AnchorState::mined && row.record == progress->record) {
        return OutboxStep::waiting;
      }
      return record(row, AnchorState::mined, std::move(progress->record), now_ms);
    case ledger::AnchorPhase::pending:
    case ledger::AnchorPhase::unknown:
      break;
  }
  // The block that had it is gone.
  if (row.state == AnchorState::mined) return record(row, AnchorState::intended, {}, now_ms);
  if (progress->replace) return attempt(row, intent, now_ms);
  if (progress->phase == ledger::AnchorPhase::pending) return OutboxStep::waiting;
  if (const Status sent = send(attempts.back()); !sent) return ledger_error(sent.error());
  return OutboxStep::waiting;
}

Result<OutboxStep> Outbox::record(AnchorRow& row, AnchorState state, std::string record,
                                  std::uint64_t now_ms) {
  if (const Status stored = store_.record_state(row.ledger, row.epoch, state, record, now_ms);
      !stored) {
    return stored.error();
  }
  if (state == AnchorState::intended) ++counts_.reorganised;
  if (state == AnchorState::mined && row.state != state) ++counts_.mined;
  if (state == AnchorState::final) ++counts_.final;
  row.state = state;
  row.record = std::move(record);
  row.time_ms = now_ms;
  if (const Status told = changed_(row); !told) return told.error();
  return OutboxStep::advanced;
}

}  // namespace kedge::node
