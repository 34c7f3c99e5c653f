// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "crypto/tree.hpp"
#include "node/log/directory.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// The directory of one epoch: what its entry holds the root of.
struct EpochDirectory {
  /// Sorted by issuer_hash.
  std::vector<DirectoryRecord> records;
  /// Over them.
  crypto::Tree tree;

  /// The record's index, or the number of records if the issuer has none.
  [[nodiscard]] std::size_t find(const Hash& issuer_hash) const;
};

/// The directory of the epoch that ended with this checkpoint. The store keeps the newest state of
/// each issuer; what was before follows from the log entries since, or, where those are many, from
/// each issuer's batches and status entries. Nothing is verified: that the tree has the root in the
/// epoch entry is the caller's to see. Costs O(issuers).
Result<EpochDirectory> read_directory(const StoreReader& reader, const CheckpointRow& checkpoint);

}  // namespace kedge::node
