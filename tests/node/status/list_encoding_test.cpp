// SPDX-License-Identifier: Apache-2.0
#include "node/status/list_encoding.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/data_integrity.hpp"
#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "tests/node/status/list_fixture.hpp"

namespace kedge::test {
namespace {

using nlohmann::json;
using namespace kedge::node;

constexpr std::uint64_t kSize = kMinListEntries;

json payload_of(const std::string& token) {
  const auto octets = crypto::base64url_decode(crypto::parse_jws(token)->payload_base64url);
  return json::parse(as_text(*octets));
}

json header_of(const std::string& token) {
  return json::parse(crypto::parse_jws(token)->header.text);
}

void expect_bits(const ForeignList& list, ByteView packed, StatusPurpose purpose) {
  const unsigned wanted = purpose == StatusPurpose::revocation ? 1 : 2;
  ASSERT_EQ(list.size(), kSize);
  for (std::uint64_t i = 0; i < kSize; ++i) {
    ASSERT_EQ(*list.value(i), packed_status(packed, i) == wanted ? 1 : 0) << i;
  }
}

TEST(ListEncoding, BitstringIsReadBackInBothSecuredForms) {
  const Bytes packed = random_statuses(kSize, 50, 1);
  const ListTerms terms = list_terms();
  for (const StatusPurpose purpose : kStatusPurposes) {
    const Bytes gzipped = compress(purpose_bits(packed, kSize, purpose), Wrapping::gzip);
    const std::string credential = bitstring_credential(bitstring_text(gzipped), purpose, terms);
    ExpectedList expected = expected_list();
    expected.purpose = purpose;
    for (const crypto::KeyType type : kListKeyTypes) {
      const ListSigner signer = list_signer(type);
      const auto token = sign_bitstring_jwt(credential, signer);
      ASSERT_TRUE(token);
      const auto jwt = crypto::parse_jws(*token);
      EXPECT_TRUE(crypto::verify_jws(*jwt, signer.public_key()));
      const auto from_jwt = decode_bitstring_jwt(*jwt, expected);
      ASSERT_TRUE(from_jwt) << from_jwt.refusal().message;
      expect_bits(from_jwt->list, packed, purpose);
      EXPECT_EQ(header_of(*token), json({{"alg", crypto::jws_algorithm(type)},
                                         {"kid", signer.verification_method()},
                                         {"typ", "vc+jwt"},
                                         {"cty", "vc"}}));
      EXPECT_FALSE(payload_of(*token).contains("vc"));

      const auto document = sign_bitstring_credential(credential, terms, signer);
      ASSERT_EQ(document.has_value(), type != crypto::KeyType::secp256k1);
      EXPECT_EQ(document.has_value(), signer.has_data_integrity());
      if (!document) continue;
      EXPECT_TRUE(crypto::verify_data_integrity_proof(*document, 0, signer.public_key()));
      EXPECT_EQ((*crypto::data_integrity_proofs(*document))[0].verification_method,
                signer.verification_method());
      const auto from_document = decode_bitstring_credential(*document, expected);
      ASSERT_TRUE(from_document) << from_document.refusal().message;
      expect_bits(from_document->list, packed, purpose);
      EXPECT_EQ(from_document->ttl_ms, 300'000U);
      EXPECT_EQ(from_document->valid_until_ms, 1'790'604'800'000U);
      EXPECT_EQ(from_document->issuer, terms.issuer);
    }
  }
}

TEST(ListEncoding, EveryClaimThatEbsiCompares) {
  const Bytes packed = random_statuses(kSize, 50, 2);
  const Bytes gzipped =
      compress(purpose_bits(packed, kSize, StatusPurpose::suspension), Wrapping::gzip);
  const std::string text = status_list_2021_text(gzipped);
  EXPECT_EQ(text.find_first_of("-_"), text.npos);
  const ListTerms terms = list_terms();
  const ListSigner signer = list_signer(crypto::KeyType::secp256k1);
  const auto token = sign_status_list_2021(text, StatusPurpose::suspension, terms, signer);
  ASSERT_TRUE(token);
  EXPECT_EQ(header_of(*token),
            json({{"alg", "ES256K"}, {"kid", signer.verification_method()}, {"typ", "JWT"}}));
  const json payload = payload_of(*token);
  const json& vc = payload["vc"];
  EXPECT_EQ(payload["iss"], vc["issuer"]);
  EXPECT_EQ(payload["jti"], vc["id"]);
  EXPECT_EQ(payload["sub"], vc["credentialSubject"]["id"]);
  EXPECT_EQ(payload["iat"], 1'790'000'000);
  EXPECT_EQ(payload["nbf"], 1'790'000'000);
  EXPECT_EQ(payload["exp"], 1'790'604'800);
  EXPECT_EQ(vc["issued"], vc["validFrom"]);
  EXPECT_EQ(vc["issuanceDate"], vc["validFrom"]);
  EXPECT_EQ(vc["@context"], json({"https://www.w3.org/2018/credentials/v1",
                                  "https://w3id.org/vc/status-list/2021/v1"}));
  EXPECT_EQ(vc["type"][0], "VerifiableCredential");
  EXPECT_EQ(vc["credentialSchema"]["id"], terms.ebsi_schema);

  const auto jwt = crypto::parse_jws(*token);
  EXPECT_TRUE(crypto::verify_jws(*jwt, signer.public_key()));
  ExpectedList expected = expected_list();
  expected.purpose = StatusPurpose::suspension;
  const auto read = decode_status_list_2021_jwt(*jwt, expected);
  ASSERT_TRUE(read) << read.refusal().message;
  expect_bits(read->list, packed, StatusPurpose::suspension);
}

TEST(ListEncoding, TokenListsHaveBothBitsOfTheLog) {
  const Bytes packed = random_statuses(kSize, 20, 3);
  const ListTerms terms = list_terms();
  const Bytes compressed = token_list(packed, kSize);
  for (const crypto::KeyType type : kListKeyTypes) {
    const ListSigner signer = list_signer(type);
    const auto token = sign_token_jwt(compressed, terms, signer);
    ASSERT_TRUE(token);
    const auto jwt = crypto::parse_jws(*token);
    EXPECT_TRUE(crypto::verify_jws(*jwt, signer.public_key()));
    EXPECT_EQ(jwt->header.typ, "statuslist+jwt");
    const json payload = payload_of(*token);
    EXPECT_EQ(payload["sub"], terms.uri);
    EXPECT_EQ(payload["ttl"], 300);
    EXPECT_EQ(payload["status_list"]["bits"], 2);
    EXPECT_EQ(payload["status_list"]["aggregation_uri"], terms.aggregation_uri);

    const auto octets = sign_token_cwt(compressed, terms, signer);
    ASSERT_TRUE(octets);
    const auto cwt = decode_cose_sign1(*octets);
    ASSERT_TRUE(cwt) << cwt.error().message;
    EXPECT_EQ(encode_cose_sign1(*cwt), *octets);
    EXPECT_TRUE(verify_cose_sign1(*cwt, signer.public_key()));
    EXPECT_EQ(as_text(cwt->kid), signer.verification_method());

    const auto from_jwt = decode_token_jwt(*jwt, expected_list());
    const auto from_cwt = decode_token_cwt(*cwt, expected_list());
    ASSERT_TRUE(from_jwt) << from_jwt.refusal().message;
    ASSERT_TRUE(from_cwt) << from_cwt.refusal().message;
    for (const ForeignDocument* read : {&*from_jwt, &*from_cwt}) {
      ASSERT_TRUE(std::ranges::equal(read->list.octets(), packed));
      EXPECT_EQ(read->list.entry_bits(), 2U);
      EXPECT_EQ(read->ttl_ms, 300'000U);
      EXPECT_EQ(read->valid_until_ms, 1'790'604'800'000U);
      EXPECT_EQ(read->issuer, terms.issuer);
    }
  }
  EXPECT_EQ(token_aggregation({"https://a.example/1", "https://a.example/2"}),
            R"({"status_lists":["https://a.example/1","https://a.example/2"]})");
}

TEST(ListEncoding, NoBitOfASignedCwtCanChange) {
  const ListSigner signer = list_signer(crypto::KeyType::p256);
  const Bytes octets = *sign_token_cwt(token_list(Bytes(kSize / 4), kSize), list_terms(), signer);
  const auto whole = decode_cose_sign1(octets);
  const auto same_but_kid = [&](const CoseSign1& other) {
    return other.payload == whole->payload && other.protected_header == whole->protected_header &&
           other.signature == whole->signature;
  };
  for (std::size_t bit = 0; bit < octets.size() * 8; ++bit) {
    Bytes changed = octets;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto read = decode_cose_sign1(changed);
    if (!read) continue;
    // The unprotected header is the one part that a signature does not cover.
    EXPECT_NE(verify_cose_sign1(*read, signer.public_key()).has_value(), !same_but_kid(*read))
        << bit;
  }
}

TEST(ListEncoding, VerificationMethodFollowsTheName) {
  const ListSigner signer = list_signer(crypto::KeyType::p256);
  const crypto::PublicKey& key = signer.public_key();
  const std::string did = crypto::did_key(key);
  EXPECT_EQ(default_verification_method(did, key), did + "#" + did.substr(8));
  const std::string ebsi = crypto::did_key_jwk_jcs(key);
  EXPECT_EQ(default_verification_method(ebsi, key), ebsi + "#" + ebsi.substr(8));
  EXPECT_EQ(default_verification_method("did:ebsi:z1", key), "did:ebsi:z1#keys-1");
  const std::string other = crypto::did_key(list_signer(crypto::KeyType::ed25519).public_key());
  EXPECT_EQ(default_verification_method(other, key), other + "#keys-1");
}

}  // namespace
}  // namespace kedge::test
