// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "crypto/bytes.hpp"

namespace kedge::crypto {

/// SHA-256 (FIPS 180-4) of one message. Fast for short messages too: no allocation, no context and
/// no algorithm look-up. Many messages of one length go through `crypto/sha256_batch.hpp`.
Hash sha256(ByteView message) noexcept;

/// SHA-256 of a message that arrives in parts. One object is for one thread at a time.
class Sha256 {
 public:
  Sha256() noexcept;

  Sha256& update(ByteView part) noexcept;

  /// The hash of everything since construction or the last `finish`; begins a new message.
  Hash finish() noexcept;

 private:
  void reset() noexcept;

  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> block_;
  std::uint64_t size_ = 0;
};

}  // namespace kedge::crypto
