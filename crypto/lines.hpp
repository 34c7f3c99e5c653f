// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kedge::crypto {

/// Cuts the first line off; a carriage return before the line feed is no part of it.
inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace kedge::crypto
