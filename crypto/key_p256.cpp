// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

#include "crypto/key_backend.hpp"
#include "crypto/key_evp.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto::detail {
namespace {

/// Never freed: read only, and needed as long as there are keys.
const EC_GROUP* group() {
  static const EC_GROUP* const shared = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  return shared;
}

/// ASN.1 DER of a signature, which is what OpenSSL takes: two unsigned integers of 32 octets.
class DerSignature {
 public:
  explicit DerSignature(ByteView signature) {
    put(signature.first(32));
    put(signature.last(32));
    bytes_[1] = static_cast<std::uint8_t>(size_ - 2);
  }

  [[nodiscard]] ByteView bytes() const { return {bytes_.data(), size_}; }

 private:
  void put(ByteView number) {
    const auto first = std::find_if(number.begin(), number.end() - 1,
                                    [](std::uint8_t octet) { return octet != 0; });
    const bool padded = (*first & 0x80) != 0;
    bytes_[size_++] = 0x02;
    bytes_[size_++] = static_cast<std::uint8_t>(number.end() - first + (padded ? 1 : 0));
    if (padded) bytes_[size_++] = 0;
    size_ = static_cast<std::size_t>(
        std::copy(first, number.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_)) -
        bytes_.begin());
  }

  std::array<std::uint8_t, 72> bytes_{0x30, 0};
  std::size_t size_ = 2;
};

/// r ‖ s with the lower of s and n - s, so that a signature of ours has one form.
Result<Bytes> low_s_signature(ByteView der) {
  const std::uint8_t* cursor = der.data();
  const std::unique_ptr<ECDSA_SIG, OpensslDelete<ECDSA_SIG_free>> parsed(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  const Bignum s(parsed == nullptr ? nullptr : BN_dup(ECDSA_SIG_get0_s(parsed.get())));
  const Bignum half(BN_dup(EC_GROUP_get0_order(group())));
  if (s == nullptr || half == nullptr || BN_rshift1(half.get(), half.get()) != 1 ||
      (BN_cmp(s.get(), half.get()) > 0 &&
       BN_sub(s.get(), EC_GROUP_get0_order(group()), s.get()) != 1)) {
    return Error{Errc::crypto, "cannot read a P-256 signature"};
  }
  Bytes out(kSignatureSize);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out.data(), 32) != 32 ||
      BN_bn2binpad(s.get(), out.data() + 32, 32) != 32) {
    return Error{Errc::crypto, "cannot write a P-256 signature"};
  }
  return out;
}

/// An OpenSSL key of a point, and of its private scalar where there is one.
EvpKey make_key(ByteView uncompressed, const BIGNUM* secret) {
  const std::unique_ptr<OSSL_PARAM_BLD, OpensslDelete<OSSL_PARAM_BLD_free>> builder(
      OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, uncompressed.data(),
                                       uncompressed.size()) != 1 ||
      (secret != nullptr &&
       OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) != 1)) {
    return nullptr;
  }
  const std::unique_ptr<OSSL_PARAM, OpensslDelete<OSSL_PARAM_free>> parameters(
      OSSL_PARAM_BLD_to_param(builder.get()));
  const EvpKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key,
                        secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                        parameters.get()) != 1) {
    return nullptr;
  }
  return EvpKey(key);
}

class P256PublicKey final : public VerifyingKey {
 public:
  P256PublicKey(EvpKey key, const EC_POINT* point) : key_(std::move(key)) {
    EC_POINT_point2oct(group(), point, POINT_CONVERSION_COMPRESSED, compressed_.data(),
                       compressed_.size(), nullptr);
    EC_POINT_point2oct(group(), point, POINT_CONVERSION_UNCOMPRESSED, uncompressed_.data(),
                       uncompressed_.size(), nullptr);
  }

  [[nodiscard]] ByteView bytes() const override { return compressed_; }
  [[nodiscard]] ByteView uncompressed() const override { return uncompressed_; }

  [[nodiscard]] bool verify(ByteView message, ByteView signature) const override {
    const Hash digest = sha256(message);
    const DerSignature der(signature);
    const EvpKeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    return context != nullptr && EVP_PKEY_verify_init(context.get()) == 1 &&
           EVP_PKEY_verify(context.get(), der.bytes().data(), der.bytes().size(), digest.data(),
                           digest.size()) == 1;
  }

 private:
  EvpKey key_;
  std::array<std::uint8_t, 33> compressed_{};
  std::array<std::uint8_t, 65> uncompressed_{};
};

class P256SecretKey final : public SigningKey {
 public:
  P256SecretKey(EvpKey key, ByteView secret) : SigningKey(secret), key_(std::move(key)) {}

  [[nodiscard]] Result<Bytes> sign(ByteView message) const override {
    const Hash digest = sha256(message);
    const EvpKeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    std::array<std::uint8_t, 80> der;
    std::size_t size = der.size();
    if (context == nullptr || EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_sign(context.get(), der.data(), &size, digest.data(), digest.size()) != 1) {
      return Error{Errc::crypto, "cannot sign with P-256"};
    }
    return low_s_signature({der.data(), size});
  }

 private:
  EvpKey key_;
};

Result<std::array<std::uint8_t, 65>> encode(const EC_POINT* point) {
  std::array<std::uint8_t, 65> out{};
  if (EC_POINT_point2oct(group(), point, POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(),
                         nullptr) != out.size()) {
    return Error{Errc::crypto, "cannot encode a P-256 point"};
  }
  return out;
}

VerifyingKeyResult make_public(const EC_POINT* point) {
  const auto encoded = encode(point);
  if (!encoded) return encoded.error();
  EvpKey key = make_key(*encoded, nullptr);
  if (key == nullptr) return Error{Errc::crypto, "cannot load a P-256 public key"};
  return std::shared_ptr<const VerifyingKey>(
      std::make_shared<P256PublicKey>(std::move(key), point));
}

}  // namespace

VerifyingKeyResult p256_public(ByteView bytes) {
  const EcPoint point(EC_POINT_new(group()));
  if (point == nullptr) throw std::bad_alloc();
  if (!is_point_encoding(bytes) ||
      EC_POINT_oct2point(group(), point.get(), bytes.data(), bytes.size(), nullptr) != 1) {
    return invalid_argument(
        "a P-256 public key is a point of the curve in 33 octets (compressed) or 65");
  }
  return make_public(point.get());
}

Result<KeyPair> p256_secret(ByteView secret) {
  const Bignum scalar(BN_secure_new());
  const EcPoint point(EC_POINT_new(group()));
  if (scalar == nullptr || point == nullptr ||
      BN_bin2bn(secret.data(), static_cast<int>(secret.size()), scalar.get()) == nullptr) {
    throw std::bad_alloc();
  }
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group())) >= 0) {
    return invalid_argument("a P-256 private key lies between 1 and the order of the curve");
  }
  if (EC_POINT_mul(group(), point.get(), scalar.get(), nullptr, nullptr, nullptr) != 1) {
    return Error{Errc::crypto, "cannot derive a P-256 public key"};
  }
  const auto encoded = encode(point.get());
  if (!encoded) return encoded.error();
  EvpKey key = make_key(*encoded, scalar.get());
  if (key == nullptr) return Error{Errc::crypto, "cannot load a P-256 private key"};
  auto verifying = make_public(point.get());
  if (!verifying) return std::move(verifying).error();
  return KeyPair{*std::move(verifying), std::make_unique<P256SecretKey>(std::move(key), secret)};
}

}  // namespace kedge::crypto::detail
