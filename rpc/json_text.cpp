// SPDX-License-Identifier: Apache-2.0
#include "rpc/json_text.hpp"

#include <simdjson.h>

namespace kedge::rpc {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

/// `at` is the opening quote; the result is behind the closing one: the first with an even number
/// of backslashes right before it.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 1;
  while (true) {
    at = text.find('"', at + 1);
    if (at == std::string_view::npos) return text.size();
    std::size_t slashes = at;
    while (slashes > begin && text[slashes - 1] == '\\') --slashes;
    if ((at - slashes) % 2 == 0) return at + 1;
  }
}

/// `at` is the first octet of a value; the result is behind its last one.
std::size_t skip_value(std::string_view text, std::size_t at) {
  if (text[at] == '"') return skip_string(text, at);
  if (text[at] != '{' && text[at] != '[') {
    while (at < text.size() && !is_space(text[at]) && text[at] != ',' && text[at] != ']' &&
           text[at] != '}') {
      ++at;
    }
    return at;
  }
  std::size_t depth = 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
        at = skip_string(text, at);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
  return at;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t octet) { out.push_back(static_cast<char>(octet)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::uint32_t hex4(std::string_view text) {
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    value = value * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

/// Decodes the inside of a string with escapes.
std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out.push_back(text[i]);
      continue;
    }
    switch (text[++i]) {
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u': {
        std::uint32_t code = hex4(text.substr(i + 1));
        i += 4;
        if (code >= 0xD800 && code < 0xDC00) {
          code = 0x10000 + ((code - 0xD800) << 10) + (hex4(text.substr(i + 3)) - 0xDC00);
          i += 6;
        }
        append_utf8(out, code);
        break;
      }
      default:
        out.push_back(text[i]);
        break;
    }
  }
  return out;
}

}  // namespace

JsonKind kind_of(std::string_view text) {
  switch (trim_json(text).front()) {
    case '{':
      return JsonKind::object;
    case '[':
      return JsonKind::array;
    case '"':
      return JsonKind::string;
    case 't':
    case 'f':
      return JsonKind::boolean;
    case 'n':
      return JsonKind::null;
    default:
      return JsonKind::number;
  }
}

std::string_view kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::object:
      return "an object";
    case JsonKind::array:
      return "an array";
    case JsonKind::string:
      return "a string";
    case JsonKind::number:
      return "a number";
    case JsonKind::boolean:
      return "true or false";
    case JsonKind::null:
      break;
  }
  return "null";
}

std::string_view trim_json(std::string_view text) {
  text.remove_prefix(skip_space(text, 0));
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

Members object_members(std::string_view text) {
  Members members;
  std::size_t at = skip_space(text, skip_space(text, 0) + 1);
  while (text[at] != '}') {
    const std::size_t name_end = skip_string(text, at);
    const std::string_view name = text.substr(at, name_end - at);
    const std::size_t value = skip_space(text, skip_space(text, name_end) + 1);
    const std::size_t value_end = skip_value(text, value);
    members.push_back({string_value(name), text.substr(value, value_end - value)});
    at = skip_space(text, value_end);
    if (text[at] == ',') at = skip_space(text, at + 1);
  }
  return members;
}

std::vector<std::string_view> array_elements(std::string_view text) {
  std::vector<std::string_view> elements;
  std::size_t at = skip_space(text, skip_space(text, 0) + 1);
  while (text[at] != ']') {
    const std::size_t end = skip_value(text, at);
    elements.push_back(text.substr(at, end - at));
    at = skip_space(text, end);
    if (text[at] == ',') at = skip_space(text, at + 1);
  }
  return elements;
}

std::size_t count_elements(std::string_view text, std::string_view name) {
  if (kind_of(text) != JsonKind::object) return 0;
  for (const Member& member : object_members(text)) {
    if (member.name != name) continue;
    if (kind_of(member.value) != JsonKind::array) return 0;
    const std::string_view array = trim_json(member.value);
    std::size_t count = 0;
    std::size_t at = skip_space(array, 1);
    while (array[at] != ']') {
      ++count;
      at = skip_space(array, skip_value(array, at));
      if (array[at] == ',') at = skip_space(array, at + 1);
    }
    return count;
  }
  return 0;
}

std::string string_value(std::string_view text) {
  text = trim_json(text);
  text = text.substr(1, text.size() - 2);
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  return unescape(text);
}

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string repaired;
  if (!is_utf8(text)) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x80) {
        repaired.push_back(c);
      } else {
        repaired.append("\xEF\xBF\xBD");
      }
    }
    text = repaired;
  }
  out.push_back('"');
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (octet >= 0x20) {
      out.push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else {
      out.append("\\u00");
      out.push_back(kHex[octet >> 4]);
      out.push_back(kHex[octet & 15]);
    }
  }
  out.push_back('"');
}

}  // namespace kedge::rpc
