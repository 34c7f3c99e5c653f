// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/base64.hpp"

namespace kedge::test {

/// An RSA key that signs: what an authorisation server has and the node does not.
class RsaSigner {
 public:
  explicit RsaSigner(unsigned bits = 2048) : key_(EVP_RSA_gen(bits), EVP_PKEY_free) {
    if (key_ == nullptr) throw std::runtime_error("no RSA key");
  }

  [[nodiscard]] nlohmann::json jwk(const std::string& kid) const {
    return {{"kty", "RSA"},
            {"kid", kid},
            {"use", "sig"},
            {"n", number(OSSL_PKEY_PARAM_RSA_N)},
            {"e", number(OSSL_PKEY_PARAM_RSA_E)}};
  }

  [[nodiscard]] std::string sign(const nlohmann::json& header, const nlohmann::json& claims) const {
    std::string token = crypto::base64url_encode(as_bytes(header.dump())) + "." +
                        crypto::base64url_encode(as_bytes(claims.dump()));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    Bytes signature(1024);
    std::size_t size = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, as_bytes(token).data(),
                       token.size()) != 1) {
      throw std::runtime_error("cannot sign");
    }
    signature.resize(size);
    return token + "." + crypto::base64url_encode(signature);
  }

 private:
  [[nodiscard]] std::string number(const char* name) const {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), name, &raw) != 1) throw std::runtime_error(name);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> value(raw, BN_free);
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(value.get())));
    BN_bn2bin(value.get(), bytes.data());
    return crypto::base64url_encode(bytes);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace kedge::test
