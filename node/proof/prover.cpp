// SPDX-License-Identifier: Apache-2.0
#include "node/proof/prover.hpp"

#include "crypto/sha256_batch.hpp"
#include "crypto/tree.hpp"
#include "node/log/log_proof.hpp"
#include "node/proof/batch_path.hpp"
#include "node/proof/bundle_checks.hpp"
#include "node/proof/checked_checkpoints.hpp"
#include "node/proof/proven_batches.hpp"
#include "node/proof/recent.hpp"

namespace kedge::node {

/// What all bundles of a batch have in common, read and verified.
struct BatchProof {
  CredentialState state = CredentialState::sealed;
  /// No anchor of this or another ledger can change it any more.
  bool unchanging = false;
  /// Without `credential`, `batch.index` and `batch.path`.
  Bundle bundle;
  BatchEntry entry;
};

/// An Ed25519 signature costs more than all the rest of a proof, and reading what is above the
/// batch more than the path inside: both are done once. At most about 10 MiB.
struct Prover::Memory {
  Memory(const crypto::NoteVerifier& log_key, const ProverOptions& options)
      : checkpoints(log_key), status(checkpoints, options) {}

  CheckedCheckpoints checkpoints;
  /// By log index; only batches whose proofs are complete and will not change.
  Recent<BatchProof, 4096> batches;
  /// Of the same batches, and as many more as its own bounds allow.
  ProvenBatches proven;
  StatusProver status;
};

namespace {

Error no_such_batch() {
  return stored_corrupt("the store gave another batch than asked for");
}

/// nullopt while the credential at `where` is only accepted; not_found if there is none.
Result<std::optional<BatchRow>> find_batch(const StoreReader& reader, const Location& where) {
  const Result<BatchRow> batch = reader.batch_of(where.issuer, where.position);
  if (batch) {
    if (where.position < batch->first_position ||
        where.position - batch->first_position >= batch->count) {
      return no_such_batch();
    }
    return std::optional(*batch);
  }
  if (batch.error().code != Errc::not_found) return batch.error();
  const Result<CredentialState> state = credential_state(reader, where);
  if (!state) return state.error();
  return std::optional<BatchRow>();
}

}  // namespace

Prover::Prover(const crypto::NoteVerifier& log_key, ProverOptions options)
    : options_(std::move(options)), memory_(std::make_unique<Memory>(log_key, options_)) {}

Prover::~Prover() = default;

const StatusProver& Prover::status() const noexcept {
  return memory_->status;
}

Result<Proof> Prover::prove(const StoreReader& reader, const Location& where) const {
  Result<Proof> proof = assemble(reader, where);
  if (!proof) report(proof.error());
  return proof;
}

Result<bool> Prover::append_complete(const StoreReader& reader, const Location& where,
                                     std::string& out) const {
  const auto batch = memory_->proven.find(where);
  if (batch == nullptr) return false;
  const std::uint64_t index = where.position - batch->row.first_position;
  const Result<BatchLeaf> leaf = memory_->proven.leaf(reader, *batch, index);
  if (!leaf) {
    Error error = missing_is_corrupt(leaf.error());
    report(error);
    return error;
  }
  append_bundle_json(out, leaf->leaf, index, leaf->path, batch->text);
  return true;
}

Result<CredentialState> Prover::prove_batch(const StoreReader& reader, const Location& where,
                                            const BundleVisitor& visit) const {
  Result<CredentialState> state = assemble_batch(reader, where, visit);
  if (!state) report(state.error());
  return state;
}

void Prover::report(const Error& error) const {
  if (error.code == Errc::corrupt && options_.on_corrupt) options_.on_corrupt(error.message);
}

Result<Proof> Prover::assemble(const StoreReader& reader, const Location& where) const {
  const auto batch = find_batch(reader, where);
  if (!batch) return batch.error();
  if (!*batch) return Proof{CredentialState::accepted, std::nullopt};
  const auto shared = shared_proof(reader, **batch);
  if (!shared) return missing_is_corrupt(shared.error());
  const std::uint64_t index = where.position - (*batch)->first_position;
  Result<BatchLeaf> leaf = read_batch_leaf(reader, **batch, index);
  if (!leaf) return missing_is_corrupt(leaf.error());
  Bundle bundle = (*shared)->bundle;
  bundle.credential = leaf->leaf;
  bundle.batch.index = index;
  bundle.batch.path = std::move(leaf->path);
  if (const Status checked = stored_status(check_batch_path(bundle, (*shared)->entry)); !checked) {
    return checked.error();
  }
  return Proof{(*shared)->state, std::move(bundle)};
}

Result<CredentialState> Prover::assemble_batch(const StoreReader& reader, const Location& where,
                                               const BundleVisitor& visit) const {
  const auto batch = find_batch(reader, where);
  if (!batch) return batch.error();
  if (!*batch) return CredentialState::accepted;
  const BatchRow& row = **batch;
  const auto shared = shared_proof(reader, row);
  if (!shared) return missing_is_corrupt(shared.error());
  const Result<Bytes> leaves = reader.leaves(row.issuer, row.first_position, row.count);
  if (!leaves) return missing_is_corrupt(leaves.error());
  if (leaves->size() != row.count * LeafEntry::kSize) return no_such_batch();
  std::vector<Hash> hashes(row.count);
  crypto::hash_leaves(leaves->data(), LeafEntry::kSize, row.count, hashes.data());

  Status status;
  Bundle bundle = (*shared)->bundle;
  const auto fill = [&](std::uint64_t index, std::span<const Hash> path) -> Status {
    const Result<LeafEntry> leaf =
        decode_leaf(ByteView(*leaves).subspan(index * LeafEntry::kSize, LeafEntry::kSize));
    if (!leaf) return stored_corrupt(leaf.error().message);
    bundle.credential = *leaf;
    bundle.batch.index = index;
    bundle.batch.path.assign(path.begin(), path.end());
    Status checked = stored_status(check_batch_path(bundle, (*shared)->entry));
    return checked ? visit(row.first_position + index, bundle) : checked;
  };
  crypto::Tree(std::move(hashes)).visit_paths([&](std::uint64_t index, std::span<const Hash> path) {
    if (status) status = fill(index, path);
  });
  if (!status) return status.error();
  return (*shared)->state;
}

Result<std::shared_ptr<const BatchProof>> Prover::shared_proof(const StoreReader& reader,
                                                               const BatchRow& batch) const {
  if (auto known = memory_->batches.find(batch.log_index); known != nullptr) {
    const BatchEntry& entry = known->entry;
    const bool same = entry.first_position == batch.first_position && entry.count == batch.count &&
                      entry.batch_root == batch.root;
    if (!same) return stored_corrupt("a stored batch is not where its log entry says");
    keep_proven(reader, batch, *known);
    return known;
  }
  Result<BatchProof> proof = prove_shared(reader, batch);
  if (!proof) return proof.error();
  auto shared = std::make_shared<const BatchProof>(std::move(*proof));
  if (shared->unchanging) {
    memory_->batches.remember(batch.log_index, shared);
    keep_proven(reader, batch, *shared);
  }
  return shared;
}

/// A failure is reported, but is not that of this proof: what is damaged may be the nodes of other
/// leaves.
void Prover::keep_proven(const StoreReader& reader, const BatchRow& batch,
                         const BatchProof& shared) const {
  BatchRow row = batch;
  row.root = shared.entry.batch_root;
  if (auto ok = memory_->proven.remember(reader, row, shared.bundle); !ok) report(ok.error());
}

Result<BatchProof> Prover::prove_shared(const StoreReader& reader, const BatchRow& batch) const {
  const Result<CheckpointRow> covering = reader.checkpoint_covering(batch.log_index);
  if (!covering) return covering.error();
  const auto anchor = best_anchor(reader, covering->epoch, options_.ledgers);
  if (!anchor) return anchor.error();
  const bool later = *anchor && (*anchor)->epoch != covering->epoch;
  Result<CheckpointRow> checkpoint = later ? reader.checkpoint((*anchor)->epoch) : covering;
  if (!checkpoint) return checkpoint.error();
  Result<IssuerRow> issuer = reader.issuer(batch.issuer);
  if (!issuer) return issuer.error();
  Result<Bytes> entry = reader.log_entry(batch.log_index);
  if (!entry) return entry.error();
  auto log_path = log_inclusion(
      batch.log_index, checkpoint->size,
      [&reader](std::uint32_t level, std::uint64_t tile) { return reader.tile(level, tile); });
  if (!log_path) return log_path.error();
  const auto checked = memory_->checkpoints.check(reader, *checkpoint);
  if (!checked) return checked.error();
  const Result<bool> unchanging = anchors_settled(reader, checkpoint->epoch, options_.ledgers);
  if (!unchanging) return unchanging.error();

  BatchProof proof;
  proof.unchanging = *unchanging;
  proof.state = anchored_state(*anchor);
  proof.bundle.batch = {std::move(issuer->name), std::move(*entry), 0, {}};
  proof.bundle.log = {batch.log_index, std::move(*log_path), (*checked)->note};
  proof.bundle.anchors = (*checked)->anchors;
  const Found<BatchEntry> found = find_entry(proof.bundle);
  if (!found.value) return stored_corrupt("stored batch entry: " + found.reason.message);
  proof.entry = *found.value;
  if (proof.entry.first_position != batch.first_position || proof.entry.count != batch.count) {
    return stored_corrupt("a stored batch is not where its log entry says");
  }
  const Status issuer_checked = stored_status(check_issuer(proof.bundle, proof.entry));
  if (!issuer_checked) return issuer_checked.error();
  const Status path_checked = stored_status(check_log_path(proof.bundle, (*checked)->checkpoint));
  if (!path_checked) return path_checked.error();
  return proof;
}

}  // namespace kedge::node
