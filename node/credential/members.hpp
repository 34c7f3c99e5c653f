// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "crypto/result.hpp"

/// Typed reads of the members of somebody else's JSON. The errors are invalid_argument, say what
/// was expected, and name the path of the member; `path` is that of the object, empty for the root.
namespace kedge::node {

/// Longer identifiers, types and URLs than this are refused.
inline constexpr std::size_t kMaxIdentifier = 2048;

/// `path.name`, or the name alone at the root.
std::string member_path(const std::string& path, std::string_view name);

/// nullopt where the member is missing; null is no text.
Result<std::optional<std::string>> optional_text(const nlohmann::json& object, const char* name,
                                                 const std::string& path);
/// Not empty.
Result<std::string> required_text(const nlohmann::json& object, const char* name,
                                  const std::string& path);
/// A text or an array of texts, at least one.
Result<std::vector<std::string>> text_list(const nlohmann::json& object, const char* name,
                                           const std::string& path);
/// A URI by its beginning (RFC 3986 section 3.1): a scheme and a colon, printable ASCII throughout.
bool is_uri(std::string_view text);
/// A URI, in a text or as the `id` of an object.
Result<std::string> identifier_of(const nlohmann::json& value, const std::string& path);
/// A NumericDate (RFC 7519 section 2), in milliseconds.
Result<std::optional<std::int64_t>> numeric_date(const nlohmann::json& object, const char* name,
                                                 const std::string& path);
/// A date-time as parse_date_time() reads it, in milliseconds.
Result<std::optional<std::int64_t>> date_time(const nlohmann::json& object, const char* name,
                                              const std::string& path);

}  // namespace kedge::node
