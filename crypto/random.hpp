// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace kedge::crypto {

/// Fills `out` from the operating system's generator for cryptography. Throws std::runtime_error if
/// there is none or it fails: nothing may go on with guessable salts or keys. Thread-safe.
void random_bytes(std::span<std::uint8_t> out);

}  // namespace kedge::crypto
