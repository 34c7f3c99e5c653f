// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kedge::rpc {

/// What a method promises, for those who have never seen the code. `text` is a JSON object:
///
///     "name", "summary", "description"   texts
///     "params", "result"                 JSON Schema 2020-12; params of an object of named members
///     "errors"                           JSON-RPC codes besides those that every method can answer
///     "examples"                         [{"name", "params", "result"}]: a test calls with each
///
/// A `$ref` in it is `#/components/schemas/<name>` and nothing else, which leads to the same place
/// in OpenRPC and in OpenAPI. Who may call is not said here: the method table knows.
struct MethodDoc {
  std::string_view name;
  std::string_view text;
};

}  // namespace kedge::rpc
