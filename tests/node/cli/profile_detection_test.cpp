// SPDX-License-Identifier: Apache-2.0
#include "node/cli/profile_detection.hpp"

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"

namespace kedge::node::cli {
namespace {

using crypto::DigestProfile;

std::string encoded(std::string_view text) {
  return crypto::base64url_encode(as_bytes(text));
}

std::string token(std::string_view header) {
  return encoded(header) + "." + encoded(R"({"sub":"a"})") + "." + encoded("signature");
}

TEST(ProfileDetection, KnowsEveryKindOfDocument) {
  const std::string plain = token(R"({"alg":"ES256K","typ":"JWT"})");
  EXPECT_EQ(detect_profile(plain), DigestProfile::jws);
  EXPECT_EQ(detect_profile(plain + "\n"), DigestProfile::jws);
  EXPECT_EQ(detect_profile(plain + "\r\n"), DigestProfile::jws);
  EXPECT_EQ(detect_profile(plain + "~WyJhIl0~"), DigestProfile::jws);
  EXPECT_EQ(detect_profile(token(R"({"alg":"ES256","sigT":"2026-01-01T00:00:00Z"})")),
            DigestProfile::jades);
  EXPECT_EQ(detect_profile(token(R"({"alg":"ES256","b64":false,"crit":["b64"]})")),
            DigestProfile::jades);
  EXPECT_EQ(detect_profile(token(R"({"alg":"ES256","b64":true})")), DigestProfile::jws);
  EXPECT_EQ(detect_profile(R"( {"type":["VerifiableCredential"],"proof":{}})"), DigestProfile::jcs);
  EXPECT_EQ(detect_profile(R"({"payload":"e30","protected":"e30","signature":"AA"})"),
            DigestProfile::jades);
  EXPECT_EQ(detect_profile(R"({"payload":"e30","signatures":[]})"), DigestProfile::jades);
}

TEST(ProfileDetection, TakesEverythingElseAsBytes) {
  const std::string plain = token(R"({"alg":"ES256"})");
  for (const std::string& document :
       {std::string(), std::string(" \n"), std::string("%PDF-1.7\n..."), std::string("a.b.c"),
        std::string("{"), std::string(R"({"type":["VerifiableCredential"]})"),
        std::string(R"({"proof":1,"proof":2})"), std::string("[1]"),
        encoded("{\"alg\":\"ES256\"}") + ".x", plain + "\n\n", plain + " ", " " + plain,
        token("{\"typ\":\"JWT\"}"), token("[]"), std::string("..")}) {
    EXPECT_EQ(detect_profile(document), DigestProfile::bytes) << document;
  }
}

TEST(ProfileDetection, ALineEndIsNoPartOfAToken) {
  const std::string plain = token(R"({"alg":"ES256K"})");
  const auto digest = document_digest(DigestProfile::jws, plain);
  ASSERT_TRUE(digest);
  EXPECT_EQ(*digest, crypto::sha256(as_bytes(plain.substr(0, plain.rfind('.')))));
  EXPECT_EQ(*document_digest(DigestProfile::jws, plain + "\n"), *digest);
  EXPECT_FALSE(document_digest(DigestProfile::jws, plain + " \n"));
  EXPECT_NE(*document_digest(DigestProfile::bytes, "a\n"),
            *document_digest(DigestProfile::bytes, "a"));
}

}  // namespace
}  // namespace kedge::node::cli
