// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "crypto/data_integrity.hpp"
#include "node/sample/forms.hpp"
#include "node/sample/subject.hpp"

namespace kedge::node::sample {

using nlohmann::ordered_json;

Result<std::string> data_integrity_credential(const Achievement& achievement,
                                              const IssuerKey& issuer) {
  const std::string issued = achievement.issued();
  const ordered_json credential = {
      {"@context",
       {"https://www.w3.org/ns/credentials/v2", "http://data.europa.eu/snb/model/context/edc-ap"}},
      {"id", achievement.id},
      {"type", {"VerifiableCredential", "EuropeanDigitalCredential", "VerifiableMicroCredential"}},
      {"name", achievement.course->title},
      {"issuer", awarding_body(*achievement.university, issuer.did)},
      {"validFrom", issued},
      {"credentialSubject", learning_model_subject(achievement, issuer.did)}};
  return crypto::add_data_integrity_proof(
      credential.dump(), {.verification_method = issuer.url, .created = issued}, issuer.key);
}

}  // namespace kedge::node::sample
