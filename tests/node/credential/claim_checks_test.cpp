// SPDX-License-Identifier: Apache-2.0
#include "node/credential/claim_checks.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "tests/node/credential/test_issuer.hpp"

namespace kedge::node {
namespace {

using test::json;
using test::parsed;
using test::TestIssuer;

using Change = std::function<void(json&)>;

class ClaimsTest : public testing::Test {
 protected:
  /// All faults of the claims in this JWT, in one text.
  std::string faults(const json& claims, const std::string& typ = "JWT") const {
    return joined(issuer_.sign(claims, typ));
  }
  static std::string joined(const std::string& document) {
    std::string out;
    for (const std::string& fault : claim_faults(parsed(document))) out += fault + ";";
    return out;
  }

  TestIssuer issuer_;
};

TEST_F(ClaimsTest, EbsiAttestation) {
  const json good = issuer_.ebsi_claims();
  EXPECT_TRUE(is_ebsi_attestation(parsed(issuer_.sign(good))));
  EXPECT_EQ(faults(good), "");
  json open = good;
  open["vc"].erase("expirationDate");
  open.erase("exp");
  EXPECT_EQ(faults(open), "");
  const std::vector<std::pair<std::string, Change>> cases = {
      {"iss is not the credential's issuer;", [](json& c) { c["iss"] = "did:example:other"; }},
      {"iss is not the credential's issuer;", [](json& c) { c.erase("iss"); }},
      {"sub is not the credential's credentialSubject.id;",
       [](json& c) { c["sub"] = "did:example:other"; }},
      {"sub is not the credential's credentialSubject.id;", [](json& c) { c.erase("sub"); }},
      {"jti is not the credential's id;", [](json& c) { c["jti"] = "urn:uuid:2"; }},
      {"jti is not the credential's id;", [](json& c) { c.erase("jti"); }},
      {"iat is not the credential's issued;", [](json& c) { c["iat"] = 1'767'225'601; }},
      {"iat is missing;", [](json& c) { c.erase("iat"); }},
      {"nbf is not the credential's validFrom;", [](json& c) { c["nbf"] = 1'767'225'599; }},
      {"nbf is not the credential's validFrom;", [](json& c) { c["nbf"] = 1'767'225'600.5; }},
      {"nbf is missing;", [](json& c) { c.erase("nbf"); }},
      {"exp is not the credential's expirationDate;", [](json& c) { c["exp"] = 1'798'761'601; }},
      {"exp is missing;", [](json& c) { c.erase("exp"); }},
      {"validFrom and issuanceDate are not the same text;",
       [](json& c) { c["vc"]["issuanceDate"] = "2026-01-01T00:00:00.000Z"; }},
      {"vc.issued is missing;", [](json& c) { c["vc"].erase("issued"); }},
      {"vc.credentialSchema is missing;", [](json& c) { c["vc"].erase("credentialSchema"); }},
      {"credentialSchema is not id and type, FullJsonSchemaValidator2021 or JsonSchema;",
       [](json& c) { c["vc"]["credentialSchema"]["type"] = "Other"; }},
      {"@context does not begin with https://www.w3.org/2018/credentials/v1;",
       [](json& c) {
         c["vc"]["@context"] = {test::kV2, test::kV1};
       }},
      {"type does not begin with VerifiableCredential;",
       [](json& c) {
         c["vc"]["type"] = {"VerifiableAttestation", "VerifiableCredential"};
       }},
      {"type does not hold VerifiableCredential;"
       "type does not begin with VerifiableCredential;",
       [](json& c) { c["vc"]["type"] = {"VerifiableAttestation"}; }},
      {"credentialSubject.id is no DID of its method;",
       [](json& c) { c["sub"] = c["vc"]["credentialSubject"]["id"] = "did:ebsi:00001234"; }},
  };
  for (const auto& [fault, change] : cases) {
    json changed = good;
    change(changed);
    EXPECT_EQ(faults(changed), fault);
  }
  json dates = good;
  dates["exp"] = 1'735'689'600;
  dates["vc"]["expirationDate"] = "2025-01-01T00:00:00Z";
  EXPECT_EQ(faults(dates),
            "expirationDate is before issuanceDate;expirationDate is before validFrom;");
  EXPECT_EQ(faults(good, "vc+jwt"), "typ is not JWT;");
  json header = issuer_.header();
  header.erase("kid");
  EXPECT_EQ(joined(issuer_.sign_with(header, good)), "kid is not a DID and a fragment;");
}

TEST_F(ClaimsTest, SeveralSubjects) {
  json claims = issuer_.ebsi_claims();
  const TestIssuer second;
  claims["vc"]["credentialSubject"] = {{{"id", second.did()}}, {{"id", issuer_.did()}}};
  EXPECT_EQ(faults(claims), "");
  claims["sub"] = second.did();
  EXPECT_EQ(faults(claims), "");
}

/// Issuers outside EBSI write less, and it is enough for the data model.
TEST_F(ClaimsTest, OtherJwtVc11) {
  json claims = issuer_.ebsi_claims();
  claims["vc"] = {{"@context", {test::kV1}},
                  {"type", {"VerifiableCredential"}},
                  {"credentialSubject", {{"name", "A"}}}};
  claims.erase("iat");
  EXPECT_FALSE(is_ebsi_attestation(parsed(issuer_.sign(claims))));
  EXPECT_EQ(faults(claims), "");
  EXPECT_EQ(parsed(issuer_.sign(claims)).issuer, issuer_.did()) << "iss in place of the member";
  claims["vc"]["issuer"] = "did:example:other";
  EXPECT_EQ(faults(claims), "iss is not the credential's issuer;");
  claims["vc"].erase("issuer");
  claims["vc"]["id"] = "urn:uuid:3";
  EXPECT_EQ(faults(claims), "jti is not the credential's id;");
  claims["vc"].erase("id");
  claims["vc"]["issuanceDate"] = "2026-01-02T00:00:00Z";
  EXPECT_EQ(faults(claims), "nbf is not the credential's issuanceDate;");
  claims["vc"].erase("credentialSubject");
  claims["vc"].erase("issuanceDate");
  EXPECT_EQ(faults(claims), "credentialSubject is missing;");
}

TEST_F(ClaimsTest, JwtVc20) {
  const json good = issuer_.vcdm();
  for (const char* typ : {"vc+jwt", "JWT", "application/vc+jwt"}) EXPECT_EQ(faults(good, typ), "");
  EXPECT_EQ(faults(good, "vp+jwt"), "typ is not vc+jwt;");
  const std::vector<std::pair<std::string, Change>> cases = {
      {"iss is not the credential's issuer;", [](json& c) { c["iss"] = "did:example:other"; }},
      {"sub is not the credential's credentialSubject.id;", [](json& c) { c["sub"] = "x"; }},
      {"jti is not the credential's id;", [](json& c) { c["jti"] = "x"; }},
      {"vp stands beside the credential;", [](json& c) { c["vp"] = json::object(); }},
      {"validUntil is before validFrom;",
       [](json& c) { c["validUntil"] = "2025-01-01T00:00:00Z"; }},
      {"@context does not begin with https://www.w3.org/ns/credentials/v2;",
       [](json& c) { c["@context"] = {test::kV1}; }},
      {"type does not hold VerifiableCredential;", [](json& c) { c["type"] = "Diploma"; }},
      {"credentialSubject is missing;", [](json& c) { c.erase("credentialSubject"); }},
      {"id is no text;", [](json& c) { c["id"] = 7; }},
  };
  for (const auto& [fault, change] : cases) {
    json changed = good;
    change(changed);
    EXPECT_EQ(faults(changed, "vc+jwt"), fault);
  }
}

TEST_F(ClaimsTest, DataIntegrity) {
  EXPECT_EQ(joined(issuer_.prove(issuer_.vcdm())), "");
  json first = issuer_.vcdm();
  first["@context"] = {test::kV1};
  EXPECT_EQ(joined(issuer_.prove(first)), "issuanceDate is missing;");
  first["issuanceDate"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(joined(issuer_.prove(first)), "");
}

TEST_F(ClaimsTest, SdJwtVc) {
  const json good = issuer_.sd_claims();
  EXPECT_EQ(joined(issuer_.sign(good, "dc+sd-jwt") + "~"), "");
  EXPECT_EQ(joined(issuer_.sign(good, "vc+sd-jwt") + "~"), "");
  EXPECT_EQ(joined(issuer_.sign(good, "JWT") + "~"), "typ is not dc+sd-jwt;");
  json hidden = good;
  hidden.erase("exp");
  const std::string disclosure = crypto::make_disclosure("salt", "exp", 1'798'761'600);
  hidden["_sd"] = {crypto::disclosure_digest(disclosure)};
  EXPECT_EQ(joined(issuer_.sign(hidden, "dc+sd-jwt") + "~" + disclosure + "~"),
            "exp could have been withheld;");
}

TEST_F(ClaimsTest, Findings) {
  EXPECT_EQ(check_claims(parsed("pdf")).check.result, CheckResult::not_done);
  EXPECT_EQ(check_claims(parsed(issuer_.sign(issuer_.ebsi_claims()))).check.result,
            CheckResult::passed);
  const std::string foreign = crypto::make_disclosure("salt", "grade", "A");
  const auto finding =
      check_claims(parsed(issuer_.sign(issuer_.sd_claims(), "dc+sd-jwt") + "~" + foreign + "~"));
  EXPECT_EQ(finding.check.result, CheckResult::failed);
  EXPECT_EQ(finding.code, ReasonCode::credential_disclosures);
}

}  // namespace
}  // namespace kedge::node
