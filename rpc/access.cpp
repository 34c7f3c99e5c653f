// SPDX-License-Identifier: Apache-2.0
#include "rpc/access.hpp"

#include <string>

namespace kedge::rpc {
namespace {

WireError unknown_caller(bool shown_any) {
  return {.code = kUnauthorized,
          .http_status = 401,
          .message = "unauthorized",
          .challenge = shown_any ? R"(Bearer error="invalid_token")" : "Bearer"};
}

WireError forbidden(Access access, const Scope& scope) {
  WireError error{.code = kForbidden, .http_status = 403, .message = "forbidden"};
  error.challenge = R"(Bearer error="insufficient_scope")";
  if (!scope.name.empty()) {
    error.message += ": needs the scope " + std::string(scope.name);
    error.challenge += ", scope=\"" + std::string(scope.name) + "\"";
  } else {
    error.message += access == Access::admin ? ": for operators" : ": for issuers";
  }
  return error;
}

/// Nobody in particular: an open method lets it in, and no other.
bool is_nobody(const Caller& caller) {
  return caller.access == Access::open && caller.scopes == 0 && caller.actor.empty();
}

bool allows(const Caller& caller, Access access, const Scope& scope) {
  return caller.access >= access && (caller.scopes & scope.bit) == scope.bit;
}

}  // namespace

std::optional<WireError> access_refusal(Access access, const Scope& scope,
                                        const Result<Caller>& identity) {
  if (!identity) {
    if (identity.error().code == Errc::unauthorized) return unknown_caller(true);
    return to_wire(identity.error());
  }
  if (allows(*identity, access, scope)) return std::nullopt;
  if (is_nobody(*identity)) return unknown_caller(false);
  return forbidden(access, scope);
}

std::optional<WireError> refuse_call(const Authorizer& authorizer, std::string_view name,
                                     Access access, const Scope& scope,
                                     const Result<Caller>& identity) {
  auto refusal = access_refusal(access, scope, identity);
  if (!refusal) return refusal;
  if (identity) {
    const bool nobody = refusal->code == kUnauthorized;
    authorizer.on_refused(*identity, name,
                          {Errc::unauthorized, nobody ? "no credentials" : refusal->message});
  } else {
    authorizer.on_refused({}, name, identity.error());
  }
  return refusal;
}

std::optional<WireError> refuse_call(const Authorizer& authorizer, const Method& method,
                                     const Result<Caller>& identity) {
  return refuse_call(authorizer, method.name, method.access, method.scope, identity);
}

}  // namespace kedge::rpc
