// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "crypto/jws.hpp"
#include "node/status/cose_sign1.hpp"
#include "node/status/foreign_list.hpp"

/// Whole documents that hold a list: what a verifier must have checked before it looks up an index.
/// Signatures are not checked here, because the key is the verifier's question; the documents are
/// taken apart into what its signature check needs by crypto/jws.hpp, crypto/data_integrity.hpp and
/// cose_sign1.hpp.
namespace kedge::node {

/// What the credential whose status is asked for says of the list, and when it is asked.
struct ExpectedList {
  /// `statusListCredential` or `uri`, from which the document was fetched.
  std::string uri = {};
  /// Who must have issued the list; empty: anybody.
  std::string issuer = {};
  /// Not looked at in a Token Status List.
  StatusPurpose purpose = StatusPurpose::revocation;
  /// Milliseconds since 1970.
  std::uint64_t now_ms = 0;
};

struct ForeignDocument {
  ForeignList list;
  /// As claimed: `issuer` or `iss`; empty if the document has none.
  std::string issuer;
  /// Milliseconds since 1970.
  std::optional<std::uint64_t> valid_until_ms;
  /// For how long it may be kept, in milliseconds.
  std::optional<std::uint64_t> ttl_ms;
};

/// A BitstringStatusListCredential of VC Data Model 2.0, as JSON text: types, `id` (if any) equal
/// to the URI, issuer, purpose (text, or a set that holds it), validity, list.
ListResult<ForeignDocument> decode_bitstring_credential(std::string_view credential,
                                                        const ExpectedList& expected);
/// The same as vc+jwt: `typ` is that or absent, and `iss`, `jti`, `nbf`, `exp`, where present,
/// agree with the credential.
ListResult<ForeignDocument> decode_bitstring_jwt(const crypto::Jws& jwt,
                                                 const ExpectedList& expected);

/// A StatusList2021Credential in the JWT of VC Data Model 1.1, with the consistency rules of EBSI's
/// verifier: `typ` is JWT; `iss`, `jti`, `sub`, `iat`, `nbf`, `exp` equal their members of `vc`.
ListResult<ForeignDocument> decode_status_list_2021_jwt(const crypto::Jws& jwt,
                                                        const ExpectedList& expected);

/// Token Status List section 8.3: `typ`, `sub` equal to the URI, `iat` not in the future, `exp` not
/// passed, `iss` (if any).
ListResult<ForeignDocument> decode_token_jwt(const crypto::Jws& jwt, const ExpectedList& expected);
ListResult<ForeignDocument> decode_token_cwt(const CoseSign1& cwt, const ExpectedList& expected);

}  // namespace kedge::node
