// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/compact_range.hpp"
#include "crypto/signed_note.hpp"
#include "node/anchoring/batch_builder.hpp"
#include "node/anchoring/pending_changes.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// What one seal has added.
struct SealedEpoch {
  CheckpointRow checkpoint;
  /// The issuers that have new entries, as they stand now.
  std::vector<IssuerRow> issuers;
};

struct LogWriterOptions {
  /// A batch is closed when it has so many credentials. A call is never split, so a larger one
  /// makes a batch of its own.
  std::uint32_t batch_max_size = 65'536;
  /// An epoch is sealed after this time even if nothing is ready, so that status answers stay
  /// fresh; 0 for never.
  std::uint64_t heartbeat_ms = 3'600'000;
};

/// Owns the log: everything between accepted credentials or status changes and a signed checkpoint
/// (the entries are those of node/log/entry.hpp, the order of writes that of README.md). The
/// functional core of the sequencer: synchronous, no threads, no clock, one thread at a time.
///
/// A failure of the store, or a contradiction found in it, is fatal: every later write answers the
/// same error, and the store must be opened again.
class LogWriter {
 public:
  /// Recovers what the store holds: reads every leaf and every status change that is not sealed and
  /// puts it through the code that also takes new ones. Signs nothing. corrupt if the newest
  /// checkpoint is not for this origin, was not signed with this key or contradicts the log;
  /// invalid_argument if the signer's name is not the store's origin.
  static Result<std::unique_ptr<LogWriter>> open(Store& store, crypto::NoteSigner signer,
                                                 LogWriterOptions options);

  /// The issuer of this name, made if it is not there yet.
  Result<IssuerId> ensure_issuer(std::string_view name);
  /// not_found if there is none.
  [[nodiscard]] Result<IssuerId> issuer(std::string_view name) const;
  /// The position that the issuer's next credential gets. Precondition: the issuer exists.
  [[nodiscard]] std::uint64_t next_position(IssuerId issuer) const;

  /// Makes runs durable, then adds them to their issuers' batches. Preconditions as for
  /// Store::append. too_busy, with nothing changed, where the store has a bound.
  Status accept(std::span<const Run> runs);

  /// The number that the issuer's next status change gets, and the first one that is not in the log
  /// yet. Precondition: the issuer exists.
  [[nodiscard]] std::uint64_t next_change(IssuerId issuer) const;
  [[nodiscard]] std::uint64_t sealed_changes(IssuerId issuer) const;
  /// What a change is dated that is accepted at `now_ms`: never before the newest epoch or another
  /// change, whatever the clock does, so that a change that was dated back can be told from it.
  [[nodiscard]] std::uint64_t change_time(std::uint64_t now_ms) const;

  /// Makes status changes durable, then keeps them for the issuers' next status entries.
  /// Preconditions as for Store::append_changes. too_busy, with nothing changed, where the store
  /// has a bound.
  Status accept_changes(std::span<const ChangeRun> runs);
  /// Makes indexes of published lists taken, for ever. Preconditions as for Store::allocate_status.
  Status allocate(std::span<const StatusAllocation> allocations);

  /// Begins the log of a new store: seals the genesis entry, what has been accepted before, and
  /// epoch 0. nullopt where there is a checkpoint already.
  Result<std::optional<SealedEpoch>> begin(std::uint64_t now_ms);

  /// Seals what has been accepted, if there is anything or the heartbeat is due; nullopt if there
  /// was nothing to do. Precondition: the log has begun.
  ///
  /// Before anything is signed, the right edge is read back from the store and checked against the
  /// log entries below it, and the new root is computed twice, from what was read and from memory.
  /// unavailable, with nothing changed, if `now_ms` is before the newest log entry or the newest
  /// accepted change.
  Result<std::optional<SealedEpoch>> seal(std::uint64_t now_ms, const Hash& anchor_ref);

  /// Whether seal() would make an epoch.
  [[nodiscard]] bool seal_due(std::uint64_t now_ms) const noexcept;

  /// Credentials that are accepted and not sealed.
  [[nodiscard]] std::uint64_t unsealed() const noexcept { return unsealed_; }
  /// Status changes that are accepted and not sealed.
  [[nodiscard]] std::uint64_t unsealed_changes() const noexcept { return unsealed_changes_; }
  /// Whether there is nothing to seal.
  [[nodiscard]] bool idle() const noexcept { return unsealed_ == 0 && unsealed_changes_ == 0; }
  /// nullopt before the log has begun.
  [[nodiscard]] const std::optional<CheckpointRow>& checkpoint() const noexcept {
    return checkpoint_;
  }
  /// Why the writer must be opened again; nullopt while it works.
  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

 private:
  struct Issuer {
    IssuerRow row;
    std::uint64_t next_position = 0;
    std::uint64_t next_change = 0;
    std::vector<ClosedBatch> closed;
    BatchBuilder open;
  };

  LogWriter(Store& store, crypto::NoteSigner signer, crypto::NoteVerifier verifier,
            LogWriterOptions options);

  Status recover();
  Status recover_log(const StoreReader& reader);
  Status recover_leaves(const StoreReader& reader, Issuer& issuer);
  Status recover_changes(const StoreReader& reader, Issuer& issuer);
  /// Remembers why the writer is at an end.
  Error fail(Error error);
  /// The same for a write of the store, unless it was refused because of a bound.
  Status written(Status status);

  void add_run(Issuer& issuer, const Run& run);
  void add_call(Issuer& issuer, std::span<const Hash> leaf_hashes);
  static void close_batch(Issuer& issuer);
  void add_changes(const ChangeRun& run);
  Result<SealedEpoch> write_epoch(std::uint64_t now_ms, const Hash& anchor_ref);
  Result<std::string> sign(std::uint64_t size, const Hash& root) const;

  Store& store_;
  crypto::NoteSigner signer_;
  crypto::NoteVerifier verifier_;
  LogWriterOptions options_;

  std::vector<Issuer> issuers_;
  std::map<std::string, IssuerId, std::less<>> ids_;
  std::uint64_t unsealed_ = 0;
  /// Of the issuers that have any.
  std::map<IssuerId, PendingChanges> pending_;
  std::uint64_t unsealed_changes_ = 0;
  /// The newest time of a change that was pending since the start.
  std::uint64_t change_ms_ = 0;

  /// The log as memory knows it, independent of what the store answers.
  crypto::CompactRange log_;
  std::optional<CheckpointRow> checkpoint_;
  std::optional<Error> fault_;
};

}  // namespace kedge::node
