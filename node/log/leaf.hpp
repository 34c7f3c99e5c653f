// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"
#include "crypto/digest_profile.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

using Salt = std::array<std::uint8_t, 16>;

/// One anchored credential: `u8 profile ‖ salt[16] ‖ digest[32]`, 49 bytes. The salt keeps anyone
/// without the proof bundle from testing guesses against published leaf hashes. With the 0x00
/// prefix of RFC 9162 the entry fits one SHA-256 block.
struct LeafEntry {
  static constexpr std::size_t kSize = 49;

  crypto::DigestProfile profile = crypto::DigestProfile::bytes;
  Salt salt{};
  Hash digest{};

  friend bool operator==(const LeafEntry&, const LeafEntry&) = default;
};

using LeafBytes = std::array<std::uint8_t, LeafEntry::kSize>;

LeafBytes encode_leaf(const LeafEntry& leaf);

/// Refuses any other length than 49 and any unknown profile.
Result<LeafEntry> decode_leaf(ByteView bytes);

/// SHA-256(0x00 ‖ entry), RFC 9162 section 2.1.1.
Hash leaf_hash(const LeafEntry& leaf);

}  // namespace kedge::node
