// SPDX-License-Identifier: Apache-2.0
#include "node/store/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace kedge::node {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82f63b78;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1) ^ ((value & 1) != 0 ? kReflectedPolynomial : 0);
    }
    table[i] = value;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kTable = make_table();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(std::uint32_t start,
                                                             std::string_view octets) noexcept {
  std::uint64_t sum = ~start;
  const char* at = octets.data();
  std::size_t left = octets.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    sum = _mm_crc32_u64(sum, word);
    at += sizeof word;
  }
  auto rest = static_cast<std::uint32_t>(sum);
  for (; left > 0; --left) rest = _mm_crc32_u8(rest, static_cast<std::uint8_t>(*at++));
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c_portable(std::uint32_t start, std::string_view octets) noexcept {
  std::uint32_t sum = ~start;
  for (const char c : octets) sum = (sum >> 8) ^ kTable[(sum ^ static_cast<std::uint8_t>(c)) & 255];
  return ~sum;
}

std::uint32_t crc32c(std::uint32_t start, std::string_view octets) noexcept {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return crc32c_sse42(start, octets);
#endif
  return crc32c_portable(start, octets);
}

}  // namespace kedge::node
