// SPDX-License-Identifier: Apache-2.0
#include "crypto/jades.hpp"

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::fixed_key;
using test::text;

const std::string kRawHeader =
    R"({"alg":"ES256","b64":false,"sigT":"2026-06-30T12:00:00Z","crit":["b64","sigT"]})";
const std::string kRawPayload = "{\"name\":\"Zo\xC3\xAB \\\"x\\\"\"}";

/// A JAdES document as the European Digital Credentials write it.
json sign(const std::string& header, const std::string& payload) {
  const std::string protected_part = base64url_encode(as_bytes(header));
  const Bytes signature = *fixed_key(KeyType::p256).sign(as_bytes(protected_part + "." + payload));
  return {{"payload", payload},
          {"signatures",
           {{{"protected", protected_part},
             {"header", {{"etsiU", json::array()}}},
             {"signature", base64url_encode(signature)}}}}};
}

std::string refusal(const json& document) {
  const auto jades = parse_jades(document.dump());
  return jades ? "accepted" : jades.error().message;
}

TEST(Jades, TheRawPayloadIsSigned) {
  const json document = sign(kRawHeader, kRawPayload);
  for (const std::string& form :
       {document.dump(), document.dump(2), document.dump(-1, ' ', true)}) {
    const auto jades = parse_jades(form);
    ASSERT_TRUE(jades) << jades.error().message;
    EXPECT_EQ(jades->signing_input, base64url_encode(as_bytes(kRawHeader)) + "." + kRawPayload);
    EXPECT_TRUE(verify_jades(*jades, fixed_key(KeyType::p256).public_key()));
    EXPECT_FALSE(verify_jades(*jades, fixed_key(KeyType::p256, 7).public_key()));
  }
}

TEST(Jades, TheUnprotectedHeaderDoesNotMatter) {
  json document = sign(kRawHeader, kRawPayload);
  const std::string before = parse_jades(document.dump())->signing_input;
  document["signatures"][0]["header"]["etsiU"].push_back("timestamp");
  EXPECT_EQ(parse_jades(document.dump())->signing_input, before);
  document["signatures"][0].erase("header");
  EXPECT_EQ(parse_jades(document.dump())->signing_input, before);
}

TEST(Jades, FlattenedAndCompactFormsToo) {
  json document = sign(R"({"alg":"ES256"})", "e30");
  const json signature = document["signatures"][0];
  const json flat = {{"payload", "e30"},
                     {"protected", signature["protected"]},
                     {"signature", signature["signature"]}};
  const std::string compact = text(signature["protected"]) + ".e30." + text(signature["signature"]);
  const auto general = parse_jades(document.dump());
  ASSERT_TRUE(general);
  for (const std::string& form : {flat.dump(), compact}) {
    const auto jades = parse_jades(form);
    ASSERT_TRUE(jades) << jades.error().message;
    EXPECT_EQ(jades->signing_input, general->signing_input);
    EXPECT_TRUE(verify_jades(*jades, fixed_key(KeyType::p256).public_key()));
  }
}

TEST(Jades, RefusesWithTheRule) {
  const json good = sign(kRawHeader, kRawPayload);
  const auto changed = [&](const std::string& pointer, const json& value) {
    json document = good;
    document[json::json_pointer(pointer)] = value;
    return refusal(document);
  };
  EXPECT_EQ(changed("/payload", ""), "the payload is empty");
  EXPECT_EQ(changed("/payload", json::object()), "a JAdES document has the text member payload");
  EXPECT_EQ(changed("/signatures", json::array()),
            "signatures must hold exactly one signature: each has a digest of its own");
  EXPECT_EQ(changed("/signatures/1", good["signatures"][0]),
            "signatures must hold exactly one signature: each has a digest of its own");
  EXPECT_EQ(changed("/signature", "AAAA"),
            "signatures excludes signature and protected (RFC 7515 section 7.2.1)");
  EXPECT_EQ(changed("/signatures/0/signature", ""), "signature must be base64url without padding");
  EXPECT_EQ(changed("/signatures/0/signature", "AA=="),
            "signature must be base64url without padding");
  EXPECT_EQ(changed("/signatures/0/protected", 1),
            "a JAdES document has the text member protected");
  json detached = good;
  detached.erase("payload");
  EXPECT_EQ(refusal(detached), "a JAdES document has the text member payload");
  EXPECT_EQ(refusal(sign(R"({"alg":"ES256","b64":false})", "x")),
            "crit must name b64 (RFC 7797 section 6)");
  EXPECT_EQ(refusal(sign(R"({"alg":"ES256","x":1,"crit":["x"]})", "e30")),
            "crit names a member that JAdES does not define");
  EXPECT_EQ(refusal(sign(R"({"alg":"ES256","sigD":{},"crit":["sigD"]})", "e30")),
            "a detached payload (sigD) cannot be read");
  EXPECT_EQ(refusal(sign(R"({"alg":"ES256"})", "{}")),
            "payload must be base64url without padding, for b64 is true");
  EXPECT_EQ(refusal(json::object()), "a JAdES document has the text member payload");
  EXPECT_FALSE(parse_jades("[]"));
  EXPECT_FALSE(parse_jades(""));
  EXPECT_FALSE(parse_jades("{"));
}

TEST(Jades, TheEuropeanSamples) {
  KEDGE_NEEDS_VECTORS("credentials/elm");
  for (const char* name : {"Sample-MC-Annex1-signed.jsonld", "Sample-CertOfPart-signed.jsonld"}) {
    const auto jades = parse_jades(test::read_file(vectors / name));
    ASSERT_TRUE(jades) << name << jades.error().message;
    EXPECT_FALSE(jades->header.b64);
    EXPECT_NE(jades->signing_input.find(".{\"id\":\"urn:credential:"), std::string::npos);
  }
  EXPECT_FALSE(parse_jades(test::read_file(vectors / "Sample-MC-Annex1-unsigned.jsonld")));
}

/// RFC 7520 in JSON, and RFC 7797. The algorithms are not verified here.
TEST(Jades, JsonSerialisationsOfTheSpecifications) {
  KEDGE_NEEDS_VECTORS("credentials/jose");
  std::size_t accepted = 0;
  for (const auto& file : std::filesystem::directory_iterator(vectors / "jws")) {
    const std::string name = file.path().filename();
    const json vector = test::read_json(file.path());
    for (const char* form : {"json", "json_flat"}) {
      if (!vector["output"].contains(form)) continue;
      const auto jades = parse_jades(vector["output"][form].dump());
      const bool one_attached = name != "4_5.signature_with_detached_content.json" &&
                                name != "4_8.multiple_signatures.json" &&
                                name != "4_7.protecting_content_only.json";
      ASSERT_EQ(bool(jades), one_attached) << name;
      if (!one_attached) continue;
      EXPECT_EQ(jades->signing_input, text(vector["signing"]["sig-input"])) << name;
      ++accepted;
    }
  }
  EXPECT_EQ(accepted, 8U);

  const json raw = test::read_json(vectors / "rfc7797/hmac-sha2_b64_false.json")["output"];
  for (const char* form : {"json", "json_flat"}) {
    const auto jades = parse_jades(raw[form].dump());
    ASSERT_TRUE(jades) << jades.error().message;
    EXPECT_EQ(
        jades->signing_input,
        "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.This is the payload string!");
  }
  // This file leaves crit out, which the specification itself forbids.
  const json without = test::read_json(vectors / "rfc7797/4.2.hmac-sha2_b64_false.json")["output"];
  EXPECT_EQ(refusal(without["json"]), "crit must name b64 (RFC 7797 section 6)");
}

}  // namespace
}  // namespace kedge::crypto
