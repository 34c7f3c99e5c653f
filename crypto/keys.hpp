// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// Ed25519 (RFC 8032), ECDSA on P-256 and on secp256k1, both over SHA-256 (FIPS 186-5, SEC 2).
enum class KeyType : std::uint8_t { ed25519, p256, secp256k1 };

/// Length of every private key, in octets.
inline constexpr std::size_t kSecretKeySize = 32;
/// Length of every signature: R ‖ S of Ed25519, r ‖ s of ECDSA (IEEE P1363, RFC 7518 section 3.4).
inline constexpr std::size_t kSignatureSize = 64;

/// "ed25519", "p256", "secp256k1": the names of key files.
std::string_view key_type_name(KeyType type);
Result<KeyType> key_type_from_name(std::string_view name);

namespace detail {
class VerifyingKey;
class SigningKey;
}  // namespace detail

/// A public key, parsed once. Cheap to copy; all const members may be called from any thread.
class PublicKey {
 public:
  /// Ed25519: 32 octets. ECDSA: 33 octets compressed or 65 uncompressed (SEC 1 section 2.3.3); the
  /// point must lie on the curve. Anything else is invalid_argument.
  static Result<PublicKey> from_bytes(KeyType type, ByteView bytes);

  [[nodiscard]] KeyType type() const noexcept { return type_; }
  /// 32 octets of Ed25519, or the 33 octets of the compressed point.
  [[nodiscard]] Bytes bytes() const;
  /// The 65 octets 0x04 ‖ x ‖ y of an ECDSA key; the 32 octets of Ed25519.
  [[nodiscard]] Bytes uncompressed() const;

  /// Checks a signature of 64 octets over the message. For ECDSA both s and n - s are accepted,
  /// because published credentials carry either (RFC 7515 appendix A.3 does). A signature that does
  /// not verify is invalid_argument.
  [[nodiscard]] Status verify(ByteView message, ByteView signature) const;

  friend bool operator==(const PublicKey& a, const PublicKey& b);

 private:
  friend class SecretKey;
  PublicKey(KeyType type, std::shared_ptr<const detail::VerifyingKey> key)
      : type_(type), key_(std::move(key)) {}

  KeyType type_;
  std::shared_ptr<const detail::VerifyingKey> key_;
};

/// A private key. Move-only; the secret is overwritten when the last owner goes. A moved-from key
/// may only be destroyed or assigned to. Const members may be called from any thread.
class SecretKey {
 public:
  /// A new key from the system's CSPRNG, which throws if it has no randomness.
  static Result<SecretKey> generate(KeyType type);
  /// 32 octets: the seed of Ed25519, or the big-endian scalar of ECDSA in [1, n - 1].
  static Result<SecretKey> from_bytes(KeyType type, ByteView bytes);

  SecretKey(SecretKey&&) noexcept;
  SecretKey& operator=(SecretKey&&) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ~SecretKey();

  [[nodiscard]] KeyType type() const noexcept { return public_key_.type(); }
  /// The 32 octets that from_bytes takes. The view lives as long as the key: copy it nowhere that
  /// is not cleared.
  [[nodiscard]] ByteView bytes() const;
  [[nodiscard]] const PublicKey& public_key() const noexcept { return public_key_; }

  /// A signature of 64 octets over the message. ECDSA signatures are low-S; secp256k1 takes its
  /// nonce from RFC 6979 and Ed25519 from RFC 8032, so both are deterministic, P-256 is not.
  [[nodiscard]] Result<Bytes> sign(ByteView message) const;

 private:
  explicit SecretKey(PublicKey public_key, std::unique_ptr<const detail::SigningKey> key);

  PublicKey public_key_;
  std::unique_ptr<const detail::SigningKey> key_;
};

}  // namespace kedge::crypto
