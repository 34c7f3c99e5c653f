// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/keys.hpp"

/// Decentralised identifiers that are keys (did:key) and that EBSI registers (did:ebsi).
namespace kedge::crypto {

/// The W3C Multikey of a public key: `z` and base58btc of the multicodec and the key. It is the
/// method-specific part of did:key, and `publicKeyMultibase` in DID documents.
std::string multikey(const PublicKey& key);
/// Strict; multicodecs other than ed25519-pub, p256-pub and secp256k1-pub are invalid_argument.
Result<PublicKey> public_key_from_multikey(std::string_view text);

/// `did:key:` and the multikey (did:key method, W3C CCG).
std::string did_key(const PublicKey& key);

/// EBSI's did:key of natural persons: multicodec jwk_jcs-pub (0xeb51) over the RFC 8785 form of the
/// JWK's required members. For all three key types.
std::string did_key_jwk_jcs(const PublicKey& key);

/// The key of a did:key of either form. Refused: fragments and other suffixes, JWKs that are not in
/// their canonical form or have other than their required members.
Result<PublicKey> public_key_from_did_key(std::string_view did);

/// `did#fragment`, where the fragment of a did:key repeats its method-specific part: the `kid` and
/// `verificationMethod` of credentials.
std::string did_key_url(std::string_view did);

/// The syntax of EBSI's DIDs of legal entities: `did:ebsi:z` and base58btc of 0x01 and 16 octets
/// (EBSI DID method for legal entities, version 1). Whether it is registered is not asked.
Status check_did_ebsi(std::string_view did);

/// The generic syntax of a DID (W3C DID Core section 3.1), without path, query and fragment.
Status check_did(std::string_view did);

}  // namespace kedge::crypto
