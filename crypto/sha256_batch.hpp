// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/bytes.hpp"

namespace kedge::crypto {

/// Hashes `count` log entries of `entry_size` octets, stored back to back at `entries`, as leaves
/// of an RFC 9162 tree (section 2.1.1): out[i] = SHA-256(0x00 || entry i). `out` has room for
/// `count` hashes and does not overlap `entries`. Thread-safe.
void hash_leaves(const std::uint8_t* entries, std::size_t entry_size, std::size_t count,
                 Hash* out) noexcept;

/// Hashes `pairs` pairs of neighbours into their parents (RFC 9162, section 2.1.1):
/// out[i] = SHA-256(0x01 || children[2i] || children[2i + 1]). `out` has room for `pairs` hashes;
/// it may be `children` itself, so that a level can shrink in place, and overlaps it in no other
/// way. Thread-safe.
void hash_nodes(const Hash* children, std::size_t pairs, Hash* out) noexcept;

/// The implementations of SHA-256. Which ones the processor can run is found at run time.
enum class Sha256Backend : std::uint8_t {
  /// Plain C++.
  portable,
  /// The SHA extensions of x86-64, with several messages interleaved in the batch form.
  sha_ni,
  /// Sixteen messages at once in AVX-512 registers in the batch form, else as `sha_ni`.
  avx512,
};

std::string_view backend_name(Sha256Backend backend) noexcept;

/// Whether this processor and operating system can run `backend`.
bool sha256_supports(Sha256Backend backend) noexcept;

/// The backend in use: the fastest that is supported, found by a short measurement at the first
/// hash, until a test forces another one.
Sha256Backend sha256_backend() noexcept;

/// Makes every later hash of the process use `backend`. For tests and benchmarks. Throws
/// std::invalid_argument if the processor does not support it.
void force_sha256_backend(Sha256Backend backend);

}  // namespace kedge::crypto
