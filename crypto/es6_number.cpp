// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "crypto/jcs.hpp"

namespace kedge::crypto {

void append_es6_number(std::string& out, double value) {
  // Covers -0, which ECMAScript writes without its sign.
  if (value == 0) {
    out += '0';
    return;
  }
  // The shortest digits that read back as the same number; of several, the closest to it.
  char text[32];
  const char* const end =
      std::to_chars(std::begin(text), std::end(text), value, std::chars_format::scientific).ptr;
  const char* cursor = text;
  if (*cursor == '-') out += *cursor++;

  char digits[24];
  int count = 0;
  for (; cursor != end && *cursor != 'e'; ++cursor) {
    if (*cursor != '.') digits[count++] = *cursor;
  }
  cursor += cursor[1] == '+' ? 2 : 1;
  int exponent = 0;
  std::from_chars(cursor, end, exponent);

  // ECMA-262 Number::toString: the value is 0.digits times ten to the power of `point`.
  const int point = exponent + 1;
  const auto append_digits = [&](int first, int last) {
    out.append(digits + first, static_cast<std::size_t>(last - first));
  };
  const auto append_zeros = [&](int zeros) { out.append(static_cast<std::size_t>(zeros), '0'); };
  if (count <= point && point <= 21) {
    append_digits(0, count);
    append_zeros(point - count);
  } else if (0 < point && point <= 21) {
    append_digits(0, point);
    out += '.';
    append_digits(point, count);
  } else if (-6 < point && point <= 0) {
    out += "0.";
    append_zeros(-point);
    append_digits(0, count);
  } else {
    out += digits[0];
    if (count > 1) {
      out += '.';
      append_digits(1, count);
    }
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(exponent));
  }
}

}  // namespace kedge::crypto
