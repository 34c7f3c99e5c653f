// SPDX-License-Identifier: Apache-2.0
#include "node/credential/status_entry.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "node/credential/members.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

/// The whole number that a text of decimal digits is, written in one way only.
Result<std::uint64_t> decimal_index(const json& object, const char* name, const std::string& path) {
  const auto text = required_text(object, name, path);
  if (!text) return text.error();
  std::uint64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  const bool canonical = text->size() == 1 || !text->starts_with('0');
  if (error != std::errc() || stop != end || !canonical) {
    return invalid_argument("expected a whole number in a text", member_path(path, name));
  }
  return value;
}

Result<std::string> list_url(const json& object, const char* name, const std::string& path) {
  auto url = required_text(object, name, path);
  if (url && !is_uri(*url)) return invalid_argument("expected a URL", member_path(path, name));
  return url;
}

/// The members that both W3C entries have.
Result<CredentialStatusEntry> read_list_entry(const json& object, CredentialStatusEntry entry) {
  auto purpose = required_text(object, "statusPurpose", entry.path);
  if (!purpose) return std::move(purpose).error();
  entry.purpose = *std::move(purpose);
  const auto index = decimal_index(object, "statusListIndex", entry.path);
  if (!index) return index.error();
  entry.index = *index;
  auto url = list_url(object, "statusListCredential", entry.path);
  if (!url) return std::move(url).error();
  entry.list = *std::move(url);
  if (entry.kind != StatusEntryKind::bitstring) return entry;
  const auto size = object.find("statusSize");
  if (size == object.end()) return entry;
  // Section 2.1: "greater than zero"; no list has wider entries than a reader of it can hold.
  if (!size->is_number_unsigned() || *size == 0U || *size > 64U) {
    return invalid_argument("expected a whole number from 1 to 64", entry.path + ".statusSize");
  }
  entry.entry_bits = size->get<std::uint64_t>();
  return entry;
}

Result<CredentialStatusEntry> read_entry(const json& object, const std::string& path) {
  if (!object.is_object()) return invalid_argument("expected an object", path);
  auto type = text_list(object, "type", path);
  if (!type) return std::move(type).error();
  CredentialStatusEntry entry;
  entry.path = path;
  entry.type = type->front();
  if (type->size() > 1) return entry;
  if (entry.type == "StatusList2021Entry") {
    entry.kind = StatusEntryKind::status_list_2021;
  } else if (entry.type == "BitstringStatusListEntry") {
    entry.kind = StatusEntryKind::bitstring;
  } else {
    return entry;
  }
  return read_list_entry(object, std::move(entry));
}

}  // namespace

Result<std::vector<CredentialStatusEntry>> read_credential_status(const json& member,
                                                                  const std::string& path) {
  std::vector<CredentialStatusEntry> out;
  const bool many = member.is_array();
  if (many && (member.empty() || member.size() > kMaxStatusEntries)) {
    return invalid_argument("expected 1 to " + std::to_string(kMaxStatusEntries) + " entries",
                            path);
  }
  for (std::size_t i = 0; i < (many ? member.size() : 1); ++i) {
    auto entry = many ? read_entry(member[i], path + "[" + std::to_string(i) + "]")
                      : read_entry(member, path);
    if (!entry) return std::move(entry).error();
    out.push_back(*std::move(entry));
  }
  return out;
}

Result<std::vector<CredentialStatusEntry>> read_token_status(const json& member,
                                                             const std::string& path) {
  if (!member.is_object()) return invalid_argument("expected an object", path);
  CredentialStatusEntry entry;
  const auto list = member.find("status_list");
  if (list == member.end()) {
    entry.path = path;
    entry.type = member.empty() ? "status" : member.begin().key();
    return std::vector{std::move(entry)};
  }
  entry.kind = StatusEntryKind::token;
  entry.path = path + ".status_list";
  entry.type = "status_list";
  if (!list->is_object()) return invalid_argument("expected an object", entry.path);
  const auto index = list->find("idx");
  if (index == list->end() || !index->is_number_unsigned()) {
    return invalid_argument("expected a whole number", entry.path + ".idx");
  }
  entry.index = index->get<std::uint64_t>();
  auto url = list_url(*list, "uri", entry.path);
  if (!url) return std::move(url).error();
  entry.list = *std::move(url);
  return std::vector{std::move(entry)};
}

}  // namespace kedge::node
