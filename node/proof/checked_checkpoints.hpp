// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/checkpoint.hpp"
#include "crypto/signed_note.hpp"
#include "node/proof/bundle_checks.hpp"
#include "node/proof/recent.hpp"
#include "node/store/store.hpp"

/// What the provers need of checkpoints, and what they say of stored data that contradict
/// themselves.
namespace kedge::node {

Error stored_corrupt(std::string message);

/// corrupt with the finding, if there is one.
Status stored_status(const Finding& finding);

/// Whatever a sealed entry refers to must be there: not_found and invalid_argument become corrupt.
Error missing_is_corrupt(Error error);

/// A stored checkpoint whose signature has been verified, with the anchors that were found to name
/// it.
struct CheckedCheckpoint {
  std::string note;
  std::vector<std::string> anchors;
  crypto::Checkpoint checkpoint;
};

/// Verifies checkpoints with what the ledgers have of them. An Ed25519 signature costs more than
/// all the rest of a proof, so that it is verified once: what is remembered is used only while the
/// same is stored. Bounded (1024). Thread-safe.
class CheckedCheckpoints {
 public:
  explicit CheckedCheckpoints(crypto::NoteVerifier log_key) : log_key_(std::move(log_key)) {}

  /// With the records of all its anchors that are in a block. corrupt if they are not of this
  /// checkpoint, or the row is not what its note says.
  Result<std::shared_ptr<const CheckedCheckpoint>> check(const StoreReader& reader,
                                                         const CheckpointRow& row);

 private:
  const crypto::NoteVerifier log_key_;
  Recent<CheckedCheckpoint, 1024> known_;
};

/// Whether all ledgers, those in the store and those in `configured`, have for good what covers
/// this epoch: then no anchor of it will come or go, and best_anchor chooses the same for ever.
Result<bool> anchors_settled(const StoreReader& reader, std::uint64_t epoch,
                             const std::vector<std::string>& configured);

}  // namespace kedge::node
