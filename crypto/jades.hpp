// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "crypto/jws.hpp"

/// JAdES baseline signatures in JWS JSON serialisation (ETSI TS 119 182-1), as the European Digital
/// Credentials for Learning carry them.
namespace kedge::crypto {

struct Jades {
  JwsHeader header;
  /// What is signed: with `b64:false` (RFC 7797) `protected`, a dot, and the payload as the JSON
  /// string says once unescaped; else `protected.payload`.
  std::string signing_input;
  Bytes signature;
};

/// Takes a JAdES document apart without checking its signature: the flattened JSON serialisation
/// (`payload`, `protected`, `signature`), the general one with exactly one entry in `signatures`,
/// or a compact JWS. The unprotected `header` with its `etsiU` grows when timestamps are added;
/// it is not signed and not looked at.
///
/// Refused with invalid_argument naming the member: several signatures (each would have a digest of
/// its own), a detached or missing payload (`sigD`), names in `crit` that ETSI TS 119 182-1 and
/// RFC 7797 do not define, and whatever parse_jws_header refuses. With b64 true the payload must be
/// canonical base64url.
Result<Jades> parse_jades(std::string_view document);

/// Checks the signature with a given key. Which key it is, the certificate chain in `x5c` says; it
/// is not checked here.
Status verify_jades(const Jades& jades, const PublicKey& key);

}  // namespace kedge::crypto
