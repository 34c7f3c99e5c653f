// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"

namespace kedge::crypto {

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1). Throws std::runtime_error if the library fails.
Hash hmac_sha256(ByteView key, ByteView message);

}  // namespace kedge::crypto
