// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/keys.hpp"

/// JSON Web Signature (RFC 7515) with ES256, ES256K (RFC 8812) and EdDSA (RFC 8037).
namespace kedge::crypto {

/// A protected header, taken apart as far as signatures need it.
struct JwsHeader {
  /// The JSON text as it was signed.
  std::string text;
  std::string alg;
  std::optional<std::string> typ;
  std::optional<std::string> kid;
  /// RFC 7797: whether the payload is signed in base64url (true unless the header says otherwise).
  bool b64 = true;
  /// Names that a verifier must understand. All of them are present in the header.
  std::vector<std::string> crit;
};

/// A compact JWS; the views live as long as the token.
struct Jws {
  JwsHeader header;
  /// `header.payload` as received: what is signed, and what the `jws` digest profile hashes.
  std::string_view signing_input;
  /// In base64url, canonical.
  std::string_view payload_base64url;
  Bytes signature;
};

/// "EdDSA", "ES256", "ES256K".
std::string_view jws_algorithm(KeyType type);

/// Decodes a protected header from base64url. It must be canonical base64url of a strict JSON
/// object with a non-empty `alg` other than `none`, text in `typ` and `kid`, a boolean in `b64`,
/// and a `crit` that follows RFC 7515 section 4.1.11 and names `b64` where that is false (RFC 7797
/// section 6).
Result<JwsHeader> parse_jws_header(std::string_view base64url);

/// Takes a compact JWS apart without checking its signature. Refused: anything but three non-empty
/// parts in canonical base64url (no padding, white space or stray trailing bits), and `b64:false`,
/// which RFC 7797 section 7 forbids in a JWT. Algorithms that cannot be verified here are accepted.
Result<Jws> parse_jws(std::string_view token);

/// Checks a signature over a signing input. The header's `alg` must be that of the key, and
/// `understood` must hold every name in `crit`. EdDSA is also known as Ed25519 (RFC 9864).
Status verify_jws_signature(const JwsHeader& header, ByteView signing_input, ByteView signature,
                            const PublicKey& key,
                            std::span<const std::string_view> understood = {});

/// The same for a compact JWS.
Status verify_jws(const Jws& jws, const PublicKey& key,
                  std::span<const std::string_view> understood = {});

/// Signs a payload. The header is a JSON text whose `alg` must be that of the key; it is taken as
/// it is, octet by octet.
Result<std::string> sign_jws(std::string_view header_json, ByteView payload, const SecretKey& key);

}  // namespace kedge::crypto
