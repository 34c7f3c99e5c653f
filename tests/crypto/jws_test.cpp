// SPDX-License-Identifier: Apache-2.0
#include "crypto/jws.hpp"

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "crypto/did.hpp"
#include "crypto/jwk.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::fixed_key;
using test::kKeyTypes;
using test::text;

const Bytes kPayload = {'{', '}'};

std::string header_for(KeyType type, const std::string& more = "") {
  return "{\"alg\":\"" + std::string(jws_algorithm(type)) + "\"" + more + "}";
}

TEST(Jws, SignsAndVerifiesEveryAlgorithm) {
  for (const KeyType type : kKeyTypes) {
    const SecretKey key = fixed_key(type);
    const std::string token =
        *sign_jws(header_for(type, ",\"typ\":\"JWT\",\"kid\":\"did:a:b#c\""), kPayload, key);
    const auto jws = parse_jws(token);
    ASSERT_TRUE(jws) << jws.error().message;
    EXPECT_EQ(jws->header.alg, jws_algorithm(type));
    EXPECT_EQ(jws->header.typ, "JWT");
    EXPECT_EQ(jws->header.kid, "did:a:b#c");
    EXPECT_EQ(jws->payload_base64url, "e30");
    EXPECT_EQ(jws->signing_input, token.substr(0, token.rfind('.')));
    EXPECT_TRUE(verify_jws(*jws, key.public_key()));
    for (const KeyType other : kKeyTypes) {
      EXPECT_EQ(bool(verify_jws(*jws, fixed_key(other).public_key())), other == type);
    }
    EXPECT_FALSE(verify_jws(*jws, fixed_key(type, 0x43).public_key()));
  }
}

TEST(Jws, NoChangedCharacterVerifies) {
  for (const KeyType type : kKeyTypes) {
    const SecretKey key = fixed_key(type);
    const std::string token = *sign_jws(header_for(type), kPayload, key);
    for (std::size_t i = 0; i < token.size(); ++i) {
      for (const char c : {'A', 'B', 'w', '.', '=', ' ', '\n', '+', '~'}) {
        if (token[i] == c) continue;
        std::string other = token;
        other[i] = c;
        const auto jws = parse_jws(other);
        EXPECT_FALSE(jws && verify_jws(*jws, key.public_key())) << other;
      }
    }
  }
}

TEST(Jws, RefusesEveryOtherForm) {
  const std::string token =
      *sign_jws(header_for(KeyType::ed25519), kPayload, fixed_key(KeyType::ed25519));
  ASSERT_TRUE(parse_jws(token));
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), std::string("..."), token + ".",
        token + ".e30", "." + token, token + "=", token + " ", " " + token, token + "\n",
        token.substr(0, token.rfind('.')), token.substr(0, token.rfind('.') + 1),
        token.substr(token.find('.')), token.substr(0, token.find('.')) + "..AAAA",
        token.substr(0, token.find('.')) + ".e31.AAAA", token + "~"}) {
    const auto jws = parse_jws(bad);
    ASSERT_FALSE(jws) << bad;
    EXPECT_EQ(jws.error().code, Errc::invalid_argument);
  }
}

std::string header_refusal(const std::string& header) {
  const auto parsed = parse_jws_header(base64url_encode(as_bytes(header)));
  return parsed ? "accepted" : parsed.error().message;
}

TEST(Jws, ChecksTheHeader) {
  EXPECT_EQ(header_refusal(R"({"alg":"ES256"})"), "accepted");
  EXPECT_EQ(header_refusal(R"({"alg":"RS256","kid":"x","more":[1]})"), "accepted");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","b64":true})"), "accepted");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","b64":false,"crit":["b64"]})"), "accepted");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","b64":false})"),
            "crit must name b64 (RFC 7797 section 6)");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","b64":0})"), "b64 must be true or false");
  EXPECT_EQ(header_refusal(R"({})"), "the JWS header has no alg");
  EXPECT_EQ(header_refusal(R"({"alg":""})"), "the JWS header has no alg");
  EXPECT_EQ(header_refusal(R"({"alg":7})"), "alg must be text");
  EXPECT_EQ(header_refusal(R"({"alg":"none"})"),
            "alg none is not a signature (RFC 7515 section 8)");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","kid":1})"), "kid must be text");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","alg":"ES256"})"),
            "JWS header: invalid JSON: the key \"alg\" appears twice");
  EXPECT_EQ(header_refusal(R"([])"), "the JWS header is not a JSON object");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","crit":[]})"),
            "crit must be an array with at least one name");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","crit":"b64"})"),
            "crit must be an array with at least one name");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","crit":[1]})"), "crit must hold names");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","crit":["x"]})"),
            "crit names a member that the header does not have");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","x":1,"crit":["x","x"]})"),
            "crit names a member twice");
  EXPECT_EQ(header_refusal(R"({"alg":"ES256","crit":["alg"]})"),
            "crit names alg, which RFC 7515 defines itself");
  EXPECT_FALSE(parse_jws_header("e30="));
  EXPECT_FALSE(parse_jws_header(""));
}

TEST(Jws, CriticalNamesMustBeUnderstood) {
  const SecretKey key = fixed_key(KeyType::p256);
  const std::string token =
      *sign_jws(header_for(KeyType::p256, R"(,"x":1,"crit":["x"])"), kPayload, key);
  const auto jws = parse_jws(token);
  ASSERT_TRUE(jws);
  EXPECT_FALSE(verify_jws(*jws, key.public_key()));
  constexpr std::string_view kNames[] = {"x"};
  EXPECT_TRUE(verify_jws(*jws, key.public_key(), kNames));
}

TEST(Jws, SignRefusesWhatCannotBeRight) {
  const SecretKey key = fixed_key(KeyType::p256);
  EXPECT_FALSE(sign_jws(R"({"alg":"ES256K"})", kPayload, key));
  EXPECT_FALSE(sign_jws(R"({"alg":"ES256","b64":false,"crit":["b64"]})", kPayload, key));
  EXPECT_FALSE(sign_jws("{", kPayload, key));
  EXPECT_FALSE(sign_jws(R"({"alg":"ES256"})", {}, key));
}

TEST(Jws, Rfc8037Example) {
  KEDGE_NEEDS_VECTORS("credentials/jose/curve25519/jws.json");
  const json vector = test::read_json(vectors);
  const auto key = secret_key_from_jwk(vector["input"]["key"]);
  ASSERT_TRUE(key);
  const std::string compact = text(vector["output"]["compact"]);
  const auto jws = parse_jws(compact);
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->signing_input, text(vector["signing"]["sig-input"]));
  EXPECT_TRUE(verify_jws(*jws, key->public_key()));
  EXPECT_EQ(*sign_jws(R"({"alg":"EdDSA"})", as_bytes(text(vector["input"]["payload"])), *key),
            compact);
}

/// RFC 7520 uses algorithms that are not verified here, but its tokens are well-formed.
TEST(Jws, Rfc7520ExamplesAreTakenApart) {
  KEDGE_NEEDS_VECTORS("credentials/jose/jws");
  std::size_t compact = 0;
  for (const auto& file : std::filesystem::directory_iterator(vectors)) {
    const json vector = test::read_json(file.path());
    if (!vector["output"].contains("compact")) continue;
    const std::string token = text(vector["output"]["compact"]);
    const auto jws = parse_jws(token);
    if (file.path().filename() == "4_5.signature_with_detached_content.json") {
      EXPECT_FALSE(jws) << "a detached payload is an empty part";
      continue;
    }
    ASSERT_TRUE(jws) << file.path() << jws.error().message;
    EXPECT_EQ(jws->signing_input, text(vector["signing"]["sig-input"]));
    EXPECT_EQ(jws->header.alg, text(vector["input"]["alg"]));
    EXPECT_EQ(jws->signature, *base64url_decode(text(vector["signing"]["sig"])));
    ++compact;
  }
  EXPECT_EQ(compact, 3U);
}

/// EBSI's published examples, with the keys of its DID documents.
TEST(Jws, EbsiExamples) {
  KEDGE_NEEDS_VECTORS("ebsi/jwt");
  const json keys = test::read_json(vectors / "keys.json");
  const json expected = test::read_json(vectors / "expected.json")["files"];
  std::size_t verified = 0;
  for (const auto& [name, entry] : expected.items()) {
    std::string token = test::read_file(vectors / name);
    while (!token.empty() && token.back() == '\n') token.pop_back();
    const auto jws = parse_jws(token);
    ASSERT_TRUE(jws) << name << " " << jws.error().message;
    if (text(entry["signature"]) != "valid") continue;
    const std::string kid = *jws->header.kid;
    const auto key = kid.starts_with("did:key:")
                         ? public_key_from_did_key(kid.substr(0, kid.find('#')))
                         : public_key_from_jwk(keys.value(kid, json()));
    ASSERT_TRUE(key) << name << " " << key.error().message;
    EXPECT_TRUE(verify_jws(*jws, *key)) << name;
    ++verified;
  }
  EXPECT_EQ(verified, 5U);
}

}  // namespace
}  // namespace kedge::crypto
