// SPDX-License-Identifier: Apache-2.0
#include "crypto/recoverable.hpp"

#include <algorithm>
#include <stdexcept>

#include <secp256k1_recovery.h>

#include "crypto/secp256k1_context.hpp"

namespace kedge::crypto {
namespace {

/// Half the order of the curve, rounded down (SEC 2 section 2.4.1).
constexpr Hash kHalfOrder = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                             0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                             0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};

}  // namespace

Result<RecoverableSignature> sign_recoverable(const SecretKey& key, const Hash& digest) {
  if (key.type() != KeyType::secp256k1) {
    throw std::invalid_argument("sign_recoverable: expected a secp256k1 key");
  }
  const secp256k1_context* context = detail::secp256k1_shared_context();
  secp256k1_ecdsa_recoverable_signature made;
  if (secp256k1_ecdsa_sign_recoverable(context, &made, digest.data(), key.bytes().data(),
                                       secp256k1_nonce_function_rfc6979, nullptr) != 1) {
    return Error{Errc::crypto, "cannot sign with secp256k1"};
  }
  std::array<std::uint8_t, kSignatureSize> compact;
  int recovery = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(context, compact.data(), &recovery,
                                                          &made);
  if (recovery > 1) {
    // x of the nonce's point lies above n: one signature in 2^127, which Ethereum cannot write.
    return Error{Errc::crypto, "the signature has no form that Ethereum knows"};
  }
  RecoverableSignature signature;
  std::copy_n(compact.begin(), 32, signature.r.begin());
  std::copy_n(compact.begin() + 32, 32, signature.s.begin());
  signature.y_odd = recovery == 1;
  return signature;
}

Result<CurvePoint> recover(const Hash& digest, const RecoverableSignature& signature) {
  const secp256k1_context* context = detail::secp256k1_shared_context();
  std::array<std::uint8_t, kSignatureSize> compact;
  std::copy(signature.r.begin(), signature.r.end(), compact.begin());
  std::copy(signature.s.begin(), signature.s.end(), compact.begin() + 32);
  secp256k1_ecdsa_recoverable_signature parsed;
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, compact.data(),
                                                          signature.y_odd ? 1 : 0) != 1 ||
      secp256k1_ecdsa_recover(context, &key, &parsed, digest.data()) != 1) {
    return invalid_argument("no key has made this signature");
  }
  std::array<std::uint8_t, 65> uncompressed;
  std::size_t size = uncompressed.size();
  secp256k1_ec_pubkey_serialize(context, uncompressed.data(), &size, &key,
                                SECP256K1_EC_UNCOMPRESSED);
  CurvePoint point;
  std::copy(uncompressed.begin() + 1, uncompressed.end(), point.begin());
  return point;
}

bool is_low_s(const Hash& s) noexcept {
  return s <= kHalfOrder;
}

}  // namespace kedge::crypto
