// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

/// Who may do what; config/access_keys.cpp says what each means, node/access/README.md how they
/// work together.
namespace kedge::config {

/// OAuth 2.0 access tokens that are JWTs. Without `jwt_issuer` none is taken.
struct AccessSettings {
  /// `open` or `token`.
  std::string read = "open";
  /// Whether every write and refusal is recorded.
  bool record = true;

  std::string jwt_issuer;
  std::string jwt_audience;
  /// Exactly one of the two, with `jwt_issuer`.
  std::string jwks_file;
  std::string jwks_url;
  std::string jwks_ca_file;
  std::chrono::milliseconds jwks_refresh{600'000};
  std::chrono::milliseconds jwks_max_age{86'400'000};
  std::vector<std::string> jwt_types = {"at+jwt"};
  std::vector<std::string> jwt_algorithms = {"ES256", "ES256K", "EdDSA", "RS256"};
  std::chrono::milliseconds jwt_leeway{30'000};
  std::string jwt_scope_claim = "scope";
  std::string jwt_issuer_claim = "sub";
  /// `their-word=ours`.
  std::vector<std::string> jwt_scopes;
};

}  // namespace kedge::config
