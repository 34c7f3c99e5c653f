// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// RFC 4648 section 4: the standard alphabet (`+`, `/`) with padding.
std::string base64_encode(ByteView bytes);

/// RFC 4648 section 5: the URL-safe alphabet (`-`, `_`) without padding, as JOSE uses it.
std::string base64url_encode(ByteView bytes);

/// Both decoders accept exactly what their encoder writes, so that no octets have two texts:
/// characters outside the alphabet, white space, missing, wrong or superfluous padding and non-zero
/// trailing bits (RFC 4648 section 3.5) are invalid_argument.
Result<Bytes> base64_decode(std::string_view text);
Result<Bytes> base64url_decode(std::string_view text);

}  // namespace kedge::crypto
