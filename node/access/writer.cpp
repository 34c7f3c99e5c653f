// SPDX-License-Identifier: Apache-2.0
#include "node/access/writer.hpp"

#include "node/access/scopes.hpp"

namespace kedge::node {
namespace {

Status check_scope(const Writer& writer, const rpc::Scope& scope) {
  if (writer.actor.empty()) return Error{Errc::unauthorized, "nobody's credentials"};
  if ((writer.scopes & scope.bit) != scope.bit) {
    return Error{Errc::unauthorized, "needs the scope " + std::string(scope.name)};
  }
  return {};
}

}  // namespace

Writer writer_of(const rpc::Caller& caller) {
  return {.actor = caller.actor, .issuer = caller.issuer, .scopes = caller.scopes};
}

Status check_writer(const Writer& writer, const rpc::Scope& scope, std::string_view issuer) {
  if (Status scoped = check_scope(writer, scope); !scoped) return scoped;
  if (issuer.empty() || writer.issuer != issuer) {
    return Error{Errc::unauthorized, "for another issuer", "issuer"};
  }
  if (is_reserved_issuer(issuer)) {
    return Error{Errc::unauthorized, "for an issuer whom nobody writes for", "issuer"};
  }
  return {};
}

Status check_operator(const Writer& writer) {
  return check_scope(writer, kAdmin);
}

}  // namespace kedge::node
