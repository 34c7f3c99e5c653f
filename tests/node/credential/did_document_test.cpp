// SPDX-License-Identifier: Apache-2.0
#include "node/credential/did_document.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "tests/node/credential/test_issuer.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::node {
namespace {

using crypto::KeyType;
using test::json;
using test::TestIssuer;

const std::string kDid = "did:example:university";

TEST(DidDocument, EbsiPilot) {
  KEDGE_NEEDS_VECTORS("ebsi/did");
  const json file =
      json::parse(test::read_file(vectors / "did-document-zZeKyEJfUTGwajhNyNX928z.json"));
  const auto document = parse_did_document(file["didDocument"].dump());
  ASSERT_TRUE(document) << document.error().field << ": " << document.error().message;
  EXPECT_EQ(document->id, "did:ebsi:zZeKyEJfUTGwajhNyNX928z");
  ASSERT_EQ(document->methods.size(), 2U);
  EXPECT_EQ(document->methods[0].key->type(), KeyType::secp256k1);
  EXPECT_EQ(document->methods[1].key->type(), KeyType::p256);
  EXPECT_FALSE(document->may_assert(document->methods[0].id));
  EXPECT_TRUE(document->may_assert(document->methods[1].id));
}

TEST(DidDocument, DidKeysOfTheVectors) {
  KEDGE_NEEDS_VECTORS("ebsi/did");
  const json file = json::parse(test::read_file(vectors / "did-key-jwk_jcs-pub.json"));
  const auto document = did_key_document(file["did"].get<std::string>());
  ASSERT_TRUE(document) << document.error().message;
  ASSERT_EQ(document->methods.size(), 1U);
  EXPECT_EQ(document->methods[0].id, file["verificationMethodId"]);
  EXPECT_EQ(crypto::jwk_from_public_key(*document->methods[0].key), file["jwk"]);
  EXPECT_TRUE(document->may_assert(document->methods[0].id));
  EXPECT_FALSE(did_key_document("did:key:z6"));
  EXPECT_FALSE(did_key_document("did:ebsi:zZeKyEJfUTGwajhNyNX928z"));
}

TEST(DidDocument, MultikeysRelativeIdsAndEmbeddedMethods) {
  const TestIssuer issuer(KeyType::ed25519, kDid);
  const json document = {
      {"@context", "https://www.w3.org/ns/did/v1"},
      {"id", kDid},
      {"verificationMethod",
       {{{"id", "#a"},
         {"type", "Multikey"},
         {"controller", kDid},
         {"publicKeyMultibase", crypto::multikey(issuer.key().public_key())}},
        {{"id", "#rsa"},
         {"type", "JsonWebKey"},
         {"controller", kDid},
         {"publicKeyJwk", {{"kty", "RSA"}, {"n", "AQAB"}, {"e", "AQAB"}}}}}},
      {"assertionMethod",
       {"#a",
        "did:example:other#key",
        {{"id", kDid + "#b"},
         {"type", "JsonWebKey2020"},
         {"controller", "did:example:other"},
         {"publicKeyJwk", crypto::jwk_from_public_key(issuer.key().public_key())}}}}};
  const auto read = parse_did_document(document.dump());
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
  ASSERT_EQ(read->methods.size(), 3U);
  EXPECT_EQ(*read->find(kDid + "#a")->key, issuer.key().public_key());
  EXPECT_FALSE(read->find(kDid + "#rsa")->key);
  EXPECT_EQ(read->find(kDid + "#b")->controller, "did:example:other");
  EXPECT_TRUE(read->may_assert(kDid + "#a"));
  EXPECT_TRUE(read->may_assert(kDid + "#b"));
  EXPECT_FALSE(read->may_assert(kDid + "#rsa"));
  EXPECT_EQ(read->find("#a"), nullptr);
}

TEST(DidDocument, RefusesWhatIsNone) {
  const TestIssuer issuer(KeyType::p256, kDid);
  const json good = issuer.did_document();
  ASSERT_TRUE(parse_did_document(good.dump()));
  const std::string method = "verificationMethod[0]";
  const std::vector<std::pair<std::string, std::function<void(json&)>>> cases = {
      {"id", [](json& d) { d.erase("id"); }},
      {"id", [](json& d) { d["id"] = "university"; }},
      {"id", [](json& d) { d["id"] = kDid + "#x"; }},
      {"verificationMethod", [](json& d) { d["verificationMethod"] = json::object(); }},
      {"verificationMethod",
       [](json& d) { d["verificationMethod"] = json(json::array_t(257, 1)); }},
      {method, [](json& d) { d["verificationMethod"][0] = "x"; }},
      {method + ".id", [](json& d) { d["verificationMethod"][0].erase("id"); }},
      {method + ".id", [](json& d) { d["verificationMethod"][0]["id"] = kDid; }},
      {method + ".id", [](json& d) { d["verificationMethod"][0]["id"] = kDid + "#"; }},
      {method + ".controller", [](json& d) { d["verificationMethod"][0].erase("controller"); }},
      {method + ".type", [](json& d) { d["verificationMethod"][0]["type"] = 1; }},
      {method + ".publicKeyJwk", [](json& d) { d["verificationMethod"][0]["publicKeyJwk"] = 1; }},
      {method + ".publicKeyJwk",
       [](json& d) { d["verificationMethod"][0]["publicKeyJwk"]["x"] = "AA"; }},
      {method + ".publicKeyJwk.d",
       [](json& d) { d["verificationMethod"][0]["publicKeyJwk"]["d"] = "AA"; }},
      {method, [](json& d) { d["verificationMethod"][0]["publicKeyMultibase"] = "z6Mk"; }},
      {"verificationMethod[1].id",
       [](json& d) { d["verificationMethod"].push_back(d["verificationMethod"][0]); }},
      {"assertionMethod", [](json& d) { d["assertionMethod"] = kDid + "#x"; }},
      {"assertionMethod[0]", [](json& d) { d["assertionMethod"][0] = kDid + "#nothing"; }},
      {"assertionMethod[0]", [](json& d) { d["assertionMethod"][0] = 7; }},
      {"assertionMethod[0].id",
       [](json& d) { d["assertionMethod"][0] = d["verificationMethod"][0]; }},
  };
  for (const auto& [field, change] : cases) {
    json changed = good;
    change(changed);
    const auto read = parse_did_document(changed.dump());
    ASSERT_FALSE(read) << field;
    EXPECT_EQ(read.error().field, field) << read.error().message;
  }
  EXPECT_FALSE(parse_did_document("[]"));
  EXPECT_FALSE(parse_did_document(R"({"id":"did:a:b","id":"did:a:c"})"));
  EXPECT_FALSE(parse_did_document(std::string(kMaxDidDocument + 1, ' ')));
}

}  // namespace
}  // namespace kedge::node
