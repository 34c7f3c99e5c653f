// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "node/api/services.hpp"
#include "rpc/http.hpp"

namespace kedge::node {

/// Every resource that is read with GET. `services` must outlive their use.
std::vector<rpc::Route> make_routes(const Services& services);

}  // namespace kedge::node
