// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "node/proof/checked_checkpoints.hpp"
#include "node/proof/credential_state.hpp"
#include "node/proof/prover_options.hpp"
#include "node/proof/status_proof.hpp"

namespace kedge::node {

/// What a status list says as of one epoch.
struct StatusAnswer {
  /// The issuer's name.
  std::string issuer;
  StatusValue value = StatusValue::valid;
  std::uint64_t epoch = 0;
  /// Of the epoch entry.
  std::uint64_t time_ms = 0;
  /// How far the checkpoint of the proof has come: sealed, anchored or final.
  CredentialState state = CredentialState::sealed;
};

struct EpochDirectory;
struct EpochStatus;
struct IssuerStatus;

/// Makes status proofs. Everything is verified with the verifier's own functions before it is given
/// out; what is the same for an epoch, and for an issuer in it, is read and verified once.
/// Thread-safe; each call reads one snapshot.
class StatusProver {
 public:
  /// Both must outlive the prover.
  StatusProver(CheckedCheckpoints& checkpoints, const ProverOptions& options);
  ~StatusProver();

  /// The epoch whose answer is the newest that a ledger has for good: the last final anchor's (on
  /// the most preferred ledger that has one), else the last mined one's, else the newest. Not
  /// before the one that covers the target, if it is a credential that is sealed. not_found while
  /// it is not.
  Result<std::uint64_t> choose_epoch(const StoreReader& reader, IssuerId issuer,
                                     const StatusTarget& target) const;

  /// Appends the proof's JSON (status_proof_json.hpp) to `out`, if `out` is given. not_found if
  /// there is no such epoch, or the issuer has no entry in the log before its end, or, for the
  /// register, no such credential. corrupt if stored data contradict themselves.
  Result<StatusAnswer> prove(const StoreReader& reader, IssuerId issuer, const StatusTarget& target,
                             std::uint64_t epoch, std::string* out) const;

  /// The same where all but the list itself is remembered; else nullopt, after a few look-ups in
  /// memory. Reads only what never changes, so that `reader` may be one of Store::latest.
  Result<std::optional<StatusAnswer>> prove_known(const StoreReader& reader, IssuerId issuer,
                                                  const StatusTarget& target, std::uint64_t epoch,
                                                  std::string* out) const;

 private:
  struct Memory;

  Result<std::shared_ptr<const EpochStatus>> epoch_status(const StoreReader& reader,
                                                          std::uint64_t epoch) const;
  Result<EpochStatus> read_epoch(const StoreReader& reader, const CheckpointRow& row) const;
  Result<std::shared_ptr<const EpochDirectory>> directory_of(const StoreReader& reader,
                                                             const EpochEntry& entry) const;
  Result<std::shared_ptr<const IssuerStatus>> issuer_status(const StoreReader& reader,
                                                            IssuerId issuer,
                                                            const EpochStatus& epoch) const;
  Result<StatusAnswer> answer(const StoreReader& reader, const EpochStatus& epoch,
                              const IssuerStatus& issuer, const StatusTarget& target,
                              std::string* out) const;
  Result<std::optional<StatusListPart>> list_part(const StoreReader& reader,
                                                  const IssuerStatus& issuer,
                                                  const StatusTarget& target) const;
  template <class T>
  Result<T> reported(Result<T> result) const;

  CheckedCheckpoints& checkpoints_;
  const ProverOptions& options_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace kedge::node
