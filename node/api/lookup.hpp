// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/store/store.hpp"

namespace kedge::node::api {

/// No DID or URI of an issuer is longer.
inline constexpr std::size_t kMaxIssuerName = 2048;

/// Where credentials with this digest are. not_found if there is none, also if the issuer that was
/// asked for is unknown.
Result<std::vector<Location>> find_all(const StoreReader& reader, const Hash& digest,
                                       const std::optional<std::string>& issuer);

/// The one credential that is meant. If there are several, invalid_argument for the field `issuer`.
Result<Location> find_one(const StoreReader& reader, const Hash& digest,
                          const std::optional<std::string>& issuer,
                          std::optional<std::uint64_t> position);

/// The leaf hashes `start` to `start + count - 1` of a batch; salts and digests stay here.
/// Precondition: start + count <= batch.count.
Result<std::vector<Hash>> batch_leaf_hashes(const StoreReader& reader, const BatchRow& batch,
                                            std::uint64_t start, std::uint64_t count);

/// `intended`, `mined` or `final`.
std::string_view anchor_state_name(AnchorState state);

}  // namespace kedge::node::api
