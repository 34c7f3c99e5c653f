// SPDX-License-Identifier: Apache-2.0
#include "node/status/issuer_index.hpp"

namespace kedge::node {

Result<IssuerId> IssuerIndex::find(const StoreReader& reader, const Hash& issuer_hash) {
  const std::lock_guard hold(mutex_);
  while (true) {
    if (const auto known = ids_.find(issuer_hash); known != ids_.end()) return known->second;
    const Result<IssuerRow> next = reader.issuer(static_cast<IssuerId>(ids_.size()));
    if (!next && next.error().code == Errc::not_found) {
      return Error{Errc::not_found, "there is no such issuer", "issuer"};
    }
    if (!next) return next.error();
    ids_.emplace(next->issuer_hash, next->id);
  }
}

}  // namespace kedge::node
