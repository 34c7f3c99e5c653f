// SPDX-License-Identifier: Apache-2.0
#include "node/cli/json_line.hpp"

#include <array>
#include <cstdio>

#include "crypto/json_string.hpp"
#include "crypto/utf8.hpp"

namespace kedge::node::cli {

void append_any_text(std::string& out, std::string_view text) {
  if (crypto::is_utf8(text)) return crypto::append_json_string(out, text);
  std::string replaced;
  for (const char c : text) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    replaced += ascii ? std::string(1, c) : "\xEF\xBF\xBD";
  }
  crypto::append_json_string(out, replaced);
}

JsonLine& JsonLine::text(std::string_view key, std::string_view value) {
  std::string json;
  append_any_text(json, value);
  return raw(key, json);
}

JsonLine& JsonLine::seconds(std::string_view key, double value) {
  std::array<char, 32> json{};
  std::snprintf(json.data(), json.size(), "%.3f", value);
  return raw(key, json.data());
}

JsonLine& JsonLine::raw(std::string_view key, std::string_view json) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  text_ += key;
  text_ += "\":";
  text_ += json;
  return *this;
}

}  // namespace kedge::node::cli
