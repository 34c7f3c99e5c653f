// SPDX-License-Identifier: Apache-2.0
#include <secp256k1.h>

#include "crypto/key_backend.hpp"
#include "crypto/secp256k1_context.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto::detail {
namespace {

class Secp256k1PublicKey final : public VerifyingKey {
 public:
  explicit Secp256k1PublicKey(const secp256k1_pubkey& key) : key_(key) {
    std::size_t size = compressed_.size();
    secp256k1_ec_pubkey_serialize(secp256k1_shared_context(), compressed_.data(), &size, &key_,
                                  SECP256K1_EC_COMPRESSED);
    size = uncompressed_.size();
    secp256k1_ec_pubkey_serialize(secp256k1_shared_context(), uncompressed_.data(), &size, &key_,
                                  SECP256K1_EC_UNCOMPRESSED);
  }

  [[nodiscard]] ByteView bytes() const override { return compressed_; }
  [[nodiscard]] ByteView uncompressed() const override { return uncompressed_; }

  [[nodiscard]] bool verify(ByteView message, ByteView signature) const override {
    secp256k1_ecdsa_signature parsed;
    if (secp256k1_ecdsa_signature_parse_compact(secp256k1_shared_context(), &parsed,
                                                signature.data()) != 1) {
      return false;
    }
    // The library verifies low-S only, JOSE asks for no such thing.
    secp256k1_ecdsa_signature_normalize(secp256k1_shared_context(), &parsed, &parsed);
    const Hash digest = sha256(message);
    return secp256k1_ecdsa_verify(secp256k1_shared_context(), &parsed, digest.data(), &key_) == 1;
  }

 private:
  secp256k1_pubkey key_;
  std::array<std::uint8_t, 33> compressed_;
  std::array<std::uint8_t, 65> uncompressed_;
};

class Secp256k1SecretKey final : public SigningKey {
 public:
  using SigningKey::SigningKey;

  [[nodiscard]] Result<Bytes> sign(ByteView message) const override {
    const Hash digest = sha256(message);
    secp256k1_ecdsa_signature signature;
    if (secp256k1_ecdsa_sign(secp256k1_shared_context(), &signature, digest.data(), secret().data(),
                             secp256k1_nonce_function_rfc6979, nullptr) != 1) {
      return Error{Errc::crypto, "cannot sign with secp256k1"};
    }
    Bytes out(kSignatureSize);
    secp256k1_ecdsa_signature_serialize_compact(secp256k1_shared_context(), out.data(), &signature);
    return out;
  }
};

}  // namespace

VerifyingKeyResult secp256k1_public(ByteView bytes) {
  secp256k1_pubkey key;
  if (!is_point_encoding(bytes) || secp256k1_ec_pubkey_parse(secp256k1_shared_context(), &key,
                                                             bytes.data(), bytes.size()) != 1) {
    return invalid_argument(
        "a secp256k1 public key is a point of the curve in 33 octets (compressed) or 65");
  }
  return std::shared_ptr<const VerifyingKey>(std::make_shared<Secp256k1PublicKey>(key));
}

Result<KeyPair> secp256k1_secret(ByteView secret) {
  secp256k1_pubkey key;
  if (secp256k1_ec_pubkey_create(secp256k1_shared_context(), &key, secret.data()) != 1) {
    return invalid_argument("a secp256k1 private key lies between 1 and the order of the curve");
  }
  return KeyPair{std::make_shared<Secp256k1PublicKey>(key),
                 std::make_unique<Secp256k1SecretKey>(secret)};
}

}  // namespace kedge::crypto::detail
