// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rpc/http.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// The same resources, but for callers with the scope `read` alone, except for those that say how
/// the node does (`/healthz`, `/readyz`). Refusals are those of rpc/access.hpp, as documents.
/// `authorizer` must outlive their use.
std::vector<rpc::Route> guard_routes(std::vector<rpc::Route> routes,
                                     const rpc::Authorizer& authorizer);

}  // namespace kedge::node
