// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest_profile.hpp"

#include <gtest/gtest.h>

#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "crypto/sha256.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::read_file;
using test::read_json;
using test::text;

std::string digest(DigestProfile profile, std::string_view credential) {
  const auto hash = credential_digest(profile, as_bytes(credential));
  return hash ? to_hex(*hash) : hash.error().message;
}

TEST(DigestProfile, NamesAndIds) {
  const std::pair<std::uint8_t, std::string> expected[] = {
      {1, "bytes"}, {2, "jws"}, {3, "jcs"}, {4, "jades"}, {5, "external"}};
  for (const auto& [id, name] : expected) {
    EXPECT_EQ(profile_name(*profile_from_id(id)), name);
    EXPECT_EQ(static_cast<std::uint8_t>(*profile_from_name(name)), id);
  }
  for (const int id : {0, 6, 255}) EXPECT_FALSE(profile_from_id(static_cast<std::uint8_t>(id)));
  for (const char* name : {"", "JWS", "jwt", "jws ", "byte"}) EXPECT_FALSE(profile_from_name(name));
}

TEST(DigestProfile, BytesAreTheOctets) {
  EXPECT_EQ(digest(DigestProfile::bytes, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest(DigestProfile::bytes, ""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(DigestProfile, ExternalTakesNoCredential) {
  EXPECT_EQ(digest(DigestProfile::external, "{}"),
            "not a credential of profile external: its canonical form is made by the caller, who "
            "sends the digest instead");
}

TEST(DigestProfile, JwsCases) {
  KEDGE_NEEDS_VECTORS("credentials/digest-profiles.json");
  std::size_t count = 0;
  std::size_t twins = 0;
  const json file = read_json(vectors);
  for (const json& one : file["cases"]) {
    if (!one.contains("jws")) continue;
    SCOPED_TRACE(text(one["name"]));
    const std::string token = text(one["jws"]);
    EXPECT_EQ(digest(DigestProfile::jws, token), text(one["signingInputSha256"]));
    EXPECT_EQ(digest(DigestProfile::bytes, token), text(one["fullTokenSha256"]));
    ++count;
    if (!one.contains("malleatedJws")) continue;
    // The twin has the other half of the signature: it verifies, and it is the same credential.
    const std::string twin = text(one["malleatedJws"]);
    EXPECT_EQ(digest(DigestProfile::jws, twin), text(one["signingInputSha256"]));
    EXPECT_EQ(digest(DigestProfile::bytes, twin), text(one["malleatedFullTokenSha256"]));
    const auto key = public_key_from_jwk(one["publicKeyJwk"]);
    ASSERT_TRUE(key);
    EXPECT_TRUE(verify_jws(*parse_jws(token), *key));
    EXPECT_EQ(bool(verify_jws(*parse_jws(twin), *key)), one["malleatedVerifies"].get<bool>());
    ++twins;
  }
  EXPECT_EQ(count, 4U);
  EXPECT_EQ(twins, 3U);
}

TEST(DigestProfile, JcsAndJadesCases) {
  KEDGE_NEEDS_VECTORS("credentials");
  std::size_t count = 0;
  const json cases = read_json(vectors / "digest-profiles.json")["cases"];
  for (const json& one : cases) {
    if (!one.contains("documentFile")) continue;
    const std::filesystem::path file = text(one["documentFile"]);
    const std::filesystem::path folder = file.begin()->string() == "elm" ? "elm" : "data-integrity";
    const std::filesystem::path name = folder / file.lexically_relative(*file.begin());
    // Proof sets and Blockcerts are named there, but their documents are not among the vectors.
    if (!exists(vectors / name)) continue;
    SCOPED_TRACE(name.string());
    const std::string document = read_file(vectors / name);
    ++count;
    if (one.contains("unsecuredJcsSha256")) {
      EXPECT_EQ(digest(DigestProfile::jcs, document), text(one["unsecuredJcsSha256"]));
      EXPECT_EQ(digest(DigestProfile::jcs, json::parse(document).dump(4)),
                text(one["unsecuredJcsSha256"]));
    } else {
      EXPECT_EQ(digest(DigestProfile::jades, document), text(one["signingInputSha256"]));
      json augmented = json::parse(document);
      augmented["signatures"][0]["header"]["etsiU"].push_back("x");
      EXPECT_EQ(digest(DigestProfile::jades, augmented.dump()), text(one["signingInputSha256"]));
    }
  }
  EXPECT_EQ(count, 4U);
  // The same document without any proof has the same digest.
  EXPECT_EQ(digest(DigestProfile::jcs, read_file(vectors / "data-integrity/unsigned.json")),
            "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19");
}

TEST(DigestProfile, SdJwtIsCutAtTheFirstTilde) {
  KEDGE_NEEDS_VECTORS("credentials/sd-jwt/sd-jwt-example.json");
  const json vector = read_json(vectors);
  const std::string whole = text(vector["sdJwt"]);
  const std::string expected = text(vector["signingInputSha256"]);
  EXPECT_EQ(digest(DigestProfile::jws, whole), expected);
  const std::string issuer_jwt = whole.substr(0, whole.find('~'));
  EXPECT_EQ(digest(DigestProfile::jws, issuer_jwt), expected);
  EXPECT_EQ(digest(DigestProfile::jws, issuer_jwt + "~"), expected);
  // A presentation with fewer disclosures and a key binding JWT is the same credential.
  const std::string second =
      whole.substr(whole.find('~'), whole.find('~', issuer_jwt.size() + 1) - issuer_jwt.size() + 1);
  EXPECT_EQ(digest(DigestProfile::jws, issuer_jwt + second + issuer_jwt), expected);
}

TEST(DigestProfile, RefusalsNameTheRule) {
  const std::string prefix = "not a credential of profile ";
  EXPECT_EQ(digest(DigestProfile::jws, "hello"),
            prefix + "jws: a compact JWS has three parts with a dot between them");
  EXPECT_EQ(digest(DigestProfile::jws, "e30.e30.AAAA"),
            prefix + "jws: the JWS header has no alg (at header.alg)");
  EXPECT_EQ(digest(DigestProfile::jws, ""),
            prefix + "jws: a compact JWS has three parts with a dot between them");
  EXPECT_EQ(digest(DigestProfile::jws, "{\"payload\":\"\"}"),
            prefix + "jws: a compact JWS has three parts with a dot between them");
  // {"alg":"EdDSA"} . {} . with a stray bit in the signature's last character.
  EXPECT_TRUE(digest(DigestProfile::jws, "eyJhbGciOiJFZERTQSJ9.e30.AAB")
                  .starts_with(prefix + "jws: JWS signature: "));
  EXPECT_EQ(digest(DigestProfile::jws, "eyJhbGciOiJFZERTQSJ9.e30.AAAA").size(), 64U);
  EXPECT_TRUE(digest(DigestProfile::jws, "eyJhbGciOiJFZERTQSJ9.e30.AAAA\n").starts_with(prefix));
  EXPECT_EQ(digest(DigestProfile::jws, "eyJhbGciOiJFZERTQSJ9.e30.AAAA~x"),
            prefix + "jws: key binding JWT: a compact JWS has three parts with a dot between them");
  EXPECT_EQ(digest(DigestProfile::jcs, "[]"), prefix + "jcs: the JSON text is not an object");
  EXPECT_EQ(digest(DigestProfile::jcs, R"({"a":{"b":1,"b":2}})"),
            prefix + "jcs: invalid JSON: the key \"b\" appears twice (at a.b)");
  EXPECT_TRUE(digest(DigestProfile::jades, "{}").starts_with(prefix + "jades: "));
  EXPECT_TRUE(digest(DigestProfile::jades, "x").starts_with(prefix + "jades: "));
  for (const DigestProfile profile :
       {DigestProfile::jws, DigestProfile::jcs, DigestProfile::jades, DigestProfile::external}) {
    const auto hash = credential_digest(profile, as_bytes("\xff"));
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().code, Errc::invalid_argument);
    EXPECT_TRUE(hash.error().field.empty());
  }
}

}  // namespace
}  // namespace kedge::crypto
