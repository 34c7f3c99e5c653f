// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/keys.hpp"

/// ECDSA on secp256k1 over a digest of the caller's, with what it takes to recover the public key
/// from the signature (SEC 1 section 4.1.6): the way Ethereum signs transactions and blocks.
namespace kedge::crypto {

/// The coordinates x ‖ y of a public key, without the leading 0x04.
using CurvePoint = std::array<std::uint8_t, 64>;

struct RecoverableSignature {
  Hash r{};
  Hash s{};
  /// Whether the y coordinate of the nonce's point is odd.
  bool y_odd = false;

  friend bool operator==(const RecoverableSignature&, const RecoverableSignature&) = default;
};

/// Low-S and deterministic (RFC 6979): the same key and digest give the same octets. Throws
/// std::invalid_argument for a key that is not of secp256k1.
Result<RecoverableSignature> sign_recoverable(const SecretKey& key, const Hash& digest);

/// The only key that can have made the signature. Both s and n - s are accepted: who counts signers
/// must count keys, not signatures. Numbers outside [1, n - 1] and signatures that belong to no key
/// are invalid_argument.
Result<CurvePoint> recover(const Hash& digest, const RecoverableSignature& signature);

/// s <= n / 2, which EIP-2 demands of transactions.
bool is_low_s(const Hash& s) noexcept;

}  // namespace kedge::crypto
