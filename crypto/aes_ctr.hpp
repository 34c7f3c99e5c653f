// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// AES-128 in counter mode (NIST SP 800-38A): encrypts and decrypts alike. It authenticates
/// nothing. `counter` is the first counter block.
Result<Bytes> aes128_ctr(const std::array<std::uint8_t, 16>& key,
                         const std::array<std::uint8_t, 16>& counter, ByteView text);

}  // namespace kedge::crypto
