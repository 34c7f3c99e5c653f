// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "rpc/method_doc.hpp"

namespace kedge::node {

/// The files of node/api/schema: one a method, of its name, and `components`.
std::span<const rpc::MethodDoc> schema_files();

/// The description of a method. Throws std::logic_error if schema/ has none: nothing is served that
/// nobody is told about.
const rpc::MethodDoc& method_doc(std::string_view name);

/// The schemas that descriptions refer to: a JSON object of schemas by name.
std::string_view schema_components();

}  // namespace kedge::node
