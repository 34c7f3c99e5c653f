// SPDX-License-Identifier: Apache-2.0
#include "crypto/keccak.hpp"

#include <bit>
#include <cstring>

namespace kedge::crypto {
namespace {

constexpr std::size_t kLanes = 25;
constexpr std::size_t kRate = 136;

/// The state A[x, y] of FIPS 202, lane x + 5y.
using State = std::array<std::uint64_t, kLanes>;

constexpr std::array<std::uint64_t, 24> kRoundConstants = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

/// Rho and pi as one cycle through the 24 lanes other than (0, 0): where the next lane goes, and by
/// how much it is rotated on the way.
constexpr std::array<std::uint8_t, 24> kPiLane = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                                  15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
constexpr std::array<std::uint8_t, 24> kRotation = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                                    27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};

void permute(State& a) {
  for (const std::uint64_t round_constant : kRoundConstants) {
    std::array<std::uint64_t, 5> c;
    for (std::size_t x = 0; x < 5; ++x) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (std::size_t x = 0; x < 5; ++x) {
      const std::uint64_t d = c[(x + 4) % 5] ^ std::rotl(c[(x + 1) % 5], 1);
      for (std::size_t y = 0; y < kLanes; y += 5) a[x + y] ^= d;
    }
    std::uint64_t moving = a[1];
    for (std::size_t i = 0; i < kPiLane.size(); ++i) {
      const std::uint64_t displaced = a[kPiLane[i]];
      a[kPiLane[i]] = std::rotl(moving, kRotation[i]);
      moving = displaced;
    }
    for (std::size_t y = 0; y < kLanes; y += 5) {
      for (std::size_t x = 0; x < 5; ++x) c[x] = a[y + x];
      for (std::size_t x = 0; x < 5; ++x) a[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
    }
    a[0] ^= round_constant;
  }
}

std::uint64_t load_little_endian(const std::uint8_t* from) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = (value << 8) | from[i];
  return value;
}

void absorb(State& state, const std::uint8_t* block) {
  for (std::size_t lane = 0; lane < kRate / 8; ++lane) {
    state[lane] ^= load_little_endian(block + 8 * lane);
  }
  permute(state);
}

}  // namespace

Hash keccak256(ByteView message) noexcept {
  State state{};
  while (message.size() >= kRate) {
    absorb(state, message.data());
    message = message.subspan(kRate);
  }
  std::array<std::uint8_t, kRate> last{};
  if (!message.empty()) std::memcpy(last.data(), message.data(), message.size());
  last[message.size()] ^= 0x01;
  last[kRate - 1] ^= 0x80;
  absorb(state, last.data());

  Hash hash;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    hash[i] = static_cast<std::uint8_t>(state[i / 8] >> (8 * (i % 8)));
  }
  return hash;
}

}  // namespace kedge::crypto
