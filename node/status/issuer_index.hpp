// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "node/store/store.hpp"

namespace kedge::node {

/// Finds issuers by the hash of their names, as they stand in the addresses of status lists.
/// Thread-safe.
class IssuerIndex {
 public:
  /// not_found if the reader has no such issuer. Looks in the store only for issuers that are new
  /// since the last time, whose numbers follow one another.
  Result<IssuerId> find(const StoreReader& reader, const Hash& issuer_hash);

 private:
  std::mutex mutex_;
  std::map<Hash, IssuerId> ids_;
};

}  // namespace kedge::node
