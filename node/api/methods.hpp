// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/api/services.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// Adds every JSON-RPC method of the node. `services` must outlive the table's use.
void register_methods(rpc::MethodTable& table, const Services& services);

}  // namespace kedge::node
