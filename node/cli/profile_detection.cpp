// SPDX-License-Identifier: Apache-2.0
#include "node/cli/profile_detection.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"

namespace kedge::node::cli {
namespace {

using crypto::DigestProfile;

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

bool is_base64url(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// Header parameters that only a JAdES signature carries (ETSI TS 119 182-1 clause 5), and the
/// unencoded payload of RFC 7797, whose signing input only that profile forms.
bool is_jades_header(const nlohmann::json& header) {
  const auto b64 = header.find("b64");
  if (b64 != header.end() && b64->is_boolean() && !b64->get<bool>()) return true;
  static constexpr std::array<const char*, 6> kParameters = {"sigT",   "sigD",  "sigPl",
                                                             "sigPId", "srCms", "srAts"};
  return std::any_of(kParameters.begin(), kParameters.end(),
                     [&](const char* name) { return header.contains(name); });
}

/// The protected header of a compact JWS or of the token that leads an SD-JWT.
Result<nlohmann::json> compact_header(std::string_view text) {
  const Error none = invalid_argument("no compact JWS");
  const std::string_view token = text.substr(0, text.find('~'));
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return none;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || !is_base64url(token.substr(0, first))) return none;
  if (!is_base64url(token.substr(second + 1))) return none;
  const auto bytes = crypto::base64url_decode(token.substr(0, first));
  if (!bytes) return none;
  auto header = crypto::parse_json(as_text(*bytes));
  if (!header || !header->is_object() || !header->contains("alg")) return none;
  return header;
}

}  // namespace

DigestProfile detect_profile(std::string_view document) {
  const std::size_t start = document.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return DigestProfile::bytes;
  if (document[start] == '{') {
    const auto json = crypto::parse_json(document);
    if (!json) return DigestProfile::bytes;
    if (json->contains("proof")) return DigestProfile::jcs;
    const bool signed_json = json->contains("protected") || json->contains("signatures");
    return json->contains("payload") && signed_json ? DigestProfile::jades : DigestProfile::bytes;
  }
  const auto header = compact_header(without_line_end(document));
  if (!header) return DigestProfile::bytes;
  return is_jades_header(*header) ? DigestProfile::jades : DigestProfile::jws;
}

std::string_view trimmed_document(DigestProfile profile, std::string_view document) {
  const bool token = profile == DigestProfile::jws || profile == DigestProfile::jades;
  return token ? without_line_end(document) : document;
}

Result<Hash> document_digest(DigestProfile profile, std::string_view document) {
  return crypto::credential_digest(profile, as_bytes(trimmed_document(profile, document)));
}

}  // namespace kedge::node::cli
