// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/credential/status_entry.hpp"

namespace kedge::node {

enum class CredentialForm : std::uint8_t {
  /// Octets in which no signature is known here: a PDF, JSON without a proof.
  plain,
  /// Signed in a way that is not checked here: JAdES, a JWS or SD-JWT that is no credential.
  other_signed,
  /// VCDM 1.1 in a JWT: the claim `vc` (VCDM 1.1 section 6.3.1).
  jwt_vc_1_1,
  /// VCDM 2.0 in a JWT: its members are the claims (VC-JOSE-COSE section 3.1.1).
  jwt_vc_2_0,
  /// SD-JWT VC (draft-ietf-oauth-sd-jwt-vc).
  sd_jwt_vc,
  /// VCDM 1.1 or 2.0 in JSON with Data Integrity proofs.
  data_integrity,
};

/// One line for a person, such as `JWT VC 1.1`.
std::string_view form_name(CredentialForm form);

/// What a holder shows, taken apart; nothing of it has been verified.
struct Credential {
  CredentialForm form = CredentialForm::plain;
  /// As it was received, but for a line end behind a token.
  std::string document;

  /// `alg`, `typ` and `kid` of a JWT, and whether it carries certificates (`x5c`).
  std::string algorithm;
  std::optional<std::string> type_header;
  std::optional<std::string> key_id;
  bool has_certificates = false;

  /// The URI of whoever issued it; empty where the form does not say.
  std::string issuer;
  /// Those of its subjects that have an identifier.
  std::vector<std::string> subjects;
  /// VCDM: `type`.
  std::vector<std::string> types;
  /// Milliseconds since 1970. The latest beginning and the earliest end of those that it states.
  std::optional<std::int64_t> valid_from_ms;
  std::optional<std::int64_t> valid_until_ms;
  /// When it says that it was signed: the moment for which the issuer's keys are asked.
  std::optional<std::int64_t> issued_ms;
  std::vector<CredentialStatusEntry> statuses;

  /// The claims of a JWT, those of an SD-JWT with what was disclosed, or the whole JSON document.
  nlohmann::json claims;
  /// SD-JWT: the claims as they were signed, without what was disclosed.
  nlohmann::json signed_claims;
  /// SD-JWT: why the disclosures do not belong to it.
  std::optional<Error> disclosure_fault;

  /// The VCDM object: `claims["vc"]`, or `claims`.
  [[nodiscard]] const nlohmann::json& body() const;
};

/// Longer documents that look like JSON or a token are refused; others are `plain` at any length.
inline constexpr std::size_t kMaxCredentialText = std::size_t{8} << 20;

/// Tells the forms apart by their content and reads what the checks need, strictly. A document that
/// has one of the forms and breaks its grammar is invalid_argument; the field is the path of the
/// member, such as `vc.credentialStatus[0].statusListIndex`. Rules of the forms beyond that are
/// checked by check_claims().
Result<Credential> parse_credential(ByteView document);

}  // namespace kedge::node
