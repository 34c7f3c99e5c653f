// SPDX-License-Identifier: Apache-2.0
#include "node/status/status_calls.hpp"

namespace kedge::node {
namespace {

std::string expected(std::size_t least, std::size_t most, std::string_view what) {
  return "expected " + std::to_string(least) + " to " + std::to_string(most) + " " +
         std::string(what);
}

}  // namespace

Status check_request(const SetStatusRequest& request) {
  if (request.targets.empty() || request.targets.size() > kMaxStatusTargets) {
    return invalid_argument(expected(1, kMaxStatusTargets, "targets"), "targets");
  }
  if (request.actor.size() > kMaxActor) {
    return invalid_argument(expected(0, kMaxActor, "octets"), "actor");
  }
  return {};
}

Status check_request(const AllocateStatusRequest& request) {
  if (request.count == 0 || request.count > kMaxAllocated) {
    return invalid_argument(expected(1, kMaxAllocated, "indexes"), "count");
  }
  if (request.purposes == 0 || (request.purposes & ~kBothPurposes) != 0) {
    return invalid_argument("expected revocation, suspension or both", "purposes");
  }
  if (request.request_key.empty() || request.request_key.size() > kMaxRequestKey) {
    return invalid_argument(expected(1, kMaxRequestKey, "octets"), "request_key");
  }
  return {};
}

}  // namespace kedge::node
