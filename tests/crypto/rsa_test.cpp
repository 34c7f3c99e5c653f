// SPDX-License-Identifier: Apache-2.0
#include "crypto/rsa.hpp"

#include <map>

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "crypto/jws.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::read_json;
using test::text;

/// The key of RFC 7515 appendix A.2, its public half.
json rfc7515_key() {
  return {{"kty", "RSA"},
          {"n",
           "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1"
           "Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpa"
           "SHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4"
           "LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
          {"e", "AQAB"}};
}

constexpr std::string_view kRfc7515Token =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujG"
    "bds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
    "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
    "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6"
    "LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

bool verifies(const RsaPublicKey& key, std::string_view token) {
  const auto jws = parse_jws(token);
  return jws && key.verify(as_bytes(jws->signing_input), jws->signature);
}

TEST(Rsa, VerifiesTheExampleOfTheStandardAndNothingNearIt) {
  const auto key = RsaPublicKey::from_jwk(rfc7515_key());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_TRUE(verifies(*key, kRfc7515Token));
  const auto jws = parse_jws(kRfc7515Token);
  ASSERT_TRUE(jws);
  for (std::size_t i = 0; i < jws->signature.size(); i += 17) {
    Bytes changed = jws->signature;
    changed[i] ^= 1;
    EXPECT_FALSE(key->verify(as_bytes(jws->signing_input), changed)) << i;
  }
  Bytes shorter(jws->signature.begin(), jws->signature.end() - 1);
  EXPECT_FALSE(key->verify(as_bytes(jws->signing_input), shorter));
  Bytes longer = jws->signature;
  longer.push_back(0);
  EXPECT_FALSE(key->verify(as_bytes(jws->signing_input), longer));
  EXPECT_FALSE(key->verify(as_bytes("something else"), jws->signature));
}

TEST(Rsa, RefusesKeysThatAreNotFit) {
  const std::vector<std::pair<std::string, json>> changes = {
      {"kty", "EC"},
      {"alg", "PS256"},
      {"alg", "HS256"},
      {"use", "enc"},
      {"e", "AQ"},
      {"e", "AAEAAQ"},
      {"e", "AQAA"},
      {"e", "AQAAAAE"},
      {"e", ""},
      {"n", "AQAB"},
      {"n", 7},
      {"key_ops", json::array({"encrypt"})},
      {"n", "AA" + text(rfc7515_key()["n"])}};
  for (const auto& [name, value] : changes) {
    json jwk = rfc7515_key();
    jwk[name] = value;
    const auto key = RsaPublicKey::from_jwk(jwk);
    ASSERT_FALSE(key) << name << " " << value;
    EXPECT_EQ(key.error().code, Errc::invalid_argument) << name << " " << value;
    EXPECT_FALSE(key.error().message.empty());
  }
  for (const char* missing : {"kty", "n", "e"}) {
    json jwk = rfc7515_key();
    jwk.erase(missing);
    EXPECT_FALSE(RsaPublicKey::from_jwk(jwk)) << missing;
  }
  EXPECT_FALSE(RsaPublicKey::from_jwk(json("text")));
  // 1024 bits are too few, 4104 too many, and an even modulus is none.
  Bytes modulus(128, 0xff);
  const Bytes exponent{1, 0, 1};
  EXPECT_FALSE(RsaPublicKey::from_numbers(modulus, exponent));
  modulus.assign(513, 0xff);
  EXPECT_FALSE(RsaPublicKey::from_numbers(modulus, exponent));
  modulus.assign(256, 0xff);
  EXPECT_TRUE(RsaPublicKey::from_numbers(modulus, exponent));
  modulus.back() = 0xfe;
  EXPECT_FALSE(RsaPublicKey::from_numbers(modulus, exponent));
}

/// Every RS256 case of Project Wycheproof's JWS file.
TEST(Rsa, Wycheproof) {
  KEDGE_NEEDS_VECTORS("keys/wycheproof");
  const json suite = read_json(vectors / "json_web_signature_test.json");
  std::map<bool, int> seen;
  for (const json& group : suite["testGroups"]) {
    const json& jwk = group.contains("public") ? group["public"] : group["private"];
    if (jwk.value("alg", "") != "RS256") continue;
    const auto key = RsaPublicKey::from_jwk(jwk);
    for (const json& test : group["tests"]) {
      // An empty payload is no credential and no access token: parse_jws refuses it.
      const bool valid = test["result"] == "valid" && test["comment"] != "emptyPayload";
      bool verified = false;
      if (key && test["jws"].is_string()) {
        const std::string token = text(test["jws"]);
        const auto jws = parse_jws(token);
        verified = jws && jws->header.alg == "RS256" &&
                   key->verify(as_bytes(jws->signing_input), jws->signature);
      }
      EXPECT_EQ(verified, valid) << group["comment"] << " " << test.dump();
      ++seen[valid];
    }
  }
  EXPECT_GT(seen[true], 0);
  EXPECT_GT(seen[false], 0);
}

}  // namespace
}  // namespace kedge::crypto
