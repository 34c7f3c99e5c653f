// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kedge::crypto {

/// Whether the text is well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing beyond
/// U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

}  // namespace kedge::crypto
