// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// Who writes: what the node knows of a caller by its credentials alone. Nothing in it ever comes
/// out of a request.
struct Writer {
  /// rpc::Caller::actor; not empty.
  std::string actor;
  /// Whom its credentials are for; empty for nobody.
  std::string issuer;
  rpc::Scopes scopes = 0;
};

Writer writer_of(const rpc::Caller& caller);

/// Whether it may write for `issuer`: its credentials must have the scope, and be this issuer's
/// own, and the name must not be one of the node's. unauthorized, saying which rule it was.
Status check_writer(const Writer& writer, const rpc::Scope& scope, std::string_view issuer);

/// The same for what is no issuer's: running the node.
Status check_operator(const Writer& writer);

}  // namespace kedge::node
