// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// Keys from passwords. Both take as long as their parameters say, and block meanwhile; who takes
/// parameters from a file bounds them first. What they return is a secret: the caller clears it.
namespace kedge::crypto {

struct ScryptParameters {
  /// A power of two above 1 (N).
  std::uint64_t cost = 0;
  std::uint64_t block_size = 0;
  std::uint64_t parallelism = 0;

  /// Octets of memory that it takes, without the small change.
  [[nodiscard]] std::uint64_t memory() const { return 128 * cost * block_size; }
};

/// RFC 7914. invalid_argument for parameters that it does not allow.
Result<Bytes> scrypt(std::string_view password, ByteView salt, const ScryptParameters& parameters,
                     std::size_t size);

/// RFC 8018 section 5.2 with HMAC-SHA-256. invalid_argument without iterations.
Result<Bytes> pbkdf2_sha256(std::string_view password, ByteView salt, std::uint32_t iterations,
                            std::size_t size);

}  // namespace kedge::crypto
