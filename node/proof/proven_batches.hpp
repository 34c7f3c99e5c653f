// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "crypto/tree.hpp"
#include "node/proof/batch_path.hpp"
#include "node/proof/bounded_cache.hpp"
#include "node/proof/bundle_json.hpp"

namespace kedge::node {

/// A batch whose bundles are complete and will not change: all that they have in common, read from
/// one snapshot and verified up to the checkpoint's signature and anchors.
struct ProvenBatch {
  /// What the log entry says.
  BatchRow row;
  BundleText text;
  /// The roots of the batch's subtrees of 4096 leaves, as leaves of a tree whose root is the one
  /// in the log entry.
  crypto::Tree upper;
};

/// Remembers proven batches, and subtrees that have been verified against them, so that a proof
/// costs one look-up of sixteen leaves and their hashes. Everything in it follows from what is
/// stored for ever, so that readers of any moment may use it. Bounded in octets. Thread-safe.
class ProvenBatches {
 public:
  ProvenBatches();

  /// The proven batch of this credential, or nullptr if it is not remembered.
  [[nodiscard]] std::shared_ptr<const ProvenBatch> find(const Location& where) const;

  /// Reads and verifies the upper part of the batch's tree, and remembers the batch with it.
  /// `shared` is the verified bundle without its leaf, and `row` what its log entry says. corrupt
  /// if the stored nodes do not lead to the batch root.
  Status remember(const StoreReader& reader, const BatchRow& row, const Bundle& shared);

  /// Leaf `index` and its path. The leaves around it are read and hashed each time, and lead to a
  /// verified node, or the answer is corrupt. Precondition: index < batch.row.count.
  Result<BatchLeaf> leaf(const StoreReader& reader, const ProvenBatch& batch,
                         std::uint64_t index) const;

 private:
  using Subtree = std::shared_ptr<const crypto::Tree>;

  /// What was last met where this credential is; not always its batch.
  [[nodiscard]] std::shared_ptr<const ProvenBatch> at_place(const Location& where) const;
  Result<Subtree> subtree(const StoreReader& reader, const ProvenBatch& batch,
                          std::uint64_t number) const;

  BoundedCache<ProvenBatch> batches_;
  /// Over the roots of 16 leaves each.
  mutable BoundedCache<crypto::Tree> subtrees_;
  /// By issuer and part of the positions, the log index of the batch that was last met there; 0 if
  /// none. Whether the credential is really in it is seen in the batch.
  std::unique_ptr<std::atomic<std::uint64_t>[]> places_;
};

}  // namespace kedge::node
