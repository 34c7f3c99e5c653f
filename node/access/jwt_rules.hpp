// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/access_settings.hpp"
#include "node/access/jwks.hpp"
#include "rpc/method_table.hpp"

/// OAuth 2.0 access tokens that are JWTs (RFC 9068), checked here, without asking anybody.
namespace kedge::node {

/// No token is longer, in octets.
inline constexpr std::size_t kMaxJwtBytes = std::size_t{8} << 10;

/// What a token must be to be taken.
struct JwtRules {
  /// `iss`, exactly.
  std::string issuer;
  /// `aud`, or one of its elements.
  std::string audience;
  /// `typ`, with or without `application/`, without case.
  std::vector<std::string> types;
  std::vector<std::string> algorithms;
  std::uint64_t leeway_ms = 0;
  std::string scope_claim;
  std::string issuer_claim;
  /// The server's words and what they allow here; others allow nothing.
  std::map<std::string, rpc::Scopes, std::less<>> scopes;
};

/// What the settings ask for.
JwtRules make_jwt_rules(const config::AccessSettings& settings);

struct AccessToken {
  rpc::Caller caller;
  /// Good from then until then, the leeway taken into account.
  std::uint64_t from_ms = 0;
  std::uint64_t until_ms = 0;
};

/// In this order: length, form (RFC 7515), `typ` (RFC 9068 section 4), `alg`, key, signature; then
/// `iss`, `aud`, `exp`, `nbf` and `iat` (RFC 7519 section 4.1), and the claim that names the
/// issuer. unauthorized, with why, for the record alone; not_found where the set has no such key.
Result<AccessToken> check_access_token(std::string_view token, const KeySet& keys,
                                       const JwtRules& rules, std::uint64_t now_ms);

}  // namespace kedge::node
