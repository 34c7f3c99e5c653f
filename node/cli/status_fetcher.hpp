// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "crypto/result.hpp"
#include "node/cli/status_list_file.hpp"
#include "rpc/client.hpp"

namespace kedge::node::cli {

/// What a node says of a status.
struct FetchedStatus {
  std::string issuer;
  StatusTarget target;
  StatusValue value = StatusValue::valid;
  /// `accepted` (then there is no proof), `sealed`, `anchored` or `final`.
  std::string state;
  std::optional<std::uint64_t> epoch;
  /// RFC 3339; empty without a proof.
  std::string as_of;
  /// The name of a newer value that is accepted; empty if there is none.
  std::string pending;
  /// The answer as it came.
  std::string text;
};

/// Asks a node for a status, as of the newest epoch or of `at` (empty for the newest), and checks
/// that the proof in the answer proves it and contradicts itself nowhere. not_found if the node
/// does not know it, corrupt if its proof is wrong.
Result<FetchedStatus> fetch_status(rpc::Client& client, const StatusLine& what,
                                   const std::string& issuer, const std::string& at);

}  // namespace kedge::node::cli
