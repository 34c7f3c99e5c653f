// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/jws.hpp"
#include "crypto/keys.hpp"
#include "crypto/rsa.hpp"

/// The public keys of an authorisation server: a JWK Set (RFC 7517 section 5).
namespace kedge::node {

/// Bounds of a set.
inline constexpr std::size_t kMaxJwksBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMaxJwksKeys = 100;

struct JwtKey {
  /// Empty: the key has no name.
  std::string kid;
  /// The one algorithm that it is used with: ES256, ES256K, EdDSA or RS256.
  std::string alg;
  std::variant<crypto::PublicKey, crypto::RsaPublicKey> key;
};

class KeySet {
 public:
  /// Keys that cannot be used here are left out, as RFC 7517 section 5 asks: symmetric ones, those
  /// that carry their private half, other curves, another `use` than `sig`, an `alg` that is not
  /// the key's. invalid_argument for what is no JWK Set, for one out of bounds, one without a
  /// usable key, and one in which two usable keys have one `kid` and algorithm.
  static Result<KeySet> parse(std::string_view text);

  /// The key that a header names. Without a `kid` in the header the set must have exactly one key
  /// of that algorithm. not_found if there is none: perhaps the set is older than the key.
  [[nodiscard]] Result<const JwtKey*> find(const crypto::JwsHeader& header) const;

  [[nodiscard]] const std::vector<JwtKey>& keys() const noexcept { return keys_; }

 private:
  std::vector<JwtKey> keys_;
};

/// invalid_argument unless the key has signed it with its own algorithm. No `crit` is understood.
Status verify_with(const JwtKey& key, const crypto::Jws& jws);

}  // namespace kedge::node
