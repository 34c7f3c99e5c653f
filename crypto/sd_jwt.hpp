// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "crypto/result.hpp"

/// Selective Disclosure for JWTs (RFC 9901), with SHA-256 digests.
namespace kedge::crypto {

/// An SD-JWT taken apart at its tildes; the views live as long as the text.
struct SdJwt {
  /// The compact JWS that the issuer signed. It is the same in every presentation.
  std::string_view issuer_jwt;
  /// In base64url, canonical.
  std::vector<std::string_view> disclosures;
  /// Compact JWS of the holder, or empty.
  std::string_view key_binding_jwt;
};

/// Splits `jwt~disclosure~…~[kb-jwt]` (RFC 9901 section 4). Refused: no tilde, empty parts other
/// than the last, disclosures that are not canonical base64url, JWTs that are not compact JWS.
/// Signatures and digests are not checked.
Result<SdJwt> split_sd_jwt(std::string_view text);

/// The disclosure of an object member (section 4.2.1). The salt is 128 random bits in base64url.
std::string make_disclosure(std::string_view salt, std::string_view name,
                            const nlohmann::json& value);
/// The disclosure of an array element (section 4.2.2).
std::string make_array_disclosure(std::string_view salt, const nlohmann::json& value);

/// base64url of SHA-256 over the disclosure's text (section 4.2.3).
std::string disclosure_digest(std::string_view disclosure);

/// The claims that the issuer signed and the holder disclosed: section 7.1, steps 3 to 6. Refused
/// with invalid_argument: an `_sd_alg` other than sha-256, a digest that stands twice, a disclosure
/// that no digest refers to, that is malformed, that stands in the wrong kind of container or would
/// overwrite a claim. Check the issuer's signature first.
Result<nlohmann::json> disclosed_claims(const SdJwt& sd_jwt);

}  // namespace kedge::crypto
