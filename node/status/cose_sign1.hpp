// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "crypto/keys.hpp"

/// COSE_Sign1 (RFC 9052 section 4.2), as far as Token Status Lists in CBOR need it.
namespace kedge::node {

/// Its parts. The signature is over `signed_octets`.
struct CoseSign1 {
  /// As received: the octets that are signed.
  Bytes protected_header;
  std::int64_t algorithm = 0;
  /// Empty if there is none.
  Bytes kid;
  /// RFC 9596, as text; empty if there is none.
  std::string typ;
  Bytes payload;
  Bytes signature;
};

/// The COSE algorithm of a key: -7 ES256, -8 EdDSA (RFC 9053 section 2), -47 ES256K (RFC 8812).
std::int64_t cose_algorithm(crypto::KeyType type);

/// `{1: alg, 16: typ}`.
Bytes encode_protected_header(std::int64_t algorithm, std::string_view typ);

/// The Sig_structure of RFC 9052 section 4.4, without external data.
Bytes signed_octets(const CoseSign1& message);

/// With the tag 18.
Bytes encode_cose_sign1(const CoseSign1& message);

/// Reads a message, with or without the tag, in definite lengths and shortest forms. Refused with
/// invalid_argument: a payload that is elsewhere (null), a protected header without `alg` or with
/// `crit`, other kinds of labels than integers and text, and octets that follow.
Result<CoseSign1> decode_cose_sign1(ByteView octets);

/// Checks the signature; the algorithm must be that of the key.
Status verify_cose_sign1(const CoseSign1& message, const crypto::PublicKey& key);

}  // namespace kedge::node
