// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "node/api/services.hpp"
#include "rpc/http.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// Every resource: the methods below `/v1` (rest_table.hpp), their descriptions, the log, the
/// published lists. Both must outlive their use, and the table must be complete.
std::vector<rpc::Route> make_routes(const Services& services, const rpc::MethodTable& methods);

}  // namespace kedge::node
