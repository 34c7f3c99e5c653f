// SPDX-License-Identifier: Apache-2.0
#include "node/access/jwks.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "crypto/jwk.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 8;
constexpr std::size_t kMaxKid = 512;

/// Members of which one makes a JWK no public key: symmetric (RFC 7518 section 6.4) or private.
bool holds_secret(const json& jwk) {
  return jwk.contains("k") || jwk.contains("d");
}

std::optional<JwtKey> usable_key(const json& jwk) {
  if (!jwk.is_object() || holds_secret(jwk)) return std::nullopt;
  std::string kid;
  if (const auto member = jwk.find("kid"); member != jwk.end()) {
    if (!member->is_string()) return std::nullopt;
    kid = member->get<std::string>();
    if (kid.empty() || kid.size() > kMaxKid) return std::nullopt;
  }
  if (const auto kty = jwk.find("kty"); kty != jwk.end() && *kty == "RSA") {
    auto key = crypto::RsaPublicKey::from_jwk(jwk);
    if (!key) return std::nullopt;
    return JwtKey{std::move(kid), "RS256", *std::move(key)};
  }
  auto key = crypto::public_key_from_jwk(jwk);
  if (!key) return std::nullopt;
  std::string alg(crypto::jws_algorithm(key->type()));
  return JwtKey{std::move(kid), std::move(alg), *std::move(key)};
}

/// RFC 9864 gives EdDSA with Ed25519 a name of its own.
std::string_view plain_algorithm(std::string_view alg) {
  return alg == "Ed25519" ? std::string_view("EdDSA") : alg;
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view text) {
  const auto document = crypto::parse_json(text, {kMaxJwksBytes, kMaxDepth});
  if (!document) return invalid_argument("no JWK Set: " + document.error().message);
  const auto keys = document->is_object() ? document->find("keys") : document->end();
  if (!document->is_object() || keys == document->end() || !keys->is_array()) {
    return invalid_argument("a JWK Set is an object with a list of keys", "keys");
  }
  if (keys->size() > kMaxJwksKeys) {
    return invalid_argument("expected at most " + std::to_string(kMaxJwksKeys) + " keys", "keys");
  }
  KeySet set;
  for (const json& jwk : *keys) {
    auto key = usable_key(jwk);
    if (!key) continue;
    const bool twice = std::any_of(set.keys_.begin(), set.keys_.end(), [&](const JwtKey& other) {
      return !key->kid.empty() && other.kid == key->kid && other.alg == key->alg;
    });
    if (twice) return invalid_argument("two keys have one kid and one algorithm", "keys");
    set.keys_.push_back(*std::move(key));
  }
  if (set.keys_.empty()) {
    return invalid_argument(
        "expected a public key for ES256, ES256K, EdDSA or RS256 that may verify signatures",
        "keys");
  }
  return set;
}

Result<const JwtKey*> KeySet::find(const crypto::JwsHeader& header) const {
  const std::string_view alg = plain_algorithm(header.alg);
  const JwtKey* found = nullptr;
  for (const JwtKey& key : keys_) {
    if (key.alg != alg || (header.kid && key.kid != *header.kid)) continue;
    if (found != nullptr) {
      return invalid_argument("several keys fit, and the token names none", "header.kid");
    }
    found = &key;
  }
  if (found == nullptr) return Error{Errc::not_found, "no key of this name", "header.kid"};
  return found;
}

Status verify_with(const JwtKey& key, const crypto::Jws& jws) {
  if (const auto* own = std::get_if<crypto::PublicKey>(&key.key)) {
    return crypto::verify_jws(jws, *own);
  }
  if (jws.header.alg != "RS256") return invalid_argument("alg must be RS256", "header.alg");
  if (!jws.header.crit.empty()) {
    return invalid_argument("crit names a member that is not understood here", "header.crit");
  }
  return std::get<crypto::RsaPublicKey>(key.key).verify(as_bytes(jws.signing_input), jws.signature);
}

}  // namespace kedge::node
