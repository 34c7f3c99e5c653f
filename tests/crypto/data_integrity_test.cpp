// SPDX-License-Identifier: Apache-2.0
#include "crypto/data_integrity.hpp"

#include <gtest/gtest.h>

#include "crypto/did.hpp"
#include "crypto/jcs.hpp"
#include "crypto/sha256.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::fixed_key;
using test::read_file;
using test::read_json;
using test::text;

const std::string kDocument =
    R"({"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:x","n":1.50,"a":"\u00e9"})";
const ProofOptions kOptions = {"did:key:zX#zX", "2026-06-30T12:00:00Z"};

PublicKey key_of(const std::string& verification_method) {
  return *public_key_from_did_key(verification_method.substr(0, verification_method.find('#')));
}

void check_vectors(const std::filesystem::path& folder, const std::string& suffix) {
  const auto file = [&](const std::string& name, const char* ending) {
    return read_file(folder / (name + suffix + ending));
  };
  const std::string signed_document = file("signed", ".json");
  EXPECT_EQ(*jcs_without_proof(signed_document), file("canonDoc", ".txt"));
  EXPECT_EQ(to_hex(sha256(as_bytes(file("canonDoc", ".txt")))), file("docHash", ".txt"));
  EXPECT_EQ(*jcs_canonicalize(file("proofConfig", ".json")), file("proofCanon", ".txt"));
  EXPECT_EQ(to_hex(sha256(as_bytes(file("proofCanon", ".txt")))), file("proofHash", ".txt"));
  EXPECT_EQ(file("proofHash", ".txt") + file("docHash", ".txt"), file("combinedHash", ".txt"));

  const auto proofs = data_integrity_proofs(signed_document);
  ASSERT_TRUE(proofs) << proofs.error().message;
  ASSERT_EQ(proofs->size(), 1U);
  const PublicKey key = key_of(proofs->front().verification_method);
  EXPECT_EQ(proofs->front().cryptosuite, *cryptosuite_of(key.type()));
  const Status verified = verify_data_integrity_proof(signed_document, 0, key);
  EXPECT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(
      key.verify(test::octets(file("combinedHash", ".txt")), test::octets(file("sigHex", ".txt"))));

  json changed = json::parse(signed_document);
  changed["name"] = "Another Credential";
  EXPECT_FALSE(verify_data_integrity_proof(changed.dump(), 0, key));
}

TEST(DataIntegrity, EcdsaJcs2019Vectors) {
  KEDGE_NEEDS_VECTORS("credentials/data-integrity/ecdsa-jcs-2019-p256");
  check_vectors(vectors, "JCSECDSAP256");
}

TEST(DataIntegrity, EddsaJcs2022Vectors) {
  KEDGE_NEEDS_VECTORS("credentials/data-integrity/eddsa-jcs-2022");
  check_vectors(vectors, "JCS");
}

TEST(DataIntegrity, SignsAndVerifies) {
  for (const KeyType type : {KeyType::ed25519, KeyType::p256}) {
    const SecretKey key = fixed_key(type);
    for (const std::string& document :
         {kDocument, std::string("{}"), std::string("{ \"a\" : 1 }\n")}) {
      const auto out = add_data_integrity_proof(document, kOptions, key);
      ASSERT_TRUE(out) << out.error().message;
      const Status verified = verify_data_integrity_proof(*out, 0, key.public_key());
      EXPECT_TRUE(verified) << verified.error().message << *out;
      EXPECT_EQ(*jcs_without_proof(*out), *jcs_canonicalize(document));
      // The order of members and white space is not signed.
      EXPECT_TRUE(verify_data_integrity_proof(json::parse(*out).dump(2), 0, key.public_key()));
      EXPECT_FALSE(verify_data_integrity_proof(*out, 1, key.public_key()));
      EXPECT_FALSE(verify_data_integrity_proof(*out, 0, fixed_key(type, 1).public_key()));
      EXPECT_FALSE(add_data_integrity_proof(*out, kOptions, key)) << "it has a proof already";
    }
  }
}

TEST(DataIntegrity, AnyChangedValueIsRefused) {
  const SecretKey key = fixed_key(KeyType::p256);
  const json good = json::parse(*add_data_integrity_proof(kDocument, kOptions, key));
  const json flat = good.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    json changed = good;
    changed[json::json_pointer(pointer)] =
        value.is_string() ? json(text(value) + "x") : json(value.get<double>() + 1);
    EXPECT_FALSE(verify_data_integrity_proof(changed.dump(), 0, key.public_key())) << pointer;
    json removed = good;
    const json::json_pointer place(pointer);
    json& parent = removed[place.parent_pointer()];
    if (parent.is_array()) {
      parent.erase(0);
    } else {
      parent.erase(place.back());
    }
    EXPECT_FALSE(verify_data_integrity_proof(removed.dump(), 0, key.public_key())) << pointer;
  }
  json added = good;
  added["more"] = 1;
  EXPECT_FALSE(verify_data_integrity_proof(added.dump(), 0, key.public_key()));
  added = good;
  added["proof"]["more"] = 1;
  EXPECT_FALSE(verify_data_integrity_proof(added.dump(), 0, key.public_key()));
}

TEST(DataIntegrity, ProofSetsAreJudgedOneByOne) {
  const SecretKey first = fixed_key(KeyType::p256);
  const SecretKey second = fixed_key(KeyType::ed25519);
  json document = json::parse(kDocument);
  document["proof"] = {
      json::parse(*add_data_integrity_proof(kDocument, kOptions, first))["proof"],
      json::parse(*add_data_integrity_proof(kDocument, kOptions, second))["proof"]};
  ASSERT_EQ(data_integrity_proofs(document.dump())->size(), 2U);
  EXPECT_TRUE(verify_data_integrity_proof(document.dump(), 0, first.public_key()));
  EXPECT_TRUE(verify_data_integrity_proof(document.dump(), 1, second.public_key()));
  EXPECT_FALSE(verify_data_integrity_proof(document.dump(), 1, first.public_key()));
}

TEST(DataIntegrity, TheDocumentsContextMayGoOn) {
  const SecretKey key = fixed_key(KeyType::p256);
  json document = json::parse(*add_data_integrity_proof(kDocument, kOptions, key));
  document["@context"].push_back("https://example.com/more");
  EXPECT_TRUE(verify_data_integrity_proof(document.dump(), 0, key.public_key()));
  std::swap(document["@context"][0], document["@context"][1]);
  EXPECT_FALSE(verify_data_integrity_proof(document.dump(), 0, key.public_key()));
}

TEST(DataIntegrity, RefusesWithTheRule) {
  const SecretKey key = fixed_key(KeyType::p256);
  const json good = json::parse(*add_data_integrity_proof(kDocument, kOptions, key));
  const auto field = [&](const char* member, const json& value) {
    json changed = good;
    changed["proof"][member] = value;
    const Status status = verify_data_integrity_proof(changed.dump(), 0, key.public_key());
    return status ? "accepted" : status.error().field;
  };
  EXPECT_EQ(field("type", "Ed25519Signature2020"), "proof.type");
  EXPECT_EQ(field("cryptosuite", "ecdsa-rdfc-2019"), "proof.cryptosuite");
  EXPECT_EQ(field("proofPurpose", "authentication"), "proof.proofPurpose");
  EXPECT_EQ(field("previousProof", "urn:y"), "proof.previousProof");
  EXPECT_EQ(field("proofValue", "u" + text(good["proof"]["proofValue"]).substr(1)),
            "proof.proofValue");
  EXPECT_EQ(field("proofValue", 7), "proof.proofValue");
  EXPECT_EQ(field("@context", "https://other.example"), "proof.@context");
  EXPECT_FALSE(verify_data_integrity_proof(kDocument, 0, key.public_key()));
  EXPECT_FALSE(verify_data_integrity_proof("[]", 0, key.public_key()));
  EXPECT_FALSE(
      verify_data_integrity_proof(good.dump(), 0, fixed_key(KeyType::secp256k1).public_key()));
  EXPECT_FALSE(add_data_integrity_proof(kDocument, kOptions, fixed_key(KeyType::secp256k1)));
  EXPECT_FALSE(add_data_integrity_proof(R"({"a":9007199254740993})", kOptions, key));
  EXPECT_FALSE(add_data_integrity_proof(R"({"a":1,"a":1})", kOptions, key));
  EXPECT_FALSE(add_data_integrity_proof("[]", kOptions, key));
}

TEST(DataIntegrity, NumbersThatWouldBeRoundedAreRefusedOnVerifying) {
  const SecretKey key = fixed_key(KeyType::p256);
  std::string document = *add_data_integrity_proof(R"({"a":9007199254740992})", kOptions, key);
  ASSERT_TRUE(verify_data_integrity_proof(document, 0, key.public_key()));
  document.replace(document.find("9007199254740992"), 16, "9007199254740993");
  EXPECT_FALSE(verify_data_integrity_proof(document, 0, key.public_key()));
}

}  // namespace
}  // namespace kedge::crypto
