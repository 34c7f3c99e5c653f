// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// The rule that turns a credential into its 32-byte digest. The values are part of the leaf entry.
///
/// | profile    | the digest is SHA-256 of                                                       |
/// | ---------- | ------------------------------------------------------------------------------ |
/// | `bytes`    | the raw octets                                                                 |
/// | `jws`      | the JWS signing input as received; an SD-JWT is cut at the first `~`           |
/// | `jcs`      | the RFC 8785 form of the JSON object without its top-level `proof`             |
/// | `jades`    | the JAdES signing input (`b64:false`: protected ‖ "." ‖ raw payload)           |
/// | `external` | whatever the caller canonicalised; only the digest can be sent                 |
enum class DigestProfile : std::uint8_t { bytes = 1, jws = 2, jcs = 3, jades = 4, external = 5 };

/// "bytes", "jws", "jcs", "jades", "external".
std::string_view profile_name(DigestProfile profile);

/// invalid_argument listing the known names for anything else.
Result<DigestProfile> profile_from_name(std::string_view name);

/// invalid_argument for an id that is not 1 to 5.
Result<DigestProfile> profile_from_id(std::uint8_t id);

/// The digest of a credential exactly as received; white space around a compact token is refused,
/// so whoever reads a text file strips its last line feed. A document that is not what its profile
/// says is invalid_argument, and the message names the rule that failed. A credential for
/// `external` is always refused: its canonical form is the caller's work.
/// May be called from any thread.
Result<Hash> credential_digest(DigestProfile profile, ByteView credential);

}  // namespace kedge::crypto
