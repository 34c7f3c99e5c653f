// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "crypto/jws.hpp"
#include "node/sample/forms.hpp"
#include "node/sample/subject.hpp"

namespace kedge::node::sample {

using nlohmann::ordered_json;

Result<std::string> ebsi_jwt(const Achievement& achievement, const IssuerKey& issuer) {
  // EBSI compares validFrom with issuanceDate as text, and the JWT's claims with these members.
  const std::string issued = achievement.issued();
  const ordered_json credential = {
      {"@context",
       {"https://www.w3.org/2018/credentials/v1",
        "http://data.europa.eu/snb/model/context/edc-ap"}},
      {"id", achievement.id},
      {"type", {"VerifiableCredential", "VerifiableAttestation", "VerifiableMicroCredential"}},
      {"issuer", issuer.did},
      {"issuanceDate", issued},
      {"issued", issued},
      {"validFrom", issued},
      {"credentialSubject", learning_model_subject(achievement, issuer.did)},
      {"credentialSchema",
       {{"id",
         "https://api-pilot.ebsi.eu/trusted-schemas-registry/v3/schemas/"
         "z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM"},
        {"type", "FullJsonSchemaValidator2021"}}}};
  const ordered_json payload = {{"jti", achievement.id},
                                {"iss", issuer.did},
                                {"sub", achievement.learner_did},
                                {"iat", achievement.issued_seconds()},
                                {"nbf", achievement.issued_seconds()},
                                {"vc", credential}};
  const ordered_json header = {
      {"alg", crypto::jws_algorithm(issuer.key.type())}, {"typ", "JWT"}, {"kid", issuer.url}};
  return crypto::sign_jws(header.dump(), as_bytes(payload.dump()), issuer.key);
}

}  // namespace kedge::node::sample
