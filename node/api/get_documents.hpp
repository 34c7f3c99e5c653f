// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rpc/http.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// `/openapi.json` and `/docs`, made when they are first asked for. The table must outlive them.
std::vector<rpc::Route> document_routes(const rpc::MethodTable& methods,
                                        const std::string& version);

}  // namespace kedge::node
