// SPDX-License-Identifier: Apache-2.0
#include "node/sample/sample.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/data_integrity.hpp"
#include "crypto/did.hpp"
#include "crypto/jws.hpp"
#include "crypto/sd_jwt.hpp"

namespace kedge::node::sample {
namespace {

using nlohmann::json;

crypto::PublicKey key_of(const std::string& url) {
  return *crypto::public_key_from_did_key(url.substr(0, url.find('#')));
}

/// The signed claims of a compact JWS whose signature verifies with the key that `kid` names.
json verified_claims(std::string_view token) {
  const auto jws = crypto::parse_jws(token);
  EXPECT_TRUE(jws) << token;
  const Status verified = crypto::verify_jws(*jws, key_of(*jws->header.kid));
  EXPECT_TRUE(verified) << verified.error().message;
  return json::parse(as_text(*crypto::base64url_decode(jws->payload_base64url)));
}

const std::string& text(const json& value) {
  return value.get_ref<const std::string&>();
}

/// The eleven mandatory elements in the European Learning Model's members.
void check_learning_model(const json& subject) {
  const json& claim = subject.at("hasClaim").at(0);
  const json& specification = claim.at("specifiedBy");
  const json& body = claim.at("awardedBy").at("awardingBody");
  EXPECT_TRUE(text(subject.at("id")).starts_with("did:key:z2dmzD81cgPx8Vki7Jbuu"));
  EXPECT_FALSE(text(subject.at("givenName").at("en").at(0)).empty());
  EXPECT_FALSE(text(subject.at("familyName").at("en").at(0)).empty());
  EXPECT_EQ(text(subject.at("dateOfBirth")).size(), 10U);
  EXPECT_FALSE(text(claim.at("title").at("en").at(0)).empty());
  EXPECT_TRUE(text(body.at("location").at(0).at("address").at(0).at("countryCode").at("id"))
                  .starts_with("http://publications.europa.eu/resource/authority/country/"));
  EXPECT_FALSE(text(body.at("legalName").at("en").at(0)).empty());
  EXPECT_EQ(text(claim.at("awardedBy").at("awardingDate")).size(), 20U);
  EXPECT_EQ(specification.at("learningOutcome").size(), 3U);
  EXPECT_TRUE(text(specification.at("volumeOfLearning")).starts_with("PT"));
  EXPECT_FALSE(text(specification.at("creditPoint").at(0).at("point")).empty());
  EXPECT_GE(specification.at("eqfLevel").get<int>(), 5);
  EXPECT_FALSE(text(claim.at("provenBy").at("title").at("en").at(0)).empty());
  EXPECT_FALSE(text(specification.at("mode").at("en").at(0)).empty());
  EXPECT_FALSE(
      text(specification.at("qualityAssurance").at("accreditingAgent").at("en").at(0)).empty());
}

void check_ebsi_jwt(const std::string& document) {
  const json claims = verified_claims(document);
  const json& vc = claims.at("vc");
  EXPECT_EQ(claims.at("iss"), vc.at("issuer"));
  EXPECT_EQ(claims.at("jti"), vc.at("id"));
  EXPECT_EQ(claims.at("sub"), vc.at("credentialSubject").at("id"));
  EXPECT_EQ(vc.at("validFrom"), vc.at("issuanceDate"));
  EXPECT_EQ(vc.at("@context").at(0), "https://www.w3.org/2018/credentials/v1");
  EXPECT_EQ(vc.at("type").at(0), "VerifiableCredential");
  const auto jws = crypto::parse_jws(document);
  EXPECT_EQ(jws->header.typ, "JWT");
  EXPECT_TRUE(jws->header.kid->starts_with(text(claims.at("iss")) + "#"));
  check_learning_model(vc.at("credentialSubject"));
}

void check_data_integrity(const std::string& document) {
  const auto proofs = crypto::data_integrity_proofs(document);
  ASSERT_TRUE(proofs) << proofs.error().message;
  EXPECT_EQ(proofs->front().cryptosuite, "ecdsa-jcs-2019");
  const Status verified =
      crypto::verify_data_integrity_proof(document, 0, key_of(proofs->front().verification_method));
  EXPECT_TRUE(verified) << verified.error().message;
  const json credential = json::parse(document);
  EXPECT_TRUE(proofs->front().verification_method.starts_with(
      text(credential.at("issuer").at("id")) + "#"));
  EXPECT_EQ(credential.at("@context").at(0), "https://www.w3.org/ns/credentials/v2");
  check_learning_model(credential.at("credentialSubject"));
}

void check_sd_jwt(const std::string& document) {
  const auto sd_jwt = crypto::split_sd_jwt(document);
  ASSERT_TRUE(sd_jwt) << sd_jwt.error().message;
  const json signed_claims = verified_claims(sd_jwt->issuer_jwt);
  EXPECT_FALSE(signed_claims.contains("familyName"));
  EXPECT_EQ(sd_jwt->disclosures.size(), 7U);
  const auto claims = crypto::disclosed_claims(*sd_jwt);
  ASSERT_TRUE(claims) << claims.error().message;
  for (const char* name :
       {"givenName", "familyName", "dateOfBirth", "title", "issuingCountry", "awardingBody",
        "dateOfIssuing", "eqfLevel", "typeOfAssessment", "formOfParticipation", "qualityAssurance",
        "grade", "vct", "iss", "iat", "cnf"}) {
    EXPECT_TRUE(claims->contains(name)) << name;
  }
  EXPECT_EQ(claims->at("learningOutcomes").size(), 3U);
  EXPECT_TRUE(claims->at("notionalWorkload").contains("ects"));
  EXPECT_EQ(crypto::parse_jws(sd_jwt->issuer_jwt)->header.typ, "dc+sd-jwt");
}

/// What a sample says, without what the issuers' keys decide.
std::string content(const Sample& sample) {
  json out = {sample.file_name};
  json body;
  if (sample.profile == crypto::DigestProfile::jcs) {
    body = json::parse(sample.document);
  } else {
    const std::string token = sample.document.substr(0, sample.document.find('~'));
    body = verified_claims(token);
    if (body.contains("vc")) body = body["vc"];
  }
  const json& subject = body.contains("credentialSubject") ? body["credentialSubject"] : body;
  out.push_back(body.value("id", body.value("jti", "")));
  out.push_back(subject.value("givenName", json()));
  out.push_back(subject.value("title", json()));
  out.push_back(subject.value("/hasClaim/0/specifiedBy"_json_pointer, json()));
  out.push_back(subject.value("_sd", json()));
  return out.dump();
}

TEST(Sample, EverySampleIsWhatItsFormSays) {
  const SampleMaker maker(1);
  std::map<std::string, int> forms;
  std::set<std::string> digests;
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto sample = maker.make(i);
    ASSERT_TRUE(sample) << sample.error().message;
    const auto digest = crypto::credential_digest(sample->profile, as_bytes(sample->document));
    ASSERT_TRUE(digest) << digest.error().message;
    EXPECT_TRUE(digests.insert(std::string(as_text(*digest))).second);
    EXPECT_TRUE(names.insert(sample->file_name).second);
    const std::string ending = sample->file_name.substr(sample->file_name.find('.'));
    if (ending == ".json") {
      check_data_integrity(sample->document);
      ++forms[ending];
    } else if (ending == ".sd-jwt") {
      check_sd_jwt(sample->document);
      ++forms[ending];
    } else {
      check_ebsi_jwt(sample->document);
      ++forms[crypto::parse_jws(sample->document)->header.alg];
    }
  }
  EXPECT_EQ(forms.size(), 4U);
  for (const auto& [form, count] : forms) EXPECT_GT(count, 40) << form;
}

TEST(Sample, TheSeedDecidesWhatItSays) {
  const SampleMaker first(7);
  const SampleMaker second(7);
  const SampleMaker other(8);
  int differing = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(content(*first.make(i)), content(*second.make(i)));
    EXPECT_NE(first.make(i)->document, second.make(i)->document) << "the keys are new";
    differing += content(*first.make(i)) != content(*other.make(i)) ? 1 : 0;
  }
  EXPECT_EQ(differing, 50);
}

TEST(Sample, FileNamesSort) {
  const SampleMaker maker(1);
  EXPECT_TRUE(maker.make(7)->file_name.starts_with("micro-000007."));
  EXPECT_TRUE(maker.make(1'234'567)->file_name.starts_with("micro-1234567."));
}

}  // namespace
}  // namespace kedge::node::sample
