// SPDX-License-Identifier: Apache-2.0
#include "crypto/sd_jwt.hpp"

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "tests/crypto/sd_jwt_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::disclosed;
using test::fixed_key;
using test::text;

TEST(SdJwt, TheRunningExampleOfTheSpecification) {
  KEDGE_NEEDS_VECTORS("credentials/sd-jwt/sd-jwt-example.json");
  const json vector = test::read_json(vectors);
  const std::string document = text(vector["sdJwt"]);
  const auto sd_jwt = split_sd_jwt(document);
  ASSERT_TRUE(sd_jwt) << sd_jwt.error().message;
  EXPECT_TRUE(sd_jwt->key_binding_jwt.empty());
  const auto jws = parse_jws(sd_jwt->issuer_jwt);
  ASSERT_TRUE(jws);
  EXPECT_TRUE(verify_jws(*jws, *public_key_from_jwk(vector["issuerJwk"])));
  ASSERT_EQ(sd_jwt->disclosures.size(), vector["disclosures"].size());
  for (std::size_t i = 0; i < sd_jwt->disclosures.size(); ++i) {
    const json& expected = vector["disclosures"][i];
    EXPECT_EQ(sd_jwt->disclosures[i], text(expected["disclosure"]));
    EXPECT_EQ(disclosure_digest(sd_jwt->disclosures[i]), text(expected["digest"]));
    const Bytes octets = *base64url_decode(sd_jwt->disclosures[i]);
    EXPECT_EQ(json::parse(as_text(octets)), expected["decoded"]);
  }
  const auto claims = disclosed_claims(*sd_jwt);
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ((*claims)["given_name"], "John");
  EXPECT_EQ((*claims)["address"]["locality"], "Anytown");
  EXPECT_EQ((*claims)["nationalities"], json::array({"US", "DE"}));
  EXPECT_FALSE(claims->contains("_sd"));
  EXPECT_FALSE(claims->contains("_sd_alg"));
}

TEST(SdJwt, UndisclosedClaimsAreAbsent) {
  const std::string hidden = make_disclosure("s1", "a", 1);
  const std::string element = make_array_disclosure("s2", "x");
  const json claims = {{"_sd", {disclosure_digest(hidden)}},
                       {"list", {"y", {{"...", disclosure_digest(element)}}}},
                       {"_sd_alg", "sha-256"}};
  EXPECT_EQ(disclosed(claims, {}), R"({"list":["y"]})");
  EXPECT_EQ(disclosed(claims, {hidden}), R"({"a":1,"list":["y"]})");
  EXPECT_EQ(disclosed(claims, {element}), R"({"list":["y","x"]})");
  EXPECT_EQ(disclosed(claims, {element, hidden}), R"({"a":1,"list":["y","x"]})");
}

TEST(SdJwt, RefusesWhatSection71Forbids) {
  const std::string member = make_disclosure("s", "a", 1);
  const std::string element = make_array_disclosure("s", 1);
  const std::string member_digest = disclosure_digest(member);
  const std::string element_digest = disclosure_digest(element);
  const auto object = [](const json& digests) { return json{{"_sd", digests}}; };

  EXPECT_EQ(disclosed(object({member_digest}), {member}), R"({"a":1})");
  EXPECT_EQ(disclosed(json::object(), {member}),
            "refused: a disclosure belongs to no digest in the claims");
  EXPECT_EQ(disclosed(object({member_digest}), {member, member}),
            "refused: a disclosure stands twice");
  EXPECT_EQ(disclosed(object({member_digest, member_digest}), {member}),
            "refused: a digest stands twice");
  EXPECT_EQ(disclosed({{"_sd", {"x"}}, {"b", {{"_sd", {"x"}}}}}, {}),
            "refused: a digest stands twice");
  EXPECT_EQ(disclosed({{"_sd", {member_digest}}, {"a", 2}}, {member}),
            "refused: a disclosure would overwrite a claim");
  EXPECT_EQ(disclosed(object({element_digest}), {element}),
            "refused: the disclosure of a member has no name");
  EXPECT_EQ(disclosed({{"l", {{{"...", member_digest}}}}}, {member}),
            "refused: the disclosure of an array element has a name");
  EXPECT_EQ(disclosed({{"_sd", "x"}}, {}), "refused: _sd must be an array");
  EXPECT_EQ(disclosed(object({1}), {}), "refused: a digest must be text");
  EXPECT_EQ(disclosed({{"...", "x"}}, {}), "refused: ... may stand only in arrays");
  EXPECT_EQ(disclosed({{"l", {{{"...", "x"}, {"y", 1}}}}}, {}),
            "refused: ... must be alone in its object");
  EXPECT_EQ(disclosed({{"_sd_alg", "sha-512"}}, {}), "refused: _sd_alg must be sha-256");
  for (const char* name : {"_sd", "..."}) {
    const std::string bad = make_disclosure("s", name, 1);
    EXPECT_EQ(disclosed(object({disclosure_digest(bad)}), {bad}),
              "refused: a disclosure may not be named _sd or ...");
  }
  for (const json& bad : {json::array({"s"}), json::array({"s", 1, 2}), json::array({1, "a", 2}),
                          json::array({"s", "a", 1, 1}), json::object()}) {
    const std::string disclosure = base64url_encode(as_bytes(bad.dump()));
    EXPECT_TRUE(disclosed(object({disclosure_digest(disclosure)}), {disclosure})
                    .starts_with("refused: a disclosure is an array"));
  }
}

TEST(SdJwt, SplitsStrictly) {
  const std::string jwt = *sign_jws(R"({"alg":"ES256"})", as_bytes("{}"), fixed_key(KeyType::p256));
  EXPECT_TRUE(split_sd_jwt(jwt + "~"));
  EXPECT_EQ(split_sd_jwt(jwt + "~AAAA~BBBB~")->disclosures.size(), 2U);
  const std::string bound_text = jwt + "~AAAA~" + jwt;
  const auto bound = split_sd_jwt(bound_text);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->key_binding_jwt, jwt);
  EXPECT_EQ(bound->disclosures.size(), 1U);
  for (const std::string& bad : {jwt, std::string("~"), std::string("x~"), jwt + "~~",
                                 jwt + "~AAAA", jwt + "~AAAA~x", jwt + "~AAAA=~", jwt + "~AA AA~",
                                 jwt + "~AAAB=~", jwt + " ~", jwt + "~\n", jwt + "~AAAA~ "}) {
    EXPECT_FALSE(split_sd_jwt(bad)) << bad;
  }
}

}  // namespace
}  // namespace kedge::crypto
