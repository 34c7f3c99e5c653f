// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "crypto/sd_jwt.hpp"
#include "node/sample/forms.hpp"

namespace kedge::node::sample {
namespace {

using nlohmann::json;

/// Collects what the holder may withhold.
class Concealer {
 public:
  explicit Concealer(Dice& dice) : dice_(dice) {}

  void member(std::string_view name, const json& value) {
    disclosures_.push_back(crypto::make_disclosure(salt(), name, value));
    digests_.push_back(crypto::disclosure_digest(disclosures_.back()));
  }

  /// What stands in the array in place of the element.
  json element(const json& value) {
    disclosures_.push_back(crypto::make_array_disclosure(salt(), value));
    return json{{"...", crypto::disclosure_digest(disclosures_.back())}};
  }

  /// Sorted, so that the order of the claims is not given away (RFC 9901 section 4.2.4.1).
  [[nodiscard]] json digests() {
    std::ranges::sort(digests_);
    return digests_;
  }

  [[nodiscard]] const std::vector<std::string>& disclosures() const { return disclosures_; }

 private:
  std::string salt() { return crypto::base64url_encode(dice_.octets(16)); }

  Dice& dice_;
  std::vector<std::string> disclosures_;
  std::vector<std::string> digests_;
};

}  // namespace

Result<std::string> sd_jwt_credential(const Achievement& achievement, const IssuerKey& issuer,
                                      Dice& dice) {
  const University& university = *achievement.university;
  const Course& course = *achievement.course;
  Concealer concealer(dice);
  concealer.member("givenName", achievement.given_name);
  concealer.member("familyName", achievement.family_name);
  concealer.member("dateOfBirth", achievement.date_of_birth);
  concealer.member("grade", achievement.grade);
  json outcomes = json::array();
  for (const std::string_view outcome : course.learning_outcomes) {
    outcomes.push_back(concealer.element(outcome));
  }
  const json payload = {{"iss", issuer.did},
                        {"iat", achievement.issued_seconds()},
                        {"jti", achievement.id},
                        {"vct", "urn:eu:microcredential:VerifiableMicroCredential:1"},
                        {"cnf", {{"jwk", crypto::jwk_from_public_key(achievement.learner_key)}}},
                        {"title", course.title},
                        {"issuingCountry", university.country_code},
                        {"awardingBody", university.name},
                        {"dateOfIssuing", achievement.issued()},
                        {"learningOutcomes", outcomes},
                        {"notionalWorkload", {{"hours", course.hours}, {"ects", course.ects}}},
                        {"eqfLevel", course.eqf_level},
                        {"typeOfAssessment", achievement.assessment},
                        {"formOfParticipation", achievement.participation},
                        {"qualityAssurance", university.quality_agency},
                        {"_sd_alg", "sha-256"},
                        {"_sd", concealer.digests()}};
  const json header = {
      {"alg", crypto::jws_algorithm(issuer.key.type())}, {"typ", "dc+sd-jwt"}, {"kid", issuer.url}};
  auto out = crypto::sign_jws(header.dump(), as_bytes(payload.dump()), issuer.key);
  if (!out) return out;
  *out += '~';
  for (const std::string& disclosure : concealer.disclosures()) out->append(disclosure).append("~");
  return out;
}

}  // namespace kedge::node::sample
