// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "crypto/sha256_engine.hpp"

namespace kedge::crypto::detail {
namespace {

constexpr NodeTail make_node_tail() {
  constexpr std::uint32_t kMessageBits = 65 * 8;
  NodeTail table{};
  for (std::uint32_t octet = 0; octet < 256; ++octet) {
    std::uint32_t w[64] = {(octet << 24) | 0x00800000};
    w[15] = kMessageBits;
    for (int t = 16; t < 64; ++t) {
      const std::uint32_t a = w[t - 15];
      const std::uint32_t b = w[t - 2];
      w[t] = w[t - 16] + w[t - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) +
             (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
    }
    for (int t = 0; t < 64; ++t) table.rows[octet][t] = w[t] + kSha256Rounds[t];
  }
  return table;
}

}  // namespace

constinit const NodeTail kNodeTail = make_node_tail();

}  // namespace kedge::crypto::detail
