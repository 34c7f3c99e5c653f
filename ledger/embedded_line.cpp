// SPDX-License-Identifier: Apache-2.0
#include "ledger/embedded_line.hpp"

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/sha256.hpp"

namespace kedge::ledger {
namespace {

constexpr std::size_t kHexSize = 64;

/// The RFC 8785 form of a string; nullopt if it is not UTF-8.
std::optional<std::string> json_string(const std::string& text) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

Result<std::string> format_embedded_line(const EmbeddedAnchor& anchor) {
  const std::optional<std::string> note = json_string(anchor.note);
  if (!note) return invalid_argument("the note is not UTF-8", "note");
  const Result<std::string> record = format_record(anchor.record);
  if (!record) return record.error();
  const std::string text = "{\"note\":" + *note + ",\"record\":" + *record + "}";
  if (kHexSize + 1 + text.size() + 1 > kMaxEmbeddedLine) {
    return invalid_argument("the anchor is longer than 64 KiB", "note");
  }
  return crypto::to_hex(crypto::sha256(as_bytes(text))) + " " + text + "\n";
}

Result<EmbeddedAnchor> parse_embedded_line(std::string_view line) {
  if (line.size() > kMaxEmbeddedLine || !line.ends_with('\n') || line.size() < kHexSize + 2 ||
      line[kHexSize] != ' ') {
    return invalid_argument("expected a check sum, a space, JSON and a newline");
  }
  const std::string_view text = line.substr(kHexSize + 1, line.size() - kHexSize - 2);
  if (line.substr(0, kHexSize) != crypto::to_hex(crypto::sha256(as_bytes(text)))) {
    return invalid_argument("the check sum does not match");
  }
  Result<nlohmann::json> json = crypto::parse_json(text, {.max_bytes = kMaxEmbeddedLine});
  if (!json) return std::move(json).error();
  if (!json->is_object() || !json->contains("note") || !json->contains("record") ||
      !(*json)["note"].is_string()) {
    return invalid_argument("expected the members note and record");
  }
  Result<EmbeddedRecord> record = parse_record((*json)["record"].dump());
  if (!record) return std::move(record).error();
  EmbeddedAnchor anchor{.record = *std::move(record), .note = (*json)["note"].get<std::string>()};
  const Result<std::string> canonical = format_embedded_line(anchor);
  if (!canonical || *canonical != line) return invalid_argument("the line is not canonical");
  return anchor;
}

}  // namespace kedge::ledger
