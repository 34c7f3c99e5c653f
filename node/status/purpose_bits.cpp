// SPDX-License-Identifier: Apache-2.0
#include "node/status/purpose_bits.hpp"

#include <array>
#include <stdexcept>

namespace kedge::node {
namespace {

using Nibbles = std::array<std::uint8_t, 256>;

/// For four packed entries, bit `plane` of each as four bits, the first entry in the highest.
constexpr Nibbles make_nibbles(unsigned plane) {
  Nibbles out{};
  for (unsigned packed = 0; packed < out.size(); ++packed) {
    unsigned nibble = 0;
    for (unsigned entry = 0; entry < 4; ++entry) {
      nibble |= (packed >> (2 * entry + plane) & 1U) << (3 - entry);
    }
    out[packed] = static_cast<std::uint8_t>(nibble);
  }
  return out;
}

// A revoked entry is 0b01, a suspended one 0b10.
constexpr Nibbles kRevoked = make_nibbles(0);
constexpr Nibbles kSuspended = make_nibbles(1);

}  // namespace

std::string_view purpose_name(StatusPurpose purpose) {
  return purpose == StatusPurpose::revocation ? "revocation" : "suspension";
}

Result<StatusPurpose> purpose_from_name(std::string_view name) {
  for (const StatusPurpose purpose : kStatusPurposes) {
    if (purpose_name(purpose) == name) return purpose;
  }
  return invalid_argument("expected revocation or suspension", "purpose");
}

Bytes purpose_bits(ByteView packed, std::uint64_t size, StatusPurpose purpose) {
  if (packed.size() < (size + 3) / 4) throw std::invalid_argument("fewer statuses than entries");
  const Nibbles& nibbles = purpose == StatusPurpose::revocation ? kRevoked : kSuspended;
  Bytes out((size + 7) / 8);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t high = packed[2 * i];
    const std::uint8_t low = 2 * i + 1 < packed.size() ? packed[2 * i + 1] : std::uint8_t{0};
    out[i] = static_cast<std::uint8_t>(nibbles[high] << 4 | nibbles[low]);
  }
  if (const unsigned used = size % 8; used != 0) {
    out.back() = static_cast<std::uint8_t>(out.back() & 0xff00U >> used);
  }
  return out;
}

}  // namespace kedge::node
