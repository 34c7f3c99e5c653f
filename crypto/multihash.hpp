// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// Code of SHA2-256 in the multicodec table.
inline constexpr std::uint64_t kMultihashSha256 = 0x12;

/// Longer digests than this are refused; the longest in use has 64 octets.
inline constexpr std::size_t kMultihashMaxDigest = 128;

/// A self-describing hash (draft-multiformats-multihash-07): varint code, varint length, digest.
/// The digest may be a truncated one; the caller decides which codes and lengths it trusts.
struct Multihash {
  std::uint64_t code = 0;
  Bytes digest;
};

Bytes multihash_encode(std::uint64_t code, ByteView digest);

/// Non-canonical varints, missing and trailing octets and digests over kMultihashMaxDigest are
/// invalid_argument.
Result<Multihash> multihash_decode(ByteView bytes);

/// The digest of a multihash that must be an untruncated SHA2-256.
Result<Hash> sha256_from_multihash(ByteView bytes);

}  // namespace kedge::crypto
