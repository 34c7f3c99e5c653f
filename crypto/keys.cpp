// SPDX-License-Identifier: Apache-2.0
#include "crypto/keys.hpp"

#include <algorithm>

#include "crypto/key_backend.hpp"
#include "crypto/random.hpp"

namespace kedge::crypto {

namespace detail {

SigningKey::SigningKey(ByteView secret) {
  std::copy(secret.begin(), secret.end(), secret_.begin());
}

SigningKey::~SigningKey() {
  secure_clear(secret_.data(), secret_.size());
}

bool is_point_encoding(ByteView bytes) {
  if (bytes.size() == 33) return bytes[0] == 0x02 || bytes[0] == 0x03;
  return bytes.size() == 65 && bytes[0] == 0x04;
}

}  // namespace detail

namespace {

detail::VerifyingKeyResult parse_public(KeyType type, ByteView bytes) {
  switch (type) {
    case KeyType::ed25519:
      return detail::ed25519_public(bytes);
    case KeyType::p256:
      return detail::p256_public(bytes);
    case KeyType::secp256k1:
      return detail::secp256k1_public(bytes);
  }
  return invalid_argument("the key type is unknown");
}

Result<detail::KeyPair> parse_secret(KeyType type, ByteView bytes) {
  switch (type) {
    case KeyType::ed25519:
      return detail::ed25519_secret(bytes);
    case KeyType::p256:
      return detail::p256_secret(bytes);
    case KeyType::secp256k1:
      return detail::secp256k1_secret(bytes);
  }
  return invalid_argument("the key type is unknown");
}

}  // namespace

std::string_view key_type_name(KeyType type) {
  switch (type) {
    case KeyType::ed25519:
      return "ed25519";
    case KeyType::p256:
      return "p256";
    case KeyType::secp256k1:
      return "secp256k1";
  }
  return "unknown";
}

Result<KeyType> key_type_from_name(std::string_view name) {
  for (const KeyType type : {KeyType::ed25519, KeyType::p256, KeyType::secp256k1}) {
    if (name == key_type_name(type)) return type;
  }
  return invalid_argument("the key type must be ed25519, p256 or secp256k1");
}

Result<PublicKey> PublicKey::from_bytes(KeyType type, ByteView bytes) {
  auto key = parse_public(type, bytes);
  if (!key) return std::move(key).error();
  return PublicKey(type, *std::move(key));
}

Bytes PublicKey::bytes() const {
  const ByteView view = key_->bytes();
  return {view.begin(), view.end()};
}

Bytes PublicKey::uncompressed() const {
  const ByteView view = key_->uncompressed();
  return {view.begin(), view.end()};
}

Status PublicKey::verify(ByteView message, ByteView signature) const {
  if (signature.size() != kSignatureSize) {
    return invalid_argument("the signature has " + std::to_string(signature.size()) +
                            " octets instead of 64");
  }
  if (!key_->verify(message, signature)) {
    return invalid_argument("the signature does not verify");
  }
  return {};
}

bool operator==(const PublicKey& a, const PublicKey& b) {
  return a.type_ == b.type_ && std::ranges::equal(a.key_->bytes(), b.key_->bytes());
}

SecretKey::SecretKey(PublicKey public_key, std::unique_ptr<const detail::SigningKey> key)
    : public_key_(std::move(public_key)), key_(std::move(key)) {}

SecretKey::SecretKey(SecretKey&&) noexcept = default;
SecretKey& SecretKey::operator=(SecretKey&&) noexcept = default;
SecretKey::~SecretKey() = default;

Result<SecretKey> SecretKey::generate(KeyType type) {
  std::array<std::uint8_t, kSecretKeySize> secret;
  // Less than one draw in 2^32 is out of the range of a curve's order; four in a row mean that the
  // generator is broken.
  for (int attempt = 0; attempt < 4; ++attempt) {
    random_bytes(secret);
    auto key = from_bytes(type, secret);
    secure_clear(secret.data(), secret.size());
    if (key) return key;
  }
  return Error{Errc::crypto, "cannot generate a " + std::string(key_type_name(type)) + " key"};
}

Result<SecretKey> SecretKey::from_bytes(KeyType type, ByteView bytes) {
  if (bytes.size() != kSecretKeySize) {
    return invalid_argument("a private key has 32 octets, not " + std::to_string(bytes.size()));
  }
  auto pair = parse_secret(type, bytes);
  if (!pair) return std::move(pair).error();
  return SecretKey(PublicKey(type, std::move(pair->verifying)), std::move(pair->signing));
}

ByteView SecretKey::bytes() const {
  return key_->secret();
}

Result<Bytes> SecretKey::sign(ByteView message) const {
  return key_->sign(message);
}

}  // namespace kedge::crypto
