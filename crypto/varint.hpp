// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// The unsigned varint of multiformats: little-endian groups of seven bits, at most nine octets and
/// so at most 63 bits.
inline constexpr std::uint64_t kVarintMax = (std::uint64_t{1} << 63) - 1;

struct DecodedVarint {
  std::uint64_t value = 0;
  /// Octets used; the rest of the input follows.
  std::size_t size = 0;
};

/// Throws std::out_of_range beyond kVarintMax.
void append_varint(Bytes& out, std::uint64_t value);

/// Reads one varint from the front of `bytes`. More octets than needed, more than nine, and a
/// missing end are invalid_argument.
Result<DecodedVarint> read_varint(ByteView bytes);

}  // namespace kedge::crypto
