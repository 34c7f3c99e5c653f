// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace kedge::bench {

/// Runs the SHA-256 compression of the SHA extensions `blocks` times on each of `streams` (1, 2, 3
/// or 4) interleaved messages that stay in the first-level cache, with the message schedule and
/// without any padding or copying: what the instructions can do and no tree can exceed without
/// other ones. Returns a word that depends on all of it. Call only where the processor has the
/// extensions.
std::uint32_t raw_sha_ni(int streams, std::size_t blocks);

}  // namespace kedge::bench
