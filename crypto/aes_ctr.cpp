// SPDX-License-Identifier: Apache-2.0
#include "crypto/aes_ctr.hpp"

#include "crypto/key_evp.hpp"

namespace kedge::crypto {

Result<Bytes> aes128_ctr(const std::array<std::uint8_t, 16>& key,
                         const std::array<std::uint8_t, 16>& counter, ByteView text) {
  const detail::EvpCipherContext context(EVP_CIPHER_CTX_new());
  Bytes out(text.size());
  int written = 0;
  if (!context ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.data(), counter.data()) !=
          1 ||
      EVP_EncryptUpdate(context.get(), out.data(), &written, text.data(),
                        static_cast<int>(text.size())) != 1) {
    return Error{Errc::crypto, "cannot use AES"};
  }
  return out;
}

}  // namespace kedge::crypto
