// SPDX-License-Identifier: Apache-2.0
#include "node/credential/members.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/rfc3339.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxTexts = 256;
/// The end of the year 9999: later dates have no form in RFC 3339.
constexpr double kMaxNumericDate = 253'402'300'799.0;

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Error expected(std::string what, std::string path) {
  return invalid_argument("expected " + std::move(what), std::move(path));
}

/// A text that fits, or null.
const std::string* short_text(const json& value) {
  const auto* text = value.get_ptr<const std::string*>();
  return text != nullptr && !text->empty() && text->size() <= kMaxIdentifier ? text : nullptr;
}

}  // namespace

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

Result<std::optional<std::string>> optional_text(const json& object, const char* name,
                                                 const std::string& path) {
  const auto member = object.find(name);
  if (member == object.end()) return std::optional<std::string>();
  const std::string* text = short_text(*member);
  if (text == nullptr) {
    return expected("a text of 1 to " + std::to_string(kMaxIdentifier) + " octets",
                    member_path(path, name));
  }
  return std::optional<std::string>(*text);
}

Result<std::string> required_text(const json& object, const char* name, const std::string& path) {
  auto text = optional_text(object, name, path);
  if (!text) return std::move(text).error();
  if (!text->has_value()) return expected("a text", member_path(path, name));
  return **std::move(text);
}

Result<std::vector<std::string>> text_list(const json& object, const char* name,
                                           const std::string& path) {
  std::vector<std::string> out;
  const auto member = object.find(name);
  const json none = json::array();
  const json& value = member == object.end() ? none : *member;
  const auto add = [&out](const json& item) {
    const std::string* text = short_text(item);
    if (text != nullptr) out.push_back(*text);
    return text != nullptr;
  };
  const bool fits = value.is_array() ? !value.empty() && value.size() <= kMaxTexts &&
                                           std::all_of(value.begin(), value.end(), add)
                                     : add(value);
  if (!fits) return expected("a text or an array of them", member_path(path, name));
  return out;
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  const auto scheme = text.substr(0, colon);
  const bool scheme_fits =
      is_alpha(scheme[0]) && std::ranges::all_of(scheme, [](char c) {
        return is_alpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      });
  return scheme_fits && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

Result<std::string> identifier_of(const json& value, const std::string& path) {
  if (value.is_object()) {
    const auto id = value.find("id");
    if (id == value.end() || id->is_object()) return expected("a URI", path + ".id");
    return identifier_of(*id, path + ".id");
  }
  const std::string* text = short_text(value);
  if (text == nullptr || !is_uri(*text)) return expected("a URI", path);
  return *text;
}

Result<std::optional<std::int64_t>> numeric_date(const json& object, const char* name,
                                                 const std::string& path) {
  const auto member = object.find(name);
  if (member == object.end()) return std::optional<std::int64_t>();
  const double seconds = member->is_number() ? member->get<double>() : -1;
  if (!(seconds >= 0 && seconds <= kMaxNumericDate)) {
    return expected("seconds since 1970", member_path(path, name));
  }
  if (member->is_number_integer()) return std::optional(member->get<std::int64_t>() * 1000);
  return std::optional(static_cast<std::int64_t>(seconds * 1000));
}

Result<std::optional<std::int64_t>> date_time(const json& object, const char* name,
                                              const std::string& path) {
  auto text = optional_text(object, name, path);
  if (!text) return std::move(text).error();
  if (!text->has_value()) return std::optional<std::int64_t>();
  const auto time = crypto::parse_date_time(**text);
  if (!time) return invalid_argument(time.error().message, member_path(path, name));
  return std::optional(*time);
}

}  // namespace kedge::node
