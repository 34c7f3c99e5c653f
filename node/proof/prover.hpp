// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "crypto/signed_note.hpp"
#include "node/proof/bundle.hpp"
#include "node/proof/credential_state.hpp"
#include "node/proof/prover_options.hpp"
#include "node/proof/status_prover.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

struct Proof {
  CredentialState state = CredentialState::accepted;
  /// nullopt while the credential is only accepted: there is nothing to prove yet.
  std::optional<Bundle> bundle;

  /// Nothing will be added to the bundle.
  [[nodiscard]] bool complete() const noexcept { return state == CredentialState::final; }
};

struct BatchProof;

/// Makes proof bundles. Thread-safe; each call reads one snapshot.
class Prover {
 public:
  /// `log_key` verifies the checkpoints of the node's own log.
  explicit Prover(const crypto::NoteVerifier& log_key, ProverOptions options = {});
  ~Prover();

  /// The proof of the credential at `where`. Chooses the earliest checkpoint that covers it and is
  /// final on a ledger (on the most preferred ledger that has one), else mined, else the earliest
  /// that covers it. Everything is verified with the verifier's own functions before it is
  /// returned. not_found if there is no such credential, corrupt if stored data contradict
  /// themselves.
  Result<Proof> prove(const StoreReader& reader, const Location& where) const;

  /// Appends the JSON of the bundle that `prove` would give, if the batch is remembered as
  /// complete; else answers false and appends nothing. Reads only leaves and nodes of sealed
  /// batches, so that `reader` may be one of Store::latest. As careful as `prove`.
  Result<bool> append_complete(const StoreReader& reader, const Location& where,
                               std::string& out) const;

  /// Called with each bundle of a batch, in order; the bundle is valid during the call only.
  using BundleVisitor = std::function<Status(std::uint64_t position, const Bundle& bundle)>;
  /// The bundles of all credentials in the batch of `where`, in time linear in the batch:
  /// everything above the batch is read and verified once, and the tree is built once. As careful
  /// as `prove`; stops at the first failure of `visit` and passes it on. Answers the state of the
  /// batch; `accepted`, without a call of `visit`, if it is not sealed.
  Result<CredentialState> prove_batch(const StoreReader& reader, const Location& where,
                                      const BundleVisitor& visit) const;

  /// Proves what status lists say; lives as long as the prover.
  [[nodiscard]] const StatusProver& status() const noexcept;

 private:
  struct Memory;

  Result<Proof> assemble(const StoreReader& reader, const Location& where) const;
  Result<CredentialState> assemble_batch(const StoreReader& reader, const Location& where,
                                         const BundleVisitor& visit) const;
  /// All that the bundles of a batch have in common, remembered or read.
  Result<std::shared_ptr<const BatchProof>> shared_proof(const StoreReader& reader,
                                                         const BatchRow& batch) const;
  /// Remembers a batch whose proofs will not change.
  void keep_proven(const StoreReader& reader, const BatchRow& batch,
                   const BatchProof& shared) const;
  /// Reads and verifies it.
  Result<BatchProof> prove_shared(const StoreReader& reader, const BatchRow& batch) const;
  void report(const Error& error) const;

  ProverOptions options_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace kedge::node
