// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"

namespace kedge::crypto {

/// Keccak-256 as Ethereum uses it: the original Keccak padding (0x01), not that of FIPS 202
/// SHA3-256 (0x06). See the Ethereum Yellow Paper, appendix A ("KEC").
Hash keccak256(ByteView message) noexcept;

}  // namespace kedge::crypto
