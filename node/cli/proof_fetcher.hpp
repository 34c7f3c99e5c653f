// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/proof/bundle.hpp"
#include "rpc/client.hpp"

namespace kedge::node::cli {

struct FetchedProof {
  /// `accepted`, `sealed`, `anchored` or `final`.
  std::string state;
  /// Nothing will be added to the bundle.
  bool complete = false;
  /// nullopt while the credential is only accepted.
  std::optional<Bundle> bundle;
};

/// Asks a node for the proof of a digest, of one issuer or of the first that has it, and checks
/// that the answer proves that digest and contradicts itself nowhere. `with_status`: the bundle is
/// to hold a status proof, too. not_found if the node does not know the digest, corrupt if its
/// proof is wrong.
Result<FetchedProof> fetch_proof(rpc::Client& client, const Hash& digest, const std::string& issuer,
                                 bool with_status = false);

}  // namespace kedge::node::cli
