// SPDX-License-Identifier: Apache-2.0
#include "crypto/bytes.hpp"

#include <openssl/crypto.h>

namespace kedge {

bool equal_constant_time(ByteView a, ByteView b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void secure_clear(void* data, std::size_t size) noexcept {
  OPENSSL_cleanse(data, size);
}

}  // namespace kedge
