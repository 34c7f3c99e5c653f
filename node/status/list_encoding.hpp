// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/status/list_signer.hpp"
#include "node/status/list_terms.hpp"
#include "node/status/purpose_bits.hpp"

/// The published encodings of a list, each a pure function of the statuses and the terms. What
/// verifiers trip over is tabulated in README.md: bit orders, compressions, alphabets, units.
namespace kedge::node {

inline constexpr std::string_view kVcType = "application/vc";
inline constexpr std::string_view kVcJwtType = "application/vc+jwt";
inline constexpr std::string_view kTokenJwtType = "application/statuslist+jwt";
inline constexpr std::string_view kTokenCwtType = "application/statuslist+cwt";

/// W3C Bitstring Status List v1.0 section 4: `u` and base64url of gzip of one bit an entry.
std::string bitstring_text(ByteView gzipped);

/// A BitstringStatusListCredential (VC Data Model 2.0) without proof, as compact JSON. `ttl` is in
/// milliseconds.
std::string bitstring_credential(std::string_view encoded_list, StatusPurpose purpose,
                                 const ListTerms& terms);
/// The same with ecdsa-jcs-2019 or eddsa-jcs-2022; invalid_argument for a secp256k1 key.
Result<std::string> sign_bitstring_credential(std::string_view credential, const ListTerms& terms,
                                              const ListSigner& signer);
/// The same as application/vc+jwt (Securing Verifiable Credentials using JOSE and COSE 1.0).
Result<std::string> sign_bitstring_jwt(std::string_view credential, const ListSigner& signer);

/// StatusList2021: standard base64, with padding, of gzip of one bit an entry.
std::string status_list_2021_text(ByteView gzipped);

/// A StatusList2021Credential (VC Data Model 1.1) as the JWT that EBSI's verifier and its Trusted
/// Issuers Registry take: every claim equal to its member of `vc`, times in whole seconds,
/// `validFrom` the same text as `issuanceDate`.
Result<std::string> sign_status_list_2021(std::string_view encoded_list, StatusPurpose purpose,
                                          const ListTerms& terms, const ListSigner& signer);

/// Token Status List section 4: zlib of two bits an entry, index 0 in the least significant bits,
/// which is how the log packs them (0 VALID, 1 INVALID, 2 SUSPENDED).
Bytes token_list(ByteView packed, std::uint64_t size);

/// Section 5.1: a JWT of type statuslist+jwt; `ttl` is in seconds.
Result<std::string> sign_token_jwt(ByteView compressed, const ListTerms& terms,
                                   const ListSigner& signer);
/// Section 5.2: a CWT in COSE_Sign1.
Result<Bytes> sign_token_cwt(ByteView compressed, const ListTerms& terms, const ListSigner& signer);

/// Section 9.1: `{"status_lists":[..]}` over the URIs of an issuer's lists.
std::string token_aggregation(const std::vector<std::string>& uris);

}  // namespace kedge::node
