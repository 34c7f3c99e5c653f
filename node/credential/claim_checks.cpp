// SPDX-License-Identifier: Apache-2.0
#include "node/credential/claim_checks.hpp"

#include <algorithm>
#include <array>

#include "crypto/did.hpp"
#include "crypto/rfc3339.hpp"
#include "node/credential/jwt_claims.hpp"
#include "node/credential/vcdm_members.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

/// Claims that no holder may withhold (SD-JWT VC section 3.2.2.2).
constexpr std::array<const char*, 8> kOpenClaims = {"iss", "nbf",           "exp",    "cnf",
                                                    "vct", "vct#integrity", "status", "_sd_alg"};

/// Required by EBSI's attestation schema, 2022-11 and 2024-01.
constexpr std::array<const char*, 9> kAttestationMembers = {
    "@context",        "id",     "type",      "issuer",
    "issuanceDate",    "issued", "validFrom", "credentialSubject",
    "credentialSchema"};

constexpr std::array<std::string_view, 2> kSchemaTypes = {"FullJsonSchemaValidator2021",
                                                          "JsonSchema"};

bool has_type(const Credential& credential, std::string_view type) {
  return std::ranges::find(credential.types, type) != credential.types.end();
}

std::optional<std::int64_t> date_of(const json& body, const char* name) {
  const auto member = body.find(name);
  if (member == body.end() || !member->is_string()) return std::nullopt;
  const auto time = crypto::parse_date_time(member->get_ref<const std::string&>());
  return time ? std::optional(*time) : std::nullopt;
}

void check_order(const json& body, const char* from, const char* until,
                 std::vector<std::string>& faults) {
  const auto begin = date_of(body, from);
  const auto end = date_of(body, until);
  if (begin && end && *end < *begin) faults.push_back(std::string(until) + " is before " + from);
}

/// What VCDM 1.1 and 2.0 have in common.
void check_vcdm(const Credential& credential, std::string_view context,
                std::vector<std::string>& faults) {
  const json& body = credential.body();
  if (first_context(body) != context) {
    faults.push_back("@context does not begin with " + std::string(context));
  }
  if (!has_type(credential, "VerifiableCredential")) {
    faults.emplace_back("type does not hold VerifiableCredential");
  }
  if (!body.contains("credentialSubject")) faults.emplace_back("credentialSubject is missing");
  if (const auto id = body.find("id"); id != body.end() && !id->is_string()) {
    faults.emplace_back("id is no text");
  }
}

void check_schema(const json& schema, std::vector<std::string>& faults) {
  const json list = schema.is_array() ? schema : json::array({schema});
  const bool well_formed = !list.empty() && std::ranges::all_of(list, [](const json& item) {
    if (!item.is_object() || !item.contains("id") || !item["id"].is_string()) return false;
    const auto type = item.find("type");
    return type != item.end() && type->is_string() &&
           std::ranges::find(kSchemaTypes, type->get_ref<const std::string&>()) !=
               kSchemaTypes.end();
  });
  if (!well_formed) {
    faults.emplace_back(
        "credentialSchema is not id and type, FullJsonSchemaValidator2021 or JsonSchema");
  }
}

/// EBSI's DIDs have to be well-formed: of legal entities and of natural persons.
void check_ebsi_did(std::string_view did, const char* whose, std::vector<std::string>& faults) {
  const bool wrong = did.starts_with("did:ebsi:")
                         ? !crypto::check_did_ebsi(did)
                         : did.starts_with("did:key:") && !crypto::public_key_from_did_key(did);
  if (wrong) faults.push_back(std::string(whose) + " is no DID of its method");
}

void check_attestation(const Credential& credential, std::vector<std::string>& faults) {
  const json& vc = credential.body();
  for (const char* name : kAttestationMembers) {
    if (!vc.contains(name)) faults.push_back("vc." + std::string(name) + " is missing");
  }
  if (credential.type_header != "JWT") faults.emplace_back("typ is not JWT");
  if (!credential.key_id || credential.key_id->find('#') == std::string::npos) {
    faults.emplace_back("kid is not a DID and a fragment");
  }
  if (credential.types.front() != "VerifiableCredential") {
    faults.emplace_back("type does not begin with VerifiableCredential");
  }
  if (vc.contains("validFrom") && vc.contains("issuanceDate") &&
      vc["validFrom"] != vc["issuanceDate"]) {
    faults.emplace_back("validFrom and issuanceDate are not the same text");
  }
  if (vc.contains("credentialSchema")) check_schema(vc["credentialSchema"], faults);
  check_ebsi_did(credential.issuer, "issuer", faults);
  if (has_type(credential, "StatusList2021Credential")) return;
  if (credential.subjects.empty()) faults.emplace_back("credentialSubject.id is missing");
  for (const std::string& subject : credential.subjects) {
    check_ebsi_did(subject, "credentialSubject.id", faults);
  }
}

void check_jwt_1_1(const Credential& credential, std::vector<std::string>& faults) {
  check_vcdm(credential, kVcdm11, faults);
  const bool ebsi = is_ebsi_attestation(credential);
  compare_jwt_1_1(credential, ebsi, faults);
  check_order(credential.body(), "issuanceDate", "expirationDate", faults);
  check_order(credential.body(), "validFrom", "expirationDate", faults);
  if (ebsi) check_attestation(credential, faults);
}

void check_jwt_2_0(const Credential& credential, std::vector<std::string>& faults) {
  check_vcdm(credential, kVcdm20, faults);
  check_order(credential.body(), "validFrom", "validUntil", faults);
  if (!credential.body().contains("issuer")) faults.emplace_back("issuer is missing");
  const std::string typ = credential.type_header.value_or("vc+jwt");
  // EBSI's libraries write JWT in both versions.
  if (typ != "vc+jwt" && typ != "application/vc+jwt" && typ != "JWT") {
    faults.emplace_back("typ is not vc+jwt");
  }
  if (credential.claims.contains("vp")) faults.emplace_back("vp stands beside the credential");
  compare_jwt_2_0(credential, faults);
}

void check_data_integrity(const Credential& credential, std::vector<std::string>& faults) {
  const bool first = first_context(credential.body()) == kVcdm11;
  check_vcdm(credential, first ? kVcdm11 : kVcdm20, faults);
  check_order(credential.body(), "validFrom", "validUntil", faults);
  check_order(credential.body(), "issuanceDate", "expirationDate", faults);
  if (first && !credential.body().contains("issuanceDate")) {
    faults.emplace_back("issuanceDate is missing");
  }
}

void check_sd_jwt(const Credential& credential, std::vector<std::string>& faults) {
  if (credential.type_header != "dc+sd-jwt" && credential.type_header != "vc+sd-jwt") {
    faults.emplace_back("typ is not dc+sd-jwt");
  }
  for (const char* name : kOpenClaims) {
    if (credential.claims.contains(name) && !credential.signed_claims.contains(name)) {
      faults.push_back(std::string(name) + " could have been withheld");
    }
  }
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "; ") + line;
  return out;
}

}  // namespace

bool is_ebsi_attestation(const Credential& credential) {
  if (credential.form != CredentialForm::jwt_vc_1_1) return false;
  if (credential.issuer.starts_with("did:ebsi:")) return true;
  if (has_type(credential, "VerifiableAttestation")) return true;
  const auto schema = credential.body().find("credentialSchema");
  if (schema == credential.body().end()) return false;
  const json list = schema->is_array() ? *schema : json::array({*schema});
  return std::ranges::any_of(list, [](const json& item) {
    return item.is_object() && item.contains("type") && item["type"] == kSchemaTypes[0];
  });
}

std::vector<std::string> claim_faults(const Credential& credential) {
  std::vector<std::string> faults;
  switch (credential.form) {
    case CredentialForm::plain:
    case CredentialForm::other_signed:
      break;
    case CredentialForm::jwt_vc_1_1:
      check_jwt_1_1(credential, faults);
      break;
    case CredentialForm::jwt_vc_2_0:
      check_jwt_2_0(credential, faults);
      break;
    case CredentialForm::sd_jwt_vc:
      check_sd_jwt(credential, faults);
      break;
    case CredentialForm::data_integrity:
      check_data_integrity(credential, faults);
      break;
  }
  return faults;
}

CredentialFinding check_claims(const Credential& credential) {
  const std::string name = "credential.claims";
  if (credential.form == CredentialForm::plain || credential.form == CredentialForm::other_signed) {
    return finding_not_done(name, std::string(form_name(credential.form)));
  }
  if (credential.disclosure_fault) {
    return finding_against(name, ReasonCode::credential_disclosures,
                           credential.disclosure_fault->message);
  }
  const std::vector<std::string> faults = claim_faults(credential);
  if (!faults.empty()) return finding_against(name, ReasonCode::credential_claims, joined(faults));
  const bool ebsi = is_ebsi_attestation(credential);
  return finding_passed(name,
                        std::string(form_name(credential.form)) + (ebsi ? ", as EBSI asks" : ""));
}

}  // namespace kedge::node
