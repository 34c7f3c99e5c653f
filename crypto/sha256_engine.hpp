// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define KEDGE_SHA256_X86 1
#endif

/// What the backends of SHA-256 share; included by them alone. It speaks in plain pointers and
/// `static` functions: backends are compiled for instructions that not every processor has, and an
/// inline function of the standard library that is emitted there could be the copy that the linker
/// keeps for the whole program.
namespace kedge::crypto::detail {

inline constexpr std::size_t kSha256Block = 64;

/// RFC 9162 section 2.1.1: the domain separation of leaves and nodes.
inline constexpr std::uint8_t kLeafPrefix = 0x00;
inline constexpr std::uint8_t kNodePrefix = 0x01;

/// H(0) of FIPS 180-4 section 5.3.3.
alignas(16) inline constexpr std::uint32_t kSha256Initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// K of FIPS 180-4 section 4.2.2.
alignas(64) inline constexpr std::uint32_t kSha256Rounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// A node has 65 octets, so its second block holds one octet of the right child and padding: only
/// 256 message schedules exist. Row b is K + W of that block for the octet b.
struct alignas(64) NodeTail {
  std::uint32_t rows[256][64];
};
extern const NodeTail kNodeTail;

/// One implementation of SHA-256. The batch members take and give hashes of 32 octets back to back.
struct Sha256Engine {
  /// Feeds `count` blocks of 64 octets into the eight words of `state`.
  void (*compress)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);
  /// See `hash_leaves` and `hash_nodes`.
  void (*leaves)(const std::uint8_t* entries, std::size_t entry_size, std::size_t count,
                 std::uint8_t* out);
  void (*nodes)(const std::uint8_t* children, std::size_t pairs, std::uint8_t* out);
};

extern const Sha256Engine kPortableEngine;
extern const Sha256Engine kShaNiEngine;
extern const Sha256Engine kAvx512Engine;

/// The engine of the backend in use.
const Sha256Engine& sha256_engine() noexcept;

/// Blocks of the padded message 0x00 || entry.
[[maybe_unused]] static std::size_t leaf_blocks(std::size_t entry_size) {
  return (entry_size + 73) / kSha256Block;
}

/// The last eight octets of a padded message of `message_size` octets.
[[maybe_unused]] static void put_bit_length(std::size_t message_size, std::uint8_t* last_block) {
  const std::uint64_t bits = std::uint64_t{message_size} * 8;
  for (std::size_t i = 0; i < 8; ++i) {
    last_block[56 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
  }
}

/// Writes block `index` of the padded message 0x00 || entry (FIPS 180-4 section 5.1.1).
[[maybe_unused]] static void leaf_block(const std::uint8_t* entry, std::size_t entry_size,
                                        std::size_t index, std::uint8_t* block) {
  const std::size_t message_size = entry_size + 1;
  const std::size_t begin = index * kSha256Block;
  std::size_t filled = 0;
  if (index == 0) block[filled++] = kLeafPrefix;
  if (begin + filled < message_size) {
    const std::size_t left = message_size - begin - filled;
    const std::size_t room = kSha256Block - filled;
    const std::size_t copied = left < room ? left : room;
    std::memcpy(block + filled, entry + begin + filled - 1, copied);
    filled += copied;
  }
  std::memset(block + filled, 0, kSha256Block - filled);
  if (begin <= message_size && message_size - begin < kSha256Block) {
    block[message_size - begin] = 0x80;
  }
  if (index + 1 == leaf_blocks(entry_size)) put_bit_length(message_size, block);
}

}  // namespace kedge::crypto::detail
