// SPDX-License-Identifier: Apache-2.0
#include "crypto/varint.hpp"

#include <algorithm>
#include <stdexcept>

namespace kedge::crypto {

void append_varint(Bytes& out, std::uint64_t value) {
  if (value > kVarintMax) throw std::out_of_range("append_varint: more than 63 bits");
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

Result<DecodedVarint> read_varint(ByteView bytes) {
  constexpr std::size_t kMaxSize = 9;
  DecodedVarint out;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), kMaxSize))) {
    out.value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * out.size);
    ++out.size;
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && out.size > 1) {
      return invalid_argument("expected a varint in its shortest form");
    }
    return out;
  }
  return bytes.size() < kMaxSize ? invalid_argument("varint is truncated")
                                 : invalid_argument("expected a varint of at most 9 octets");
}

}  // namespace kedge::crypto
