// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace kedge::node::cli {

/// Appends a text as a JSON string; what is no UTF-8, such as some file names, is replaced.
void append_any_text(std::string& out, std::string_view text);

/// The one JSON object that a command prints under `--json`: members in the order in which they are
/// added. Keys are literals of the program and are written as they are.
class JsonLine {
 public:
  JsonLine& text(std::string_view key, std::string_view value);
  template <std::unsigned_integral T>
  JsonLine& number(std::string_view key, T value) {
    return raw(key, std::to_string(value));
  }
  /// With three decimals.
  JsonLine& seconds(std::string_view key, double value);
  JsonLine& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  /// `json` is JSON already.
  JsonLine& raw(std::string_view key, std::string_view json);

  /// The whole object, without a line feed.
  [[nodiscard]] std::string finished() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

}  // namespace kedge::node::cli
