// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "node/status/list_encoding.hpp"

/// The two W3C encodings: Bitstring Status List v1.0, and StatusList2021 as EBSI reads it.
namespace kedge::node {

using nlohmann::ordered_json;

namespace {

/// The list is a part of the document that tells it (as in the examples of both specifications).
std::string subject_id(const ListTerms& terms) {
  return terms.uri + "#list";
}

}  // namespace

std::string bitstring_text(ByteView gzipped) {
  return "u" + crypto::base64url_encode(gzipped);
}

std::string bitstring_credential(std::string_view encoded_list, StatusPurpose purpose,
                                 const ListTerms& terms) {
  const ordered_json credential = {
      {"@context", {"https://www.w3.org/ns/credentials/v2"}},
      {"id", terms.uri},
      {"type", {"VerifiableCredential", "BitstringStatusListCredential"}},
      {"issuer", terms.issuer},
      {"validFrom", second_time(terms.issued_ms)},
      {"validUntil", second_time(terms.valid_until_ms)},
      {"credentialSubject",
       {{"id", subject_id(terms)},
        {"type", "BitstringStatusList"},
        {"statusPurpose", purpose_name(purpose)},
        {"encodedList", encoded_list},
        {"ttl", terms.ttl_ms}}}};
  return credential.dump();
}

Result<std::string> sign_bitstring_credential(std::string_view credential, const ListTerms& terms,
                                              const ListSigner& signer) {
  return signer.sign_document(credential, terms.issued_ms);
}

Result<std::string> sign_bitstring_jwt(std::string_view credential, const ListSigner& signer) {
  return signer.sign_jwt("vc+jwt", "vc", credential);
}

std::string status_list_2021_text(ByteView gzipped) {
  return crypto::base64_encode(gzipped);
}

Result<std::string> sign_status_list_2021(std::string_view encoded_list, StatusPurpose purpose,
                                          const ListTerms& terms, const ListSigner& signer) {
  const std::string issued = second_time(terms.issued_ms);
  const ordered_json credential = {
      {"@context",
       {"https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"}},
      {"id", terms.uri},
      {"type", {"VerifiableCredential", "VerifiableAttestation", "StatusList2021Credential"}},
      {"issuer", terms.issuer},
      {"issuanceDate", issued},
      {"issued", issued},
      {"validFrom", issued},
      {"expirationDate", second_time(terms.valid_until_ms)},
      {"credentialSubject",
       {{"id", subject_id(terms)},
        {"type", "StatusList2021"},
        {"statusPurpose", purpose_name(purpose)},
        {"encodedList", encoded_list}}},
      {"credentialSchema", {{"id", terms.ebsi_schema}, {"type", "FullJsonSchemaValidator2021"}}}};
  const ordered_json payload = {{"jti", terms.uri},
                                {"sub", subject_id(terms)},
                                {"iss", terms.issuer},
                                {"iat", terms.issued_ms / 1000},
                                {"nbf", terms.issued_ms / 1000},
                                {"exp", terms.valid_until_ms / 1000},
                                {"vc", credential}};
  return signer.sign_jwt("JWT", "", payload.dump());
}

}  // namespace kedge::node
