// SPDX-License-Identifier: Apache-2.0
#include "rpc/json_writer.hpp"

#include <charconv>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/rfc3339.hpp"
#include "rpc/json_text.hpp"

namespace kedge::rpc {

void JsonWriter::name(std::string_view name) {
  if (comma_) out_.push_back(',');
  comma_ = true;
  if (!name.empty()) out_.append("\"").append(name).append("\":");
}

JsonWriter& JsonWriter::begin_object(std::string_view member) {
  name(member);
  out_.push_back('{');
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  out_.push_back('}');
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array(std::string_view member) {
  name(member);
  out_.push_back('[');
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  out_.push_back(']');
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::number(std::string_view member, std::uint64_t value) {
  name(member);
  char text[20];
  const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
  out_.append(std::begin(text), end);
  return *this;
}

JsonWriter& JsonWriter::boolean(std::string_view member, bool value) {
  name(member);
  out_.append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view member, std::string_view value) {
  name(member);
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::hash(std::string_view member, const Hash& value) {
  name(member);
  out_.push_back('"');
  crypto::append_hex(out_, value);
  out_.push_back('"');
  return *this;
}

JsonWriter& JsonWriter::base64(std::string_view member, ByteView value) {
  name(member);
  out_.append("\"").append(crypto::base64_encode(value)).append("\"");
  return *this;
}

JsonWriter& JsonWriter::time(std::string_view member, std::uint64_t time_ms) {
  name(member);
  out_.append("\"").append(crypto::format_rfc3339(time_ms)).append("\"");
  return *this;
}

JsonWriter& JsonWriter::null(std::string_view member) {
  name(member);
  out_.append("null");
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view member, std::string_view json) {
  name(member);
  out_.append(json);
  return *this;
}

}  // namespace kedge::rpc
