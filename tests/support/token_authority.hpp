// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "config/access_settings.hpp"
#include "crypto/base64.hpp"
#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"

namespace kedge::test {

/// An authorisation server as far as access tokens show it. Its keys are one repeated octet each.
class TokenAuthority {
 public:
  using json = nlohmann::json;
  static constexpr std::string_view kIss = "https://auth.example.edu/";
  static constexpr std::string_view kAud = "https://anchor.example.edu/";

  explicit TokenAuthority(std::uint8_t fill = 0x51) : fill_(fill) {}

  [[nodiscard]] crypto::SecretKey key(crypto::KeyType type) const {
    return *crypto::SecretKey::from_bytes(type, Bytes(crypto::kSecretKeySize, fill_));
  }

  static std::string kid(crypto::KeyType type) {
    return "key-" + std::string(crypto::key_type_name(type));
  }

  /// One key a type.
  [[nodiscard]] json jwks() const {
    json keys = json::array();
    for (const auto type :
         {crypto::KeyType::ed25519, crypto::KeyType::p256, crypto::KeyType::secp256k1}) {
      json jwk = crypto::jwk_from_public_key(key(type).public_key());
      jwk["kid"] = kid(type);
      jwk["use"] = "sig";
      keys.push_back(jwk);
    }
    return {{"keys", keys}};
  }

  /// What is right for the issuer, for ten minutes from now.
  static json claims(std::string_view issuer, std::string_view scope, std::uint64_t now_ms) {
    return {{"iss", kIss},
            {"aud", kAud},
            {"sub", issuer},
            {"scope", scope},
            {"iat", now_ms / 1000},
            {"exp", now_ms / 1000 + 600},
            {"client_id", "registrar"}};
  }

  static json header(crypto::KeyType type) {
    return {{"typ", "at+jwt"}, {"alg", crypto::jws_algorithm(type)}, {"kid", kid(type)}};
  }

  [[nodiscard]] std::string sign(const json& claims,
                                 crypto::KeyType type = crypto::KeyType::p256) const {
    return sign_with(header(type), claims, type);
  }

  [[nodiscard]] std::string sign_with(const json& header, const json& claims,
                                      crypto::KeyType type) const {
    const std::string payload = claims.dump();
    // Not sign_jws, which refuses headers that a test wants.
    std::string token = crypto::base64url_encode(as_bytes(header.dump())) + "." +
                        crypto::base64url_encode(as_bytes(payload));
    return token + "." + crypto::base64url_encode(*key(type).sign(as_bytes(token)));
  }

  /// Settings that take its tokens.
  static config::AccessSettings settings() {
    config::AccessSettings access;
    access.jwt_issuer = kIss;
    access.jwt_audience = kAud;
    access.jwks_file = "jwks.json";
    return access;
  }

 private:
  std::uint8_t fill_;
};

}  // namespace kedge::test
