// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/reference_jcs.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <nlohmann/json.hpp>

namespace kedge::fuzz {
namespace {

/// The UTF-16 code units of valid UTF-8.
std::u16string utf16(const std::string& text) {
  std::u16string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      point = (point << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    if (point >= 0x10000) {
      out.push_back(static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xdc00 + ((point - 0x10000) & 0x3ff)));
    } else {
      out.push_back(static_cast<char16_t>(point));
    }
    i += length;
  }
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
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
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char escape[8];
          std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
          out += escape;
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

/// The fewest digits that read back as `value` after "0." and before "e<point>"; of several such
/// numbers the closest. Beside a power of two the closest one of a length need not read back, but
/// its neighbour may.
std::string shortest_digits(double value, int& point) {
  for (int count = 1;; ++count) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*e", count - 1, value);
    const std::string scientific = text;
    const std::size_t e = scientific.find('e');
    std::string digits = scientific.substr(0, e);
    if (count > 1) digits.erase(1, 1);
    point = std::atoi(scientific.c_str() + e + 1) + 1;
    const long long closest = std::atoll(digits.c_str());
    for (const long long candidate : {closest, closest + 1, closest - 1}) {
      digits = std::to_string(candidate);
      if (static_cast<int>(digits.size()) != count) continue;
      const std::string decimal = digits + "e" + std::to_string(point - count);
      if (std::strtod(decimal.c_str(), nullptr) == value) return digits;
    }
  }
}

/// ECMA-262 Number::toString.
std::string number(double value) {
  if (value == 0) return "0";
  if (value < 0) return "-" + number(-value);
  int n = 0;
  const std::string digits = shortest_digits(value, n);
  const int k = static_cast<int>(digits.size());
  if (k <= n && n <= 21) return digits + std::string(static_cast<std::size_t>(n - k), '0');
  if (0 < n && n <= 21) {
    return digits.substr(0, static_cast<std::size_t>(n)) + "." +
           digits.substr(static_cast<std::size_t>(n));
  }
  if (-6 < n && n <= 0) return "0." + std::string(static_cast<std::size_t>(-n), '0') + digits;
  const std::string exponent = (n > 0 ? "e+" : "e-") + std::to_string(std::abs(n - 1));
  return k == 1 ? digits + exponent : digits.substr(0, 1) + "." + digits.substr(1) + exponent;
}

}  // namespace

std::string reference_jcs(const nlohmann::json& value) {
  if (value.is_string()) return quoted(value.get<std::string>());
  if (value.is_number()) return number(value.get<double>());
  if (value.is_array()) {
    std::string out = "[";
    for (const auto& item : value) out += (out.size() > 1 ? "," : "") + reference_jcs(item);
    return out + "]";
  }
  if (value.is_object()) {
    std::map<std::u16string, std::string> members;
    for (const auto& [name, item] : value.items()) {
      members[utf16(name)] = quoted(name) + ":" + reference_jcs(item);
    }
    std::string out = "{";
    for (const auto& [name, member] : members) out += (out.size() > 1 ? "," : "") + member;
    return out + "}";
  }
  return value.dump();
}

}  // namespace kedge::fuzz
