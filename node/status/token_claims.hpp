// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

/// The names of Token Status List's claims, for writing and reading.
namespace kedge::node {

/// `typ` of the JWT (section 5.1).
inline constexpr std::string_view kTokenJwtTyp = "statuslist+jwt";

/// Bits an entry of the lists that are published here: valid, revoked, suspended.
inline constexpr std::uint64_t kTokenBits = 2;

// Claims of a CWT: RFC 8392 section 3.1, and section 5.2 of Token Status List.
inline constexpr std::uint64_t kCwtIss = 1;
inline constexpr std::uint64_t kCwtSub = 2;
inline constexpr std::uint64_t kCwtExp = 4;
inline constexpr std::uint64_t kCwtIat = 6;
inline constexpr std::uint64_t kCwtStatusList = 65533;
inline constexpr std::uint64_t kCwtTtl = 65534;

}  // namespace kedge::node
