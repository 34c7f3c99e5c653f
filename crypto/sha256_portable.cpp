// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "crypto/sha256_engine.hpp"

namespace kedge::crypto::detail {
namespace {

constexpr std::size_t kRounds = 64;

std::uint32_t load_big_endian(const std::uint8_t* from) {
  return (std::uint32_t{from[0]} << 24) | (std::uint32_t{from[1]} << 16) |
         (std::uint32_t{from[2]} << 8) | std::uint32_t{from[3]};
}

void store_big_endian(const std::uint32_t* state, std::uint8_t* out) {
  for (std::size_t i = 0; i < 32; ++i) {
    out[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  }
}

/// FIPS 180-4 section 6.2.2, step 1, with K added.
void schedule(const std::uint8_t* block, std::uint32_t* kw) {
  std::uint32_t w[kRounds];
  for (std::size_t t = 0; t < 16; ++t) w[t] = load_big_endian(block + 4 * t);
  for (std::size_t t = 16; t < kRounds; ++t) {
    const std::uint32_t a = w[t - 15];
    const std::uint32_t b = w[t - 2];
    w[t] = w[t - 16] + w[t - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
  }
  for (std::size_t t = 0; t < kRounds; ++t) kw[t] = w[t] + kSha256Rounds[t];
}

/// FIPS 180-4 section 6.2.2, steps 2 to 4.
void rounds(std::uint32_t* state, const std::uint32_t* kw) {
  std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  std::uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (std::size_t t = 0; t < kRounds; ++t) {
    const std::uint32_t t1 =
        h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + kw[t];
    const std::uint32_t t2 =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

void compress(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) {
  std::uint32_t kw[kRounds];
  for (; count > 0; --count, blocks += kSha256Block) {
    schedule(blocks, kw);
    rounds(state, kw);
  }
}

void leaves(const std::uint8_t* entries, std::size_t entry_size, std::size_t count,
            std::uint8_t* out) {
  const std::size_t blocks = leaf_blocks(entry_size);
  std::uint8_t block[kSha256Block];
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t state[8];
    std::memcpy(state, kSha256Initial, sizeof state);
    for (std::size_t b = 0; b < blocks; ++b) {
      leaf_block(entries + i * entry_size, entry_size, b, block);
      compress(state, block, 1);
    }
    store_big_endian(state, out + 32 * i);
  }
}

void nodes(const std::uint8_t* children, std::size_t pairs, std::uint8_t* out) {
  std::uint8_t block[kSha256Block];
  for (std::size_t i = 0; i < pairs; ++i) {
    const std::uint8_t* pair = children + 64 * i;
    block[0] = kNodePrefix;
    std::memcpy(block + 1, pair, 63);
    std::uint32_t state[8];
    std::memcpy(state, kSha256Initial, sizeof state);
    compress(state, block, 1);
    rounds(state, kNodeTail.rows[pair[63]]);
    store_big_endian(state, out + 32 * i);
  }
}

}  // namespace

constinit const Sha256Engine kPortableEngine = {compress, leaves, nodes};

}  // namespace kedge::crypto::detail
