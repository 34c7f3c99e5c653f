// SPDX-License-Identifier: Apache-2.0
#include "crypto/kdf.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

namespace kedge::crypto {

Result<Bytes> scrypt(std::string_view password, ByteView salt, const ScryptParameters& parameters,
                     std::size_t size) {
  Bytes key(size);
  // Its own bound is 32 MiB; ours are the caller's.
  constexpr std::uint64_t kNoBound = UINT64_MAX;
  if (EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(), parameters.cost,
                     parameters.block_size, parameters.parallelism, kNoBound, key.data(),
                     key.size()) != 1) {
    ERR_clear_error();
    return invalid_argument("scrypt knows no such parameters, or there is not enough memory");
  }
  return key;
}

Result<Bytes> pbkdf2_sha256(std::string_view password, ByteView salt, std::uint32_t iterations,
                            std::size_t size) {
  Bytes key(size);
  if (iterations > INT32_MAX ||
      PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                        static_cast<int>(key.size()), key.data()) != 1) {
    ERR_clear_error();
    return invalid_argument("PBKDF2 knows no such parameters");
  }
  return key;
}

}  // namespace kedge::crypto
