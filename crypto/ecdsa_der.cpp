// SPDX-License-Identifier: Apache-2.0
#include "crypto/ecdsa_der.hpp"

#include "crypto/binary.hpp"

namespace kedge::crypto {
namespace {

constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::size_t kScalarSize = 32;

/// Appends the next integer to `out`, filled with zeros on the left; false if it is not one.
bool append_scalar(BinaryReader& reader, Bytes& out) {
  const auto tag = reader.get<std::uint8_t>();
  ByteView value = reader.take(reader.get<std::uint8_t>());
  if (!reader.ok() || tag != kInteger || value.empty()) return false;
  const bool negative = (value.front() & 0x80) != 0;
  if (negative) return false;
  if (value.front() == 0) {
    const bool needed = value.size() > 1 && (value[1] & 0x80) != 0;
    if (!needed) return false;
    value = value.subspan(1);
  }
  if (value.size() > kScalarSize) return false;
  out.insert(out.end(), kScalarSize - value.size(), 0);
  out.insert(out.end(), value.begin(), value.end());
  return true;
}

}  // namespace

Result<Bytes> ecdsa_signature_from_der(ByteView der) {
  BinaryReader reader(der);
  const auto tag = reader.get<std::uint8_t>();
  const auto size = reader.get<std::uint8_t>();
  Bytes signature;
  signature.reserve(2 * kScalarSize);
  // Two integers of 32 bytes never need the long form of a length.
  if (tag != kSequence || size != reader.remaining() || !append_scalar(reader, signature) ||
      !append_scalar(reader, signature) || !reader.finish("signature")) {
    return invalid_argument("expected a DER-encoded ECDSA signature");
  }
  return signature;
}

}  // namespace kedge::crypto
