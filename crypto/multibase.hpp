// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// The multibase encodings that credentials, DIDs and content identifiers use; the value is the
/// prefix character (draft-multiformats-multibase-08, appendix D.1).
enum class Multibase : char {
  base16 = 'f',
  base16_upper = 'F',
  base32 = 'b',
  base32_upper = 'B',
  base58btc = 'z',
  base64 = 'm',
  base64_pad = 'M',
  base64url = 'u',
  base64url_pad = 'U',
};

struct MultibaseValue {
  Multibase base;
  Bytes bytes;
};

std::string multibase_encode(Multibase base, ByteView bytes);

/// Unknown prefixes are invalid_argument, and so is whatever the base's own decoder refuses. The
/// letters of base16 and base32 may have either case, as the specification asks of decoders.
Result<MultibaseValue> multibase_decode(std::string_view text);

}  // namespace kedge::crypto
