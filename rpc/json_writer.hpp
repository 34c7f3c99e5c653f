// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/bytes.hpp"

namespace kedge::rpc {

/// Writes JSON without white space straight into a text; puts the commas. Whoever uses it sees to
/// it that objects and arrays are closed and that names are plain ASCII. A name of `{}` is for
/// elements of an array and for the value as a whole.
///
///     JsonWriter json(out);
///     json.begin_object().number("size", 7).begin_array("path");
///     for (const Hash& hash : path) json.hash({}, hash);
///     json.end_array().end_object();
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object(std::string_view name = {});
  JsonWriter& end_object();
  JsonWriter& begin_array(std::string_view name = {});
  JsonWriter& end_array();

  JsonWriter& number(std::string_view name, std::uint64_t value);
  JsonWriter& boolean(std::string_view name, bool value);
  JsonWriter& string(std::string_view name, std::string_view value);
  /// Lower-case hex.
  JsonWriter& hash(std::string_view name, const Hash& value);
  /// Standard base64 with padding.
  JsonWriter& base64(std::string_view name, ByteView value);
  /// RFC 3339 UTC with milliseconds.
  JsonWriter& time(std::string_view name, std::uint64_t time_ms);
  JsonWriter& null(std::string_view name);
  /// Precondition: JSON text.
  JsonWriter& raw(std::string_view name, std::string_view json);

 private:
  void name(std::string_view name);

  std::string& out_;
  bool comma_ = false;
};

}  // namespace kedge::rpc
