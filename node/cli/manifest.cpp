// SPDX-License-Identifier: Apache-2.0
#include "node/cli/manifest.hpp"

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/lines.hpp"
#include "node/cli/json_line.hpp"

namespace kedge::node::cli {
namespace {

constexpr std::size_t kMaxFaults = 10;
constexpr crypto::JsonLimits kLineLimits{.max_bytes = std::size_t{64} << 10, .max_depth = 2};

Result<std::string> text_field(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end())
    return invalid_argument("expected a field \"" + std::string(name) + "\"");
  if (!found->is_string()) return invalid_argument(std::string(name) + ": expected a text");
  return found->get<std::string>();
}

Status read_optional(const nlohmann::json& object, ManifestLine& line) {
  for (const auto& [name, value] : object.items()) {
    if (name == "profile" || name == "digest") continue;
    if (name == "file" && value.is_string()) {
      line.file = value.get<std::string>();
    } else if (name == "state" && value.is_string()) {
      line.state = value.get<std::string>();
    } else if (name == "position" && value.is_number_unsigned()) {
      line.position = value.get<std::uint64_t>();
    } else if (name == "file" || name == "state" || name == "position") {
      return invalid_argument(name + ": wrong type");
    } else {
      return invalid_argument("unknown field \"" + name + "\"");
    }
  }
  return {};
}

Result<ManifestLine> parse_line(std::string_view text) {
  auto json = crypto::parse_json(text, kLineLimits);
  if (!json) return std::move(json).error();
  if (!json->is_object()) return invalid_argument("expected a JSON object");
  ManifestLine line;
  const auto profile_text = text_field(*json, "profile");
  if (!profile_text) return profile_text.error();
  const auto profile = crypto::profile_from_name(*profile_text);
  if (!profile) return profile.error();
  line.profile = *profile;
  const auto digest_text = text_field(*json, "digest");
  if (!digest_text) return digest_text.error();
  const auto digest = crypto::hash_from_hex(*digest_text);
  if (!digest) return invalid_argument("digest: " + digest.error().message);
  line.digest = *digest;
  const Status rest = read_optional(*json, line);
  if (!rest) return rest.error();
  return line;
}

}  // namespace

void append_manifest_line(std::string& out, const ManifestLine& line) {
  out += '{';
  if (!line.file.empty()) {
    // A file name may hold anything but NUL and a slash; JSON holds only valid UTF-8.
    out += "\"file\":";
    append_any_text(out, line.file);
    out += ',';
  }
  out += "\"profile\":\"";
  out += crypto::profile_name(line.profile);
  out += "\",\"digest\":\"";
  crypto::append_hex(out, line.digest);
  out += '"';
  if (line.position) out += ",\"position\":" + std::to_string(*line.position);
  if (!line.state.empty()) out += ",\"state\":\"" + line.state + "\"";
  out += "}\n";
}

Result<std::vector<ManifestLine>> parse_manifest(std::string_view text) {
  std::vector<ManifestLine> lines;
  std::string faults;
  std::size_t fault_count = 0;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line_text = crypto::take_line(text);
    if (line_text.find_first_not_of(" \t") == std::string_view::npos) continue;
    auto line = parse_line(line_text);
    if (line) {
      lines.push_back(*std::move(line));
      continue;
    }
    if (++fault_count <= kMaxFaults) {
      if (!faults.empty()) faults += '\n';
      faults += "line " + std::to_string(number) + ": " + line.error().message;
    }
  }
  if (fault_count > kMaxFaults) {
    faults += "\nand " + std::to_string(fault_count - kMaxFaults) + " more";
  }
  if (fault_count > 0) return invalid_argument(std::move(faults));
  return lines;
}

bool looks_like_manifest(std::string_view text) {
  const auto json = crypto::parse_json(crypto::take_line(text), kLineLimits);
  return json && json->is_object() && json->contains("digest");
}

}  // namespace kedge::node::cli
