// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include <nlohmann/json_fwd.hpp>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2), which is RS256 in JOSE (RFC 7518 section
/// 3.3): access tokens come signed with it. Verification only; nothing of ours is signed with RSA.
namespace kedge::crypto {

/// Bounds of a modulus: NIST SP 800-131A asks for the least, the greatest keeps a check short.
inline constexpr std::size_t kMinRsaBits = 2048;
inline constexpr std::size_t kMaxRsaBits = 4096;

/// A public key, parsed once. Cheap to copy; may be used from any thread.
class RsaPublicKey {
 public:
  /// Big-endian, without leading zeros. invalid_argument unless the modulus is odd and within the
  /// bounds, and the exponent odd and from 3 to 2^32 - 1.
  static Result<RsaPublicKey> from_numbers(ByteView modulus, ByteView exponent);

  /// A public JWK (RFC 7518 section 6.3.1). Refused with invalid_argument: another `kty` than RSA,
  /// `n` or `e` that are not canonical base64url of such numbers, an `alg` other than RS256, a
  /// `use` other than `sig`, `key_ops` without `verify`. Private members are ignored.
  static Result<RsaPublicKey> from_jwk(const nlohmann::json& jwk);

  /// invalid_argument unless the signature, as long as the modulus, verifies.
  [[nodiscard]] Status verify(ByteView message, ByteView signature) const;

 private:
  struct Key;
  explicit RsaPublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

  std::shared_ptr<const Key> key_;
};

}  // namespace kedge::crypto
