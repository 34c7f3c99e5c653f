// SPDX-License-Identifier: Apache-2.0
#include "crypto/rsa.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "crypto/base64.hpp"
#include "crypto/key_evp.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto {
namespace {

using detail::OpensslDelete;
using nlohmann::json;

constexpr std::size_t kMaxExponentBytes = 4;

/// An OpenSSL key of the two numbers; null if it does not take them.
detail::EvpKey make_key(const BIGNUM* modulus, const BIGNUM* exponent) {
  const std::unique_ptr<OSSL_PARAM_BLD, OpensslDelete<OSSL_PARAM_BLD_free>> builder(
      OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
    return nullptr;
  }
  const std::unique_ptr<OSSL_PARAM, OpensslDelete<OSSL_PARAM_free>> parameters(
      OSSL_PARAM_BLD_to_param(builder.get()));
  const detail::EvpKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return detail::EvpKey(key);
}

Result<Bytes> number_member(const json& jwk, const char* name) {
  const auto member = jwk.find(name);
  const auto* text = member != jwk.end() ? member->get_ptr<const std::string*>() : nullptr;
  if (text != nullptr) {
    auto bytes = base64url_decode(*text);
    if (bytes && !bytes->empty()) return bytes;
  }
  return invalid_argument(std::string(name) + " must be a number in base64url without padding",
                          name);
}

Status check_purpose(const json& jwk) {
  if (const auto alg = jwk.find("alg"); alg != jwk.end() && *alg != "RS256") {
    return invalid_argument("alg must be RS256", "alg");
  }
  if (const auto use = jwk.find("use"); use != jwk.end() && *use != "sig") {
    return invalid_argument("use must be sig", "use");
  }
  if (const auto ops = jwk.find("key_ops"); ops != jwk.end()) {
    const bool verifies =
        ops->is_array() &&
        std::any_of(ops->begin(), ops->end(), [](const json& op) { return op == "verify"; });
    if (!verifies) return invalid_argument("key_ops must name verify", "key_ops");
  }
  return {};
}

}  // namespace

struct RsaPublicKey::Key {
  detail::EvpKey evp;
  std::size_t bytes = 0;
};

Result<RsaPublicKey> RsaPublicKey::from_numbers(ByteView modulus, ByteView exponent) {
  if (modulus.empty() || modulus.front() == 0 || modulus.size() > kMaxRsaBits / 8) {
    return invalid_argument("an RSA modulus has 2048 to 4096 bits and no leading zeros", "n");
  }
  const detail::Bignum n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  if (n == nullptr) throw std::bad_alloc();
  if (static_cast<std::size_t>(BN_num_bits(n.get())) < kMinRsaBits || BN_is_odd(n.get()) != 1) {
    return invalid_argument("an RSA modulus is odd and has 2048 to 4096 bits", "n");
  }
  const bool small = exponent.size() == 1 && exponent.front() < 3;
  if (exponent.empty() || exponent.front() == 0 || exponent.size() > kMaxExponentBytes ||
      (exponent.back() & 1) == 0 || small) {
    return invalid_argument("an RSA exponent is odd, from 3 to 2^32 - 1, without leading zeros",
                            "e");
  }
  const detail::Bignum e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
  if (e == nullptr) throw std::bad_alloc();
  auto key = std::make_shared<Key>();
  key->evp = make_key(n.get(), e.get());
  key->bytes = modulus.size();
  if (key->evp == nullptr) return Error{Errc::crypto, "cannot load an RSA public key"};
  return RsaPublicKey(std::move(key));
}

Result<RsaPublicKey> RsaPublicKey::from_jwk(const json& jwk) {
  if (!jwk.is_object()) return invalid_argument("a JWK is a JSON object");
  if (const auto kty = jwk.find("kty"); kty == jwk.end() || *kty != "RSA") {
    return invalid_argument("kty must be RSA", "kty");
  }
  if (const Status purpose = check_purpose(jwk); !purpose) return purpose.error();
  const auto modulus = number_member(jwk, "n");
  if (!modulus) return modulus.error();
  const auto exponent = number_member(jwk, "e");
  if (!exponent) return exponent.error();
  return from_numbers(*modulus, *exponent);
}

Status RsaPublicKey::verify(ByteView message, ByteView signature) const {
  if (signature.size() != key_->bytes) {
    return invalid_argument("the signature has " + std::to_string(signature.size()) +
                            " octets instead of " + std::to_string(key_->bytes));
  }
  const Hash digest = sha256(message);
  const detail::EvpKeyContext context(EVP_PKEY_CTX_new(key_->evp.get(), nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1) {
    return Error{Errc::crypto, "cannot begin to verify with RSA"};
  }
  if (EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                      digest.size()) != 1) {
    return invalid_argument("the signature does not verify");
  }
  return {};
}

}  // namespace kedge::crypto
