// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "crypto/keys.hpp"

/// What a signature algorithm must offer. Only `keys.cpp` and the algorithms' own files include
/// this.
namespace kedge::crypto::detail {

/// Immutable, and safe to use from several threads.
class VerifyingKey {
 public:
  VerifyingKey() = default;
  VerifyingKey(const VerifyingKey&) = delete;
  VerifyingKey& operator=(const VerifyingKey&) = delete;
  virtual ~VerifyingKey() = default;

  /// 33 octets of a compressed point or 32 of Ed25519.
  [[nodiscard]] virtual ByteView bytes() const = 0;
  /// 65 octets of an uncompressed point or 32 of Ed25519.
  [[nodiscard]] virtual ByteView uncompressed() const = 0;
  /// `signature` has 64 octets.
  [[nodiscard]] virtual bool verify(ByteView message, ByteView signature) const = 0;
};

/// Immutable, and safe to use from several threads. Clears the secret when it is destroyed.
class SigningKey {
 public:
  explicit SigningKey(ByteView secret);
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  virtual ~SigningKey();

  [[nodiscard]] ByteView secret() const { return secret_; }
  [[nodiscard]] virtual Result<Bytes> sign(ByteView message) const = 0;

 private:
  std::array<std::uint8_t, kSecretKeySize> secret_;
};

struct KeyPair {
  std::shared_ptr<const VerifyingKey> verifying;
  std::unique_ptr<const SigningKey> signing;
};

using VerifyingKeyResult = Result<std::shared_ptr<const VerifyingKey>>;

VerifyingKeyResult ed25519_public(ByteView bytes);
VerifyingKeyResult p256_public(ByteView bytes);
VerifyingKeyResult secp256k1_public(ByteView bytes);

/// `secret` has 32 octets.
Result<KeyPair> ed25519_secret(ByteView secret);
Result<KeyPair> p256_secret(ByteView secret);
Result<KeyPair> secp256k1_secret(ByteView secret);

/// The length and the first octet that SEC 1 gives to a compressed or uncompressed point.
bool is_point_encoding(ByteView bytes);

}  // namespace kedge::crypto::detail
