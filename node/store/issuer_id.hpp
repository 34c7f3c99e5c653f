// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace kedge::node {

/// A store's own dense number of an issuer, from 0 in order of creation. Never leaves the node.
using IssuerId = std::uint32_t;

/// Bounds of every engine: a location fits eight octets.
inline constexpr IssuerId kMaxIssuers = (1u << 24) - 1;
inline constexpr std::uint64_t kMaxPositions = std::uint64_t{1} << 40;

}  // namespace kedge::node
