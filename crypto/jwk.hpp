// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "crypto/keys.hpp"

namespace kedge::crypto {

/// The public JWK with its required members alone (RFC 7517, RFC 7518 section 6.2, RFC 8037 section
/// 2, RFC 8812 section 3): what RFC 7638 thumbprints and EBSI's did:key are made of.
nlohmann::json jwk_from_public_key(const PublicKey& key);

/// RFC 7638: base64url of SHA-256 over the required members; EBSI names keys by it.
std::string jwk_thumbprint(const PublicKey& key);

/// Reads a public JWK; the private member of a private one is ignored. Refused with
/// invalid_argument: other key types and curves than Ed25519, P-256 and secp256k1, coordinates that
/// are not 32 octets in canonical base64url or not on the curve, an `alg` of another algorithm, a
/// `use` other than `sig`, and `key_ops` without `verify` or `sign`.
Result<PublicKey> public_key_from_jwk(const nlohmann::json& jwk);

/// Reads a private JWK (`d`), which must belong to the public members that stand beside it.
Result<SecretKey> secret_key_from_jwk(const nlohmann::json& jwk);

}  // namespace kedge::crypto
