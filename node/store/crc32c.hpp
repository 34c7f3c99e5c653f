// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace kedge::node {

/// CRC-32C (Castagnoli; RFC 3720 section 12.1) of `octets`, going on from `start`, which is 0 or
/// what an earlier call has given. Finds every error of up to 32 neighbouring bits. Uses the
/// processor's instruction where there is one. Thread-safe.
std::uint32_t crc32c(std::uint32_t start, std::string_view octets) noexcept;

/// The same without that instruction, for machines that have none and to test the other.
std::uint32_t crc32c_portable(std::uint32_t start, std::string_view octets) noexcept;

}  // namespace kedge::node
