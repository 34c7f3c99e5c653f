// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kedge {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// A 32-byte hash or digest; SHA-256 unless the name says otherwise.
using Hash = std::array<std::uint8_t, 32>;

/// The octets of a text, without a copy. The view lives as long as the text.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The octets as text, without a copy and without any check of encoding.
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Compares without a data-dependent branch; for secrets such as cookies and tokens.
bool equal_constant_time(ByteView a, ByteView b) noexcept;

/// Overwrites memory in a way that the optimiser keeps.
void secure_clear(void* data, std::size_t size) noexcept;

}  // namespace kedge
