// SPDX-License-Identifier: Apache-2.0
#include "crypto/did.hpp"

#include <gtest/gtest.h>

#include "crypto/base58.hpp"
#include "crypto/jwk.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::fixed_key;
using test::kKeyTypes;
using test::text;

TEST(DidKey, RoundTripsEveryTypeInBothForms) {
  for (const KeyType type : kKeyTypes) {
    const PublicKey key = fixed_key(type).public_key();
    EXPECT_EQ(*public_key_from_multikey(multikey(key)), key);
    EXPECT_EQ(*public_key_from_did_key(did_key(key)), key);
    EXPECT_EQ(*public_key_from_did_key(did_key_jwk_jcs(key)), key);
    EXPECT_EQ(did_key_url(did_key(key)), did_key(key) + "#" + multikey(key));
    EXPECT_TRUE(check_did(did_key(key)));
  }
  EXPECT_TRUE(did_key_jwk_jcs(fixed_key(KeyType::p256).public_key())
                  .starts_with("did:key:z2dmzD81cgPx8Vki7Jbuu"));
  EXPECT_TRUE(did_key(fixed_key(KeyType::ed25519).public_key()).starts_with("did:key:z6Mk"));
  EXPECT_TRUE(did_key(fixed_key(KeyType::p256).public_key()).starts_with("did:key:zDn"));
  EXPECT_TRUE(did_key(fixed_key(KeyType::secp256k1).public_key()).starts_with("did:key:zQ3s"));
}

void check_vectors(const std::filesystem::path& file, std::size_t supported) {
  std::size_t seen = 0;
  const json entries = test::read_json(file);
  for (const auto& [did, entry] : entries.items()) {
    const auto key = public_key_from_did_key(did);
    const json& pair = entry.contains("verificationKeyPair")  ? entry["verificationKeyPair"]
                       : entry.contains("verificationMethod") ? entry["verificationMethod"]
                                                              : entry;
    if (!key) {
      // The larger curves are not ours.
      const std::string crv = pair.value("/publicKeyJwk/crv"_json_pointer, std::string());
      EXPECT_TRUE(crv == "P-384" || crv == "P-521") << did << key.error().message << pair.dump();
      continue;
    }
    ++seen;
    EXPECT_EQ(did_key(*key), did);
    if (pair.contains("publicKeyJwk")) {
      EXPECT_EQ(jwk_from_public_key(*key), pair["publicKeyJwk"]) << did;
    } else {
      EXPECT_EQ(base58btc_encode(key->bytes()), text(pair["publicKeyBase58"])) << did;
    }
  }
  EXPECT_EQ(seen, supported);
}

TEST(DidKey, OfficialVectors) {
  KEDGE_NEEDS_VECTORS("keys/did-key");
  check_vectors(vectors / "ed25519-x25519.json", 5);
  check_vectors(vectors / "nist-curves.json", 3);
  check_vectors(vectors / "secp256k1.json", 6);
}

TEST(DidKey, EbsiJwkJcs) {
  KEDGE_NEEDS_VECTORS("keys/did-key-jwk_jcs-pub.json");
  const json cases = test::read_json(vectors)["cases"];
  ASSERT_EQ(cases.size(), 2U);
  for (const json& one : cases) {
    const auto key = public_key_from_did_key(text(one["did"]));
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(jwk_from_public_key(*key), one["jwk"]);
    EXPECT_EQ(did_key_jwk_jcs(*public_key_from_jwk(one["jwk"])), text(one["did"]));
  }
}

TEST(DidKey, Refuses) {
  const std::string good = did_key(fixed_key(KeyType::p256).public_key());
  EXPECT_FALSE(public_key_from_did_key(did_key_url(good)));
  EXPECT_FALSE(public_key_from_did_key(good + "?a"));
  EXPECT_FALSE(public_key_from_did_key(good.substr(0, good.size() - 1)));
  EXPECT_FALSE(public_key_from_did_key(good + "1"));
  EXPECT_FALSE(public_key_from_did_key("did:key:"));
  EXPECT_FALSE(public_key_from_did_key("did:key:z"));
  EXPECT_FALSE(public_key_from_did_key("did:web:example.com"));
  EXPECT_FALSE(public_key_from_did_key("DID:key:" + good.substr(8)));
  const auto coded = [](Bytes head, const std::string& tail) {
    head.insert(head.end(), tail.begin(), tail.end());
    return "did:key:z" + base58btc_encode(head);
  };
  const std::string jwk = jwk_from_public_key(fixed_key(KeyType::p256).public_key()).dump();
  const Bytes codec = {0xd1, 0xd6, 0x03};
  EXPECT_TRUE(public_key_from_did_key(coded(codec, jwk)));
  EXPECT_FALSE(public_key_from_did_key(coded(codec, jwk + " ")));
  EXPECT_FALSE(public_key_from_did_key(coded(codec, "{\"alg\":\"ES256\"," + jwk.substr(1))));
  EXPECT_FALSE(public_key_from_did_key(coded({0xd1, 0xd6, 0x83, 0x00}, jwk)));
  EXPECT_FALSE(public_key_from_did_key(coded({0xec, 0x01}, std::string(32, 'x'))));
  // An uncompressed point is another text for the same key.
  const Bytes point = fixed_key(KeyType::p256).public_key().uncompressed();
  EXPECT_FALSE(public_key_from_did_key(coded({0x80, 0x24}, std::string(as_text(point)))));
}

TEST(DidEbsi, TakesVersionOneAlone) {
  const auto did = [](std::uint8_t version, std::size_t size) {
    Bytes id(size, 0x5a);
    id.front() = version;
    return "did:ebsi:z" + base58btc_encode(id);
  };
  EXPECT_TRUE(check_did_ebsi("did:ebsi:zZeKyEJfUTGwajhNyNX928z"));
  EXPECT_TRUE(check_did_ebsi("did:ebsi:zxaYaUtb8pvoAtYNWbKcveg"));
  EXPECT_TRUE(check_did_ebsi(did(1, 17)));
  EXPECT_FALSE(check_did_ebsi(did(1, 16)));
  EXPECT_FALSE(check_did_ebsi(did(1, 18)));
  EXPECT_FALSE(check_did_ebsi(did(2, 17)));
  EXPECT_FALSE(check_did_ebsi("did:ebsi:00001234"));
  EXPECT_FALSE(check_did_ebsi("did:ebsi:z"));
  EXPECT_FALSE(check_did_ebsi("did:ebsi:"));
  EXPECT_FALSE(check_did_ebsi("did:EBSI:zZeKyEJfUTGwajhNyNX928z"));
  EXPECT_FALSE(check_did_ebsi("did:ebsi:zZeKyEJfUTGwajhNyNX928z#k"));
}

TEST(DidEbsi, EbsiVectors) {
  KEDGE_NEEDS_VECTORS("ebsi/did");
  const json dids = test::read_json(vectors / "did-ebsi-v1.json");
  ASSERT_FALSE(dids["valid"].empty());
  ASSERT_FALSE(dids["invalid"].empty());
  for (const json& one : dids["valid"]) EXPECT_TRUE(check_did_ebsi(text(one["did"]))) << one;
  for (const json& one : dids["invalid"]) EXPECT_FALSE(check_did_ebsi(text(one["did"]))) << one;
  const json person = test::read_json(vectors / "did-key-jwk_jcs-pub.json");
  for (const json& one : {person, person["secp256k1_example_from_vp_readme"]}) {
    const auto key = public_key_from_did_key(text(one["did"]));
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(jwk_from_public_key(*key), one["jwk"]);
    EXPECT_EQ(did_key_jwk_jcs(*key), text(one["did"]));
  }
  EXPECT_EQ(did_key_url(text(person["did"])), text(person["verificationMethodId"]));
}

TEST(Did, GenericSyntax) {
  for (const char* good : {"did:example:issuer", "did:web:example.com%3A3000:user:alice", "did:a:b",
                           "did:3:-._", "did:a::b", "did:ebsi:zZeKyEJfUTGwajhNyNX928z"}) {
    EXPECT_TRUE(check_did(good)) << good;
  }
  for (const char* bad : {"", "did:", "did:a", "did:a:", "did::b", "did:A:b",
                          "did:a:b:", "did:a:b#c", "did:a:b/c", "did:a:b?c", "did:a:%4",
                          "did:a:%zz", "did:a:b c", "DID:a:b", "urn:a:b", "did:a:\xC3\xA9"}) {
    EXPECT_FALSE(check_did(bad)) << bad;
  }
}

}  // namespace
}  // namespace kedge::crypto
