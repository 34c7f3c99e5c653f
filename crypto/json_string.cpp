// SPDX-License-Identifier: Apache-2.0
#include "crypto/json_string.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kedge::crypto {
namespace {

constexpr std::ptrdiff_t kWord = sizeof(std::uint64_t);
constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;

constexpr std::uint64_t has_zero(std::uint64_t word) {
  return (word - kOnes) & ~word & kHighs;
}

/// Whether one of eight octets must be escaped. Most texts need no escape at all.
constexpr bool has_escape(std::uint64_t word) {
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return (control | has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\'))) != 0;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  const char* copied = text.data();
  const char* cursor = copied;
  const char* const end = copied + text.size();
  while (cursor != end) {
    if (end - cursor >= kWord) {
      std::uint64_t word;
      std::memcpy(&word, cursor, kWord);
      if (!has_escape(word)) {
        cursor += kWord;
        continue;
      }
    }
    const char* const stop = cursor + std::min(kWord, end - cursor);
    for (; cursor != stop; ++cursor) {
      if (static_cast<unsigned char>(*cursor) >= 0x20 && *cursor != '"' && *cursor != '\\')
        continue;
      out.append(copied, cursor);
      append_escape(out, *cursor);
      copied = cursor + 1;
    }
  }
  out.append(copied, end);
  out += '"';
}

}  // namespace kedge::crypto
