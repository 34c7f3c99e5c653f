// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "rpc/errors.hpp"
#include "rpc/method_table.hpp"

/// Whether a caller may use a method. The one place that decides it, for every way in.
namespace kedge::rpc {

/// Whether the method is for known callers only.
[[nodiscard]] inline bool is_restricted(const Method& method) {
  return method.access != Access::open || method.scope.bit != 0;
}

/// What `identity`, the answer of Authorizer::authorize, is answered; nullopt if it may go on:
/// - 401, -32003, for credentials that are missing, with the challenge `Bearer`, and for wrong
/// ones,
///   with `error="invalid_token"` (RFC 6750 section 3.1);
/// - 403, -32004, `error="insufficient_scope"`, for good ones that do not allow it; the message
///   says what is needed;
/// - 503 where nobody can tell now.
[[nodiscard]] std::optional<WireError> access_refusal(Access access, const Scope& scope,
                                                      const Result<Caller>& identity);

/// The same, and tells the authorizer of the refusal. `name` is that of the method, or the path of
/// the resource.
[[nodiscard]] std::optional<WireError> refuse_call(const Authorizer& authorizer,
                                                   std::string_view name, Access access,
                                                   const Scope& scope,
                                                   const Result<Caller>& identity);
[[nodiscard]] std::optional<WireError> refuse_call(const Authorizer& authorizer,
                                                   const Method& method,
                                                   const Result<Caller>& identity);

}  // namespace kedge::rpc
