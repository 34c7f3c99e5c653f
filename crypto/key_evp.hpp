// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <openssl/ec.h>
#include <openssl/evp.h>

/// Owners of OpenSSL objects, for the files of this folder alone.
namespace kedge::crypto::detail {

template <auto Free>
struct OpensslDelete {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using EvpKey = std::unique_ptr<EVP_PKEY, OpensslDelete<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslDelete<EVP_PKEY_CTX_free>>;
using EvpCipherContext = std::unique_ptr<EVP_CIPHER_CTX, OpensslDelete<EVP_CIPHER_CTX_free>>;
using EvpMdContext = std::unique_ptr<EVP_MD_CTX, OpensslDelete<EVP_MD_CTX_free>>;
using EcPoint = std::unique_ptr<EC_POINT, OpensslDelete<EC_POINT_free>>;
/// Clears the number, because it may be a private key.
using Bignum = std::unique_ptr<BIGNUM, OpensslDelete<BN_clear_free>>;

}  // namespace kedge::crypto::detail
