// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "crypto/result.hpp"

/// JSON as text: one strict check when it arrives, then cutting without copies, so that what was
/// received is what is hashed.
namespace kedge::rpc {

/// Accepts exactly one JSON value (RFC 8259) that is valid UTF-8 without lone surrogates, without
/// duplicate names at any level, nested at most `max_depth` deep, and whose numbers fit 64-bit
/// integers or doubles. The error says what is wrong and where. Thread-safe; about 1 GB/s.
Status check_json(std::string_view text, std::size_t max_depth);

/// A member of an object: its decoded name and the received text of its value.
struct Member {
  std::string name;
  std::string_view value;
};

/// Of an object; those of a request and of most parameters need no memory of their own.
using Members = boost::container::small_vector<Member, 4>;

enum class JsonKind : std::uint8_t { object, array, string, number, boolean, null };

/// All of the following take text that check_json has accepted, or a part of it that is one value,
/// possibly with white space around it. Views point into `text`.

JsonKind kind_of(std::string_view text);
/// "an object", "a string", ...
std::string_view kind_name(JsonKind kind);
/// The value without the white space around it.
std::string_view trim_json(std::string_view text);
/// Precondition: an object.
Members object_members(std::string_view text);
/// Precondition: an array.
std::vector<std::string_view> array_elements(std::string_view text);
/// How many elements the array in the member `name` has, without keeping them: 0 if `text` is no
/// object, has no such member, or that is no array.
std::size_t count_elements(std::string_view text, std::string_view name);
/// Decodes a string. Precondition: a string.
std::string string_value(std::string_view text);

bool is_utf8(std::string_view text);

/// Appends `text` as a JSON string with its quotes. In a text that is not UTF-8 every octet beyond
/// ASCII becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace kedge::rpc
