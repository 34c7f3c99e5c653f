// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "ledger/ledger.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// How a ledger stands to the store.
enum class LedgerStanding : std::uint8_t {
  /// Everything that the ledger has is in the log, and it has all that the store knows as final.
  consistent,
  /// The same, but the ledger lacks anchors that the store knows as final: it was reset, or it is
  /// another one. New anchors cover the whole log all the same.
  behind,
};

/// Compares the newest anchor of a ledger with the log; to be asked before anything is signed.
/// corrupt, with what to do, if the ledger has an anchor of a log that is longer than the store's
/// (a restored backup), or that has another root at that size, or, on an independent ledger, that
/// this store has never attempted. Failures of the ledger are passed on
/// as unavailable: nothing is known then.
Result<LedgerStanding> check_ledger_not_ahead(ledger::Ledger& ledger, const StoreReader& reader);

/// What a step of the outbox has done.
enum class OutboxStep : std::uint8_t {
  /// The newest checkpoint is final on the ledger.
  idle,
  /// Something has changed; there may be more to do at once.
  advanced,
  /// Sent, or on the ledger and not final: ask again after a while.
  waiting,
};

/// What an outbox has done since the start.
struct OutboxCounts {
  /// Attempts that were sent; and that were not taken, or of which nobody knows.
  std::uint64_t sent = 0;
  std::uint64_t send_failed = 0;
  /// Anchors that were seen in a block, that have become final, and whose block has gone again.
  std::uint64_t mined = 0;
  std::uint64_t final = 0;
  std::uint64_t reorganised = 0;
};

/// Brings checkpoints to one ledger, each once: intent durable, attempt durable, send, poll, state
/// durable. One anchor is in flight at a time and covers every epoch up to
/// its own. Keeps nothing between steps but what is in the store, so that a restart at any point
/// goes on where it was. The functional core of the anchorer: synchronous, one thread at a time.
class Outbox {
 public:
  /// Told after a state has become durable.
  using Changed = std::function<Status(const AnchorRow&)>;

  Outbox(Store& store, ledger::Ledger& ledger, Changed changed);

  /// Takes the next step. Errors storage and corrupt come from the store and are fatal; all others
  /// come from the ledger: unavailable means try again later, invalid_argument that an operator is
  /// needed, and that trying again does no harm. An error never means that nothing was written;
  /// whether it was, only the ledger's `poll` decides.
  Result<OutboxStep> step(std::uint64_t now_ms);

  /// Of the anchor in flight, as of the newest step; nullopt while it is in no block.
  [[nodiscard]] const std::optional<ledger::Confirmations>& confirmations() const {
    return confirmations_;
  }
  [[nodiscard]] const OutboxCounts& counts() const { return counts_; }
  /// The trace (W3C Trace Context) of the attempt in flight: each has its own, and the ledger's
  /// servers are told. Empty before the first.
  [[nodiscard]] const std::string& trace() const { return trace_; }

 private:
  Result<OutboxStep> begin(const StoreReader& reader, const std::optional<AnchorRow>& newest,
                           std::uint64_t now_ms);
  Result<OutboxStep> attempt(const AnchorRow& row, const ledger::AnchorIntent& intent,
                             std::uint64_t now_ms);
  Result<OutboxStep> follow(AnchorRow row, const ledger::AnchorIntent& intent,
                            std::uint64_t now_ms);
  Status send(const ledger::Attempt& attempt);
  void begin_trace();
  Result<OutboxStep> record(AnchorRow& row, AnchorState state, std::string record,
                            std::uint64_t now_ms);

  Store& store_;
  ledger::Ledger& ledger_;
  Changed changed_;
  std::optional<ledger::Confirmations> confirmations_;
  OutboxCounts counts_;
  std::string trace_;
};

}  // namespace kedge::node
