// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kedge::crypto {

/// Appends `text`, quoted, as a JSON string with the shortest escapes (RFC 8785 section 3.2.2.2):
/// quotation mark, backslash and control characters only. Precondition: valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace kedge::crypto
