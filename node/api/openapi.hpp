// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>

#include "node/api/openrpc.hpp"
#include "node/api/rest_table.hpp"

namespace kedge::node {

/// What the tables of rest_table.hpp serve, as OpenAPI 3.1. Precondition: the table is complete.
DocJson make_openapi(const rpc::MethodTable& methods, const std::string& version);

/// The example of the row's method that its path can ask for; null if there is none.
DocJson example_of(const RestRow& row, const DocJson& doc);
/// What the row answers to it.
DocJson example_answer(const RestRow& row, const DocJson& example);
/// The path with the example's params, and a query with the rest of them.
std::string example_target(const RestRow& row, const DocJson& example);

}  // namespace kedge::node
