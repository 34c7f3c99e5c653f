// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "crypto/bytes.hpp"

namespace kedge::test {

/// Repeatable octets for tests; print the seed in every failure.
inline Bytes pseudo_random(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  Bytes out(size);
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(engine());
  return out;
}

}  // namespace kedge::test
