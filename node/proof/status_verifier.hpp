// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "node/proof/anchor_checks.hpp"
#include "node/proof/status_proof.hpp"

/// Verification of status proofs, alone or as a part of a bundle.
namespace kedge::node {

/// What a status proof must be about.
struct StatusSubject {
  Hash issuer_hash{};
  StatusTarget target;
};

/// The log of a bundle, with what was found of it: the status of the same bundle is of the same
/// log, and often of the same checkpoint.
struct CheckedLog {
  const std::string& note;
  const std::vector<std::string>& anchors;
  /// nullptr if the note could not be read.
  const crypto::Checkpoint* checkpoint = nullptr;
  /// A trusted key has signed it.
  bool signature_believed = false;
  /// Nothing was found against the anchors.
  bool anchors_believed = false;
  const AnchorFindings& findings;
};

/// On whose word a status is valid.
struct StatusStanding {
  /// Epoch and time, for a person.
  std::string as_of;
  /// The key that has signed its checkpoint; empty if that is the bundle's own.
  std::string signer;
  AnchorFindings anchors;
};

/// Checks a status proof: that it is about `subject`, that its value follows from a checkpoint that
/// is believed, and how old it is. Adds checks `status.…` and at last `status`, and the reasons
/// that stand against `valid`; nullopt if there are any. `revoked` and `suspended` are said of what
/// is believed only: what could not be checked says nothing of the credential. A value of `revoked`
/// is never too old. `log` is the bundle's, nullptr for a proof that stands alone.
std::optional<StatusStanding> check_status(CheckList& list, const StatusProof& proof,
                                           const StatusSubject& subject, const Trust& trust,
                                           const CheckedLog* log);

/// The verdict on a status proof alone: valid if the value is, as of an epoch that is young enough.
/// Thread-safe.
Verdict verify_status(const StatusProof& proof, const StatusSubject& subject, const Trust& trust);

}  // namespace kedge::node
