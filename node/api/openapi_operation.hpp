// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/api/openapi.hpp"

namespace kedge::node {

/// The Operation Objects of OpenAPI 3.1 section 4.8.10.
DocJson operation_of(const RestRow& row, const rpc::Method& method);
DocJson operation_of(const ResourceRow& row);

}  // namespace kedge::node
