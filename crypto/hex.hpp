// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// Lower-case hex without a prefix, the only form that Kedge writes and reads.
std::string to_hex(ByteView bytes);

/// Appends the lower-case hex of `bytes` to `out`.
void append_hex(std::string& out, ByteView bytes);

/// Strict: lower case, even length, no prefix, no white space. The empty text is no octets.
Result<Bytes> from_hex(std::string_view text);

/// Decodes exactly `out.size()` octets into place, without allocation unless it fails; on failure
/// `out` is unspecified.
Status decode_hex(std::string_view text, std::span<std::uint8_t> out);

/// Exactly 64 lower-case hex characters.
Result<Hash> hash_from_hex(std::string_view text);

}  // namespace kedge::crypto
