// SPDX-License-Identifier: Apache-2.0
#include "node/credential/signature_check.hpp"

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "node/credential/claim_checks.hpp"
#include "tests/node/credential/test_issuer.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::node {
namespace {

using crypto::KeyType;
using test::json;
using test::parsed;
using test::TestIssuer;

const std::string kDid = "did:example:university";

class SignatureTest : public testing::Test {
 protected:
  void pin(const json& document) {
    auto read = parse_did_document(document.dump());
    ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
    ASSERT_TRUE(resolvers_.pin(*std::move(read)));
  }

  /// `passed`, or the code.
  std::string check(const std::string& document) {
    const SignatureFinding found = check_credential_signature(parsed(document), resolvers_);
    EXPECT_FALSE(found.finding.check.detail.empty());
    EXPECT_EQ(found.signer.empty(), found.finding.check.result != CheckResult::passed);
    if (found.finding.check.result == CheckResult::passed) return "passed";
    return found.finding.code ? std::string(reason_name(*found.finding.code)) : "not-done";
  }

  DidResolvers resolvers_;
};

/// The token with another signature of the same length.
std::string with_signature(const std::string& token, const Bytes& signature) {
  return token.substr(0, token.rfind('.') + 1) + crypto::base64url_encode(signature);
}

TEST_F(SignatureTest, EveryAlgorithmInEveryForm) {
  for (const KeyType type : {KeyType::p256, KeyType::secp256k1, KeyType::ed25519}) {
    const TestIssuer issuer(type);
    EXPECT_EQ(check(issuer.sign(issuer.ebsi_claims())), "passed");
    EXPECT_EQ(check(issuer.sign(issuer.vcdm(), "vc+jwt")), "passed");
    EXPECT_EQ(check(issuer.sign(issuer.sd_claims(), "dc+sd-jwt") + "~"), "passed");
    if (type != KeyType::secp256k1) {
      EXPECT_EQ(check(issuer.prove(issuer.vcdm())), "passed");
    }
  }
}

TEST_F(SignatureTest, ClassicDidKeys) {
  const TestIssuer made(KeyType::ed25519);
  const TestIssuer issuer(KeyType::ed25519, crypto::did_key(made.key().public_key()));
  // The identifier is of another key than the one that signs.
  EXPECT_EQ(check(issuer.sign(issuer.vcdm(), "vc+jwt")), "credential-signature");
}

TEST_F(SignatureTest, EbsiVectors) {
  KEDGE_NEEDS_VECTORS("ebsi/jwt");
  const json expected = json::parse(test::read_file(vectors / "expected.json"))["files"];
  const json keys = json::parse(test::read_file(vectors / "keys.json"));
  std::map<std::string, json> documents;
  for (const auto& [url, jwk] : keys.items()) {
    if (!jwk.is_object()) continue;
    const std::string did = url.substr(0, url.find('#'));
    pin({{"id", did},
         {"verificationMethod",
          {{{"id", url}, {"type", "JsonWebKey2020"}, {"controller", did}, {"publicKeyJwk", jwk}}}},
         {"assertionMethod", {url}}});
  }
  int checked = 0;
  for (const auto& [name, row] : expected.items()) {
    SCOPED_TRACE(name);
    const std::string token = test::read_file(vectors / name);
    const Credential credential = parsed(token);
    if (name.starts_with("vp-")) {
      EXPECT_EQ(credential.form, CredentialForm::other_signed) << "a presentation";
      continue;
    }
    EXPECT_EQ(check(token), row["signature"] == "valid" ? "passed" : "issuer-key-unknown");
    const auto faults = claim_faults(credential);
    EXPECT_TRUE(faults.empty()) << testing::PrintToString(faults);
    ++checked;
  }
  EXPECT_EQ(checked, 5);
}

TEST_F(SignatureTest, EitherSOfEcdsa) {
  KEDGE_NEEDS_VECTORS("credentials");
  const json cases = json::parse(test::read_file(vectors / "digest-profiles.json"))["cases"];
  int checked = 0;
  for (const json& item : cases) {
    if (!item.contains("malleatedJws") || !item["name"].get<std::string>().starts_with("EBSI")) {
      continue;
    }
    const Credential credential = parsed(item["jws"].get<std::string>());
    if (!credential.issuer.starts_with("did:key:")) {
      DidResolvers pinned;
      auto document = parse_did_document(json{
          {"id", credential.issuer},
          {"verificationMethod",
           {{{"id", *credential.key_id},
             {"type", "JsonWebKey2020"},
             {"controller", credential.issuer},
             {"publicKeyJwk", item["publicKeyJwk"]}}}},
          {"assertionMethod",
           {*credential.key_id}}}.dump());
      ASSERT_TRUE(document);
      ASSERT_TRUE(resolvers_.pin(*std::move(document)));
    }
    EXPECT_EQ(check(item["jws"].get<std::string>()), "passed");
    EXPECT_EQ(check(item["malleatedJws"].get<std::string>()), "passed");
    ++checked;
  }
  EXPECT_EQ(checked, 2);
}

/// The issuers of W3C's examples are URLs, and the keys other people's did:key: the signature is
/// right and nothing says that it is the issuer's.
TEST_F(SignatureTest, W3cDataIntegrityVectors) {
  KEDGE_NEEDS_VECTORS("credentials/data-integrity");
  for (const char* name :
       {"ecdsa-jcs-2019-p256/signedJCSECDSAP256.json", "eddsa-jcs-2022/signedJCS.json"}) {
    const std::string document = test::read_file(vectors / name);
    EXPECT_EQ(check(document), "issuer-key-unknown") << name;
    Credential connected = parsed(document);
    const auto proofs = crypto::data_integrity_proofs(document);
    ASSERT_TRUE(proofs);
    const std::string method = proofs->front().verification_method;
    connected.issuer = method.substr(0, method.find('#'));
    EXPECT_EQ(check_credential_signature(connected, resolvers_).finding.check.result,
              CheckResult::passed)
        << name;
  }
}

/// The example issuer of RFC 9901 is a URL and its token names no key: the document is pinned.
TEST_F(SignatureTest, SdJwtExample) {
  KEDGE_NEEDS_VECTORS("credentials/sd-jwt");
  const json file = json::parse(test::read_file(vectors / "sd-jwt-example.json"));
  Credential token = parsed(file["sdJwt"].get<std::string>());
  EXPECT_FALSE(token.disclosure_fault);
  token.form = CredentialForm::sd_jwt_vc;
  token.issuer = token.claims["iss"].get<std::string>();
  EXPECT_EQ(check_credential_signature(token, resolvers_).finding.code,
            ReasonCode::issuer_key_unknown);
  pin({{"id", token.issuer},
       {"verificationMethod",
        {{{"id", "#key"},
          {"type", "JsonWebKey2020"},
          {"controller", token.issuer},
          {"publicKeyJwk", file["issuerJwk"]}}}},
       {"assertionMethod", {"#key"}}});
  EXPECT_EQ(check_credential_signature(token, resolvers_).finding.check.result,
            CheckResult::passed);
}

TEST_F(SignatureTest, AnotherContentOrSignature) {
  const TestIssuer issuer;
  const std::string token = issuer.sign(issuer.ebsi_claims());
  json claims = issuer.ebsi_claims();
  claims["vc"]["credentialSubject"]["grade"] = "A";
  const std::string other = issuer.sign(claims);
  const std::string forged = other.substr(0, other.rfind('.')) + token.substr(token.rfind('.'));
  EXPECT_EQ(check(forged), "credential-signature");
  EXPECT_EQ(check(with_signature(token, Bytes(64, 0))), "credential-signature");
  EXPECT_EQ(check(with_signature(token, Bytes(63, 1))), "credential-signature");
  json document = json::parse(issuer.prove(issuer.vcdm()));
  document["name"] = "Doctor";
  EXPECT_EQ(check(document.dump()), "credential-signature");
  document.erase("name");
  document["proof"]["created"] = "2026-01-02T00:00:00Z";
  EXPECT_EQ(check(document.dump()), "credential-signature");
}

TEST_F(SignatureTest, TheAlgorithmIsThatOfTheKey) {
  const TestIssuer issuer;
  json header = issuer.header();
  const std::string token = issuer.sign(issuer.ebsi_claims());
  const auto with_alg = [&](const char* alg) {
    header["alg"] = alg;
    return crypto::base64url_encode(as_bytes(header.dump())) + token.substr(token.find('.'));
  };
  EXPECT_EQ(check(with_alg("HS256")), "credential-algorithm");
  EXPECT_EQ(check(with_alg("ES256K")), "credential-algorithm");
  EXPECT_EQ(check(with_alg("EdDSA")), "credential-algorithm");
  EXPECT_EQ(check(with_alg("RS256")), "signature-unsupported");
  EXPECT_EQ(check(with_alg("ES384")), "signature-unsupported");
  json document = json::parse(issuer.prove(issuer.vcdm()));
  document["proof"]["cryptosuite"] = "eddsa-jcs-2022";
  EXPECT_EQ(check(document.dump()), "credential-algorithm");
  document["proof"]["cryptosuite"] = "ecdsa-rdfc-2019";
  EXPECT_EQ(check(document.dump()), "signature-unsupported");
  const TestIssuer secp(KeyType::secp256k1);
  json named = json::parse(issuer.prove(issuer.vcdm()));
  named["issuer"] = secp.did();
  named["proof"]["verificationMethod"] = secp.url();
  EXPECT_EQ(check(named.dump()), "credential-algorithm");
}

TEST_F(SignatureTest, TheKeyIsTheIssuers) {
  const TestIssuer issuer;
  const TestIssuer thief;
  json header = thief.header();
  EXPECT_EQ(check(thief.sign_with(header, issuer.ebsi_claims())), "credential-key");
  header["kid"] = issuer.did() + "#other";
  EXPECT_EQ(check(issuer.sign_with(header, issuer.ebsi_claims())), "credential-key");
  header["kid"] = issuer.did();
  EXPECT_EQ(check(issuer.sign_with(header, issuer.ebsi_claims())), "credential-key");
  header["kid"] = issuer.url();
  EXPECT_EQ(check(thief.sign_with(header, issuer.ebsi_claims())), "credential-signature");
  header["kid"] = issuer.url().substr(issuer.did().size());
  EXPECT_EQ(check(issuer.sign_with(header, issuer.ebsi_claims())), "passed") << "a relative kid";
  EXPECT_EQ(check(thief.prove(issuer.vcdm())), "credential-key");
}

TEST_F(SignatureTest, OnlyKeysForAssertions) {
  const TestIssuer issuer(KeyType::p256, kDid);
  json document = issuer.did_document();
  document["authentication"] = document["assertionMethod"];
  document.erase("assertionMethod");
  pin(document);
  EXPECT_EQ(check(issuer.sign(issuer.vcdm(), "vc+jwt")), "credential-key-purpose");
  EXPECT_EQ(check(issuer.prove(issuer.vcdm())), "credential-key-purpose");
  json proven = json::parse(TestIssuer().prove(TestIssuer().vcdm()));
  const TestIssuer other;
  proven = json::parse(other.prove(other.vcdm()));
  proven["proof"]["proofPurpose"] = "authentication";
  EXPECT_EQ(check(proven.dump()), "credential-key-purpose");
}

TEST_F(SignatureTest, OnlyKeysThatTheIssuerControls) {
  const TestIssuer issuer(KeyType::p256, kDid);
  json document = issuer.did_document();
  document["verificationMethod"][0]["controller"] = "did:example:other";
  pin(document);
  EXPECT_EQ(check(issuer.sign(issuer.vcdm(), "vc+jwt")), "credential-key");
}

TEST_F(SignatureTest, WithoutAKidTheIssuerHasOneKey) {
  const TestIssuer issuer(KeyType::p256, kDid);
  json header = issuer.header("vc+jwt");
  header.erase("kid");
  EXPECT_EQ(check(issuer.sign_with(header, issuer.vcdm())), "issuer-key-unknown") << "not pinned";
  pin(issuer.did_document());
  EXPECT_EQ(check(issuer.sign_with(header, issuer.vcdm())), "passed");
  header["x5c"] = {"MIIB"};
  EXPECT_EQ(check(issuer.sign_with(header, issuer.vcdm())), "signature-unsupported");

  const TestIssuer two(KeyType::p256, "did:example:two");
  json document = two.did_document();
  json second = issuer.did_document()["verificationMethod"][0];
  second["id"] = "#second";
  second["controller"] = two.did();
  document["verificationMethod"].push_back(second);
  document["assertionMethod"].push_back("#second");
  pin(document);
  header.erase("x5c");
  EXPECT_EQ(check(two.sign_with(header, two.vcdm())), "issuer-key-unknown");
}

TEST_F(SignatureTest, KeysOfUnknownKinds) {
  const TestIssuer issuer(KeyType::p256, kDid);
  json document = issuer.did_document();
  document["verificationMethod"][0]["publicKeyJwk"] = {
      {"kty", "RSA"}, {"n", "AQAB"}, {"e", "AQAB"}};
  pin(document);
  EXPECT_EQ(check(issuer.sign(issuer.vcdm(), "vc+jwt")), "signature-unsupported");
}

TEST_F(SignatureTest, CriticalHeadersAreNotIgnored) {
  const TestIssuer issuer;
  json header = issuer.header();
  header["crit"] = {"urgent"};
  header["urgent"] = true;
  EXPECT_EQ(check(issuer.sign_with(header, issuer.ebsi_claims())), "credential-signature");
}

TEST_F(SignatureTest, ProofSets) {
  const TestIssuer issuer;
  const TestIssuer witness;
  const json own = json::parse(issuer.prove(issuer.vcdm()))["proof"];
  json foreign = json::parse(witness.prove(issuer.vcdm()))["proof"];
  json broken = own;
  broken["created"] = "2026-01-02T00:00:00Z";
  json unknown = own;
  unknown["cryptosuite"] = "bbs-2023";
  const auto with = [&](json proofs) {
    json document = issuer.vcdm();
    document["proof"] = std::move(proofs);
    return check(document.dump());
  };
  EXPECT_EQ(with({own, foreign}), "passed");
  EXPECT_EQ(with({foreign, own}), "passed");
  EXPECT_EQ(with({unknown, own}), "passed");
  EXPECT_EQ(with({own, broken}), "credential-signature");
  EXPECT_EQ(with({foreign, unknown}), "signature-unsupported");
  EXPECT_EQ(with({foreign}), "credential-key");
  EXPECT_EQ(with(json(json::array_t(17, own))), "credential-malformed");
}

}  // namespace
}  // namespace kedge::node
