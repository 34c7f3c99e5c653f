// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "crypto/base64.hpp"
#include "node/status/compression.hpp"
#include "tests/node/credential/test_issuer.hpp"

/// Published status lists, honest and otherwise.
namespace kedge::test {

inline constexpr const char* kListUrl = "https://lists.example/1";
inline constexpr std::uint64_t kListed = 94'567;

using Change = std::function<void(json&)>;
inline void unchanged(json&) {}

/// The octets of a list of this many one-bit entries, most significant bit first, with kListed set.
inline Bytes w3c_bits(bool set, std::size_t entries = 131'072) {
  Bytes octets(entries / 8);
  if (set) octets.at(kListed / 8) = static_cast<std::uint8_t>(0x80U >> (kListed % 8));
  return octets;
}

inline std::string bitstring_list(const Bytes& bits) {
  return "u" + crypto::base64url_encode(node::compress(bits, node::Wrapping::gzip));
}

/// A BitstringStatusListCredential without a proof.
inline json bitstring_document(const TestIssuer& issuer, const Bytes& bits,
                               const std::string& purpose = "revocation") {
  return {{"@context", {kV2}},
          {"id", kListUrl},
          {"type", {"VerifiableCredential", "BitstringStatusListCredential"}},
          {"issuer", issuer.did()},
          {"validFrom", "2026-01-01T00:00:00Z"},
          {"validUntil", "2027-01-01T00:00:00Z"},
          {"credentialSubject",
           {{"id", std::string(kListUrl) + "#list"},
            {"type", "BitstringStatusList"},
            {"statusPurpose", purpose},
            {"encodedList", bitstring_list(bits)}}}};
}

/// The claims of a StatusList2021Credential as EBSI wants it.
inline json status_list_2021_claims(const TestIssuer& issuer, const Bytes& bits,
                                    const std::string& purpose = "revocation") {
  json claims = issuer.ebsi_claims();
  json& vc = claims["vc"];
  vc["@context"] = {kV1, "https://w3id.org/vc/status-list/2021/v1"};
  vc["type"] = {"VerifiableCredential", "VerifiableAttestation", "StatusList2021Credential"};
  claims["jti"] = vc["id"] = kListUrl;
  claims["sub"] = std::string(kListUrl) + "#list";
  vc["credentialSubject"] = {
      {"id", claims["sub"]},
      {"type", "StatusList2021"},
      {"statusPurpose", purpose},
      {"encodedList", crypto::base64_encode(node::compress(bits, node::Wrapping::gzip))}};
  return claims;
}

/// The claims of a Token Status List with two bits an entry.
inline json token_list_claims(const TestIssuer& issuer, std::uint8_t value) {
  Bytes octets(131'072 / 4);
  octets.at(kListed / 4) = static_cast<std::uint8_t>(value << (kListed % 4 * 2));
  return {{"iss", issuer.did()},
          {"sub", kListUrl},
          {"iat", 1'767'225'600},
          {"exp", 1'798'761'600},
          {"status_list",
           {{"bits", 2},
            {"lst", crypto::base64url_encode(node::compress(octets, node::Wrapping::zlib))}}}};
}

inline json status_entry(const std::string& type, const std::string& purpose = "revocation") {
  return {{"type", type},
          {"statusPurpose", purpose},
          {"statusListIndex", std::to_string(kListed)},
          {"statusListCredential", kListUrl}};
}

/// A credential with this entry, in the form that its standard belongs to.
inline std::string bitstring_credential(const TestIssuer& issuer, const json& entry) {
  json document = issuer.vcdm();
  document["credentialStatus"] = entry;
  return issuer.prove(document);
}
inline std::string ebsi_credential(const TestIssuer& issuer, const json& entry) {
  json claims = issuer.ebsi_claims();
  claims["vc"]["credentialStatus"] = entry;
  return issuer.sign(claims);
}
inline std::string sd_jwt_credential(const TestIssuer& issuer) {
  json claims = issuer.sd_claims();
  claims["status"] = {{"status_list", {{"idx", kListed}, {"uri", kListUrl}}}};
  return issuer.sign(claims, "dc+sd-jwt") + "~";
}

}  // namespace kedge::test
