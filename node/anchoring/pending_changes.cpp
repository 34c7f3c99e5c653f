// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/pending_changes.hpp"

#include "crypto/sha256_batch.hpp"

namespace kedge::node {

void PendingChanges::add(std::span<const StatusChange> changes) {
  Bytes records;
  records.reserve(changes.size() * StatusChange::kSize);
  for (const StatusChange& change : changes) {
    const StatusChangeBytes record = encode_status_change(change);
    records.insert(records.end(), record.begin(), record.end());
    lists_[change.target.list].push_back(change);
  }
  std::vector<Hash> hashes(changes.size());
  crypto::hash_leaves(records.data(), StatusChange::kSize, hashes.size(), hashes.data());
  tree_.append(hashes);
}

}  // namespace kedge::node
