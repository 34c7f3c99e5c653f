// SPDX-License-Identifier: Apache-2.0
#include "crypto/jwk.hpp"

#include <gtest/gtest.h>

#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::fixed_key;
using test::kKeyTypes;

/// RFC 8037 appendix A.1.
const json kRfc8037 = {{"kty", "OKP"},
                       {"crv", "Ed25519"},
                       {"d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
                       {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};

/// RFC 7515 appendix A.3.1.
const json kRfc7515 = {{"kty", "EC"},
                       {"crv", "P-256"},
                       {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                       {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                       {"d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}};

TEST(Jwk, ReadsTheKeysOfTheSpecifications) {
  for (const json& jwk : {kRfc8037, kRfc7515}) {
    const auto secret = secret_key_from_jwk(jwk);
    ASSERT_TRUE(secret) << secret.error().message;
    EXPECT_EQ(*public_key_from_jwk(jwk), secret->public_key());
    json required = jwk;
    required.erase("d");
    EXPECT_EQ(jwk_from_public_key(secret->public_key()), required);
  }
  EXPECT_EQ(jwk_thumbprint(*public_key_from_jwk(kRfc8037)),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(Jwk, RoundTripsEveryType) {
  for (const KeyType type : kKeyTypes) {
    const PublicKey key = fixed_key(type).public_key();
    EXPECT_EQ(*public_key_from_jwk(jwk_from_public_key(key)), key);
  }
}

TEST(Jwk, RefusesWithTheMember) {
  const auto field = [](const char* member, const json& value) {
    json jwk = kRfc7515;
    jwk[member] = value;
    const auto key = secret_key_from_jwk(jwk);
    return key ? "accepted" : key.error().field + "|";
  };
  EXPECT_EQ(field("use", "sig"), "accepted");
  EXPECT_EQ(field("alg", "ES256"), "accepted");
  EXPECT_EQ(field("key_ops", {"sign"}), "accepted");
  EXPECT_EQ(field("kty", "OKP"), "crv|");
  EXPECT_EQ(field("crv", "P-384"), "crv|");
  EXPECT_EQ(field("crv", 256), "crv|");
  EXPECT_EQ(field("alg", "ES256K"), "alg|");
  EXPECT_EQ(field("use", "enc"), "use|");
  EXPECT_EQ(field("key_ops", json::array({"encrypt"})), "key_ops|");
  EXPECT_EQ(field("key_ops", "sign"), "key_ops|");
  EXPECT_EQ(field("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="), "x|");
  EXPECT_EQ(field("x", "AA"), "x|");
  EXPECT_EQ(field("y", nullptr), "y|");
  // A point that is not on the curve.
  EXPECT_EQ(field("y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"), "y|");
  EXPECT_EQ(field("x", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), "|");
  EXPECT_EQ(field("d", "AA"), "d|");
  EXPECT_EQ(field("d", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"), "d|");
  EXPECT_FALSE(public_key_from_jwk(json::array()));
  EXPECT_FALSE(public_key_from_jwk(json::object()));
  EXPECT_FALSE(secret_key_from_jwk(jwk_from_public_key(*public_key_from_jwk(kRfc8037))));
}

}  // namespace
}  // namespace kedge::crypto
