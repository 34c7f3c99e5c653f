// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof: every case of its ECDSA, JWS and JWK files.
#include <map>

#include <gtest/gtest.h>

#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::octets;
using test::read_json;
using test::text;

void check_ecdsa(const std::filesystem::path& file, KeyType type) {
  const json suite = read_json(file);
  std::size_t done = 0;
  for (const json& group : suite["testGroups"]) {
    const Bytes point = octets(text(group["publicKey"]["uncompressed"]));
    const auto key = PublicKey::from_bytes(type, point);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->uncompressed(), point);
    EXPECT_EQ(*PublicKey::from_bytes(type, key->bytes()), *key);
    if (group.contains("publicKeyJwk")) {
      const auto from_jwk = public_key_from_jwk(group["publicKeyJwk"]);
      ASSERT_TRUE(from_jwk) << from_jwk.error().message;
      EXPECT_EQ(*from_jwk, *key);
    }
    for (const json& test : group["tests"]) {
      const bool verified = bool(key->verify(octets(text(test["msg"])), octets(text(test["sig"]))));
      EXPECT_EQ(verified, test["result"] == "valid") << test.dump();
      ++done;
    }
  }
  EXPECT_EQ(done, suite["numberOfTests"].get<std::size_t>());
}

TEST(Wycheproof, EcdsaP256) {
  KEDGE_NEEDS_VECTORS("keys/wycheproof");
  check_ecdsa(vectors / "ecdsa_secp256r1_sha256_p1363_test.json", KeyType::p256);
}

TEST(Wycheproof, EcdsaSecp256k1) {
  KEDGE_NEEDS_VECTORS("keys/wycheproof");
  check_ecdsa(vectors / "ecdsa_secp256k1_sha256_p1363_test.json", KeyType::secp256k1);
}

bool verifies(const json& jwk, const json& token) {
  if (!token.is_string()) return false;
  const std::string token_text = text(token);
  const auto jws = parse_jws(token_text);
  const auto key = public_key_from_jwk(jwk);
  return jws && key && verify_jws(*jws, *key);
}

/// Of RSA, HMAC and the larger curves nothing is verified here, so that even a valid token of
/// theirs must be refused. Returns how many tests really had a key of ours.
std::size_t check_jose(const json& suite) {
  std::size_t ours = 0;
  std::size_t done = 0;
  for (const json& group : suite["testGroups"]) {
    const json& key = group.contains("public") ? group["public"] : group["private"];
    const json keys = key.contains("keys") ? key["keys"] : json::array({key});
    for (const json& test : group["tests"]) {
      ++done;
      for (const json& jwk : keys) {
        const bool supported = jwk.value("alg", "") == "ES256" && jwk.value("crv", "") == "P-256" &&
                               jwk.value("kty", "") == "EC";
        ours += supported ? 1 : 0;
        EXPECT_EQ(verifies(jwk, test["jws"]), supported && test["result"] == "valid")
            << group["comment"] << " " << test.dump();
      }
    }
  }
  EXPECT_EQ(done, suite["numberOfTests"].get<std::size_t>());
  return ours;
}

TEST(Wycheproof, JsonWebSignature) {
  KEDGE_NEEDS_VECTORS("keys/wycheproof");
  EXPECT_EQ(check_jose(read_json(vectors / "json_web_signature_test.json")), 39U);
}

TEST(Wycheproof, JsonWebKey) {
  KEDGE_NEEDS_VECTORS("keys/wycheproof");
  EXPECT_EQ(check_jose(read_json(vectors / "json_web_key_test.json")), 3U);
}

}  // namespace
}  // namespace kedge::crypto
