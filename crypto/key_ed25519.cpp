// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/key_backend.hpp"
#include "crypto/key_evp.hpp"

namespace kedge::crypto::detail {
namespace {

class Ed25519PublicKey final : public VerifyingKey {
 public:
  Ed25519PublicKey(EvpKey key, ByteView bytes) : key_(std::move(key)) {
    std::ranges::copy(bytes, bytes_.begin());
  }

  [[nodiscard]] ByteView bytes() const override { return bytes_; }
  [[nodiscard]] ByteView uncompressed() const override { return bytes_; }

  [[nodiscard]] bool verify(ByteView message, ByteView signature) const override {
    const EvpMdContext context(EVP_MD_CTX_new());
    return context != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
  }

 private:
  EvpKey key_;
  std::array<std::uint8_t, 32> bytes_;
};

class Ed25519SecretKey final : public SigningKey {
 public:
  Ed25519SecretKey(EvpKey key, ByteView secret) : SigningKey(secret), key_(std::move(key)) {}

  [[nodiscard]] Result<Bytes> sign(ByteView message) const override {
    const EvpMdContext context(EVP_MD_CTX_new());
    Bytes out(kSignatureSize);
    std::size_t size = out.size();
    if (context == nullptr ||
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) != 1 ||
        size != out.size()) {
      return Error{Errc::crypto, "cannot sign with Ed25519"};
    }
    return out;
  }

 private:
  EvpKey key_;
};

}  // namespace

VerifyingKeyResult ed25519_public(ByteView bytes) {
  if (bytes.size() != 32) {
    return invalid_argument("an Ed25519 public key has 32 octets, not " +
                            std::to_string(bytes.size()));
  }
  EvpKey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
  if (key == nullptr) return Error{Errc::crypto, "cannot load an Ed25519 public key"};
  return std::shared_ptr<const VerifyingKey>(
      std::make_shared<Ed25519PublicKey>(std::move(key), bytes));
}

Result<KeyPair> ed25519_secret(ByteView secret) {
  EvpKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()));
  std::array<std::uint8_t, 32> point{};
  std::size_t size = point.size();
  if (key == nullptr || EVP_PKEY_get_raw_public_key(key.get(), point.data(), &size) != 1) {
    return Error{Errc::crypto, "cannot load an Ed25519 private key"};
  }
  auto verifying = ed25519_public(point);
  if (!verifying) return std::move(verifying).error();
  return KeyPair{*std::move(verifying), std::make_unique<Ed25519SecretKey>(std::move(key), secret)};
}

}  // namespace kedge::crypto::detail
