// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac.hpp"

#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace kedge::crypto {

Hash hmac_sha256(ByteView key, ByteView message) {
  Hash out{};
  unsigned size = 0;
  // A null pointer stands for "the key of last time" there.
  const std::uint8_t none = 0;
  const std::uint8_t* const octets = key.empty() ? &none : key.data();
  if (HMAC(EVP_sha256(), octets, static_cast<int>(key.size()), message.data(), message.size(),
           out.data(), &size) == nullptr ||
      size != out.size()) {
    throw std::runtime_error("the library cannot compute an HMAC");
  }
  return out;
}

}  // namespace kedge::crypto
