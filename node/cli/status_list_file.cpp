// SPDX-License-Identifier: Apache-2.0
#include "node/cli/status_list_file.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"

namespace kedge::node::cli {
namespace {

constexpr std::size_t kMaxFaults = 10;
constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

Status read_value(std::string_view name, StatusLine& line) {
  const auto value = parse_status_name(name);
  if (!value) return value.error();
  line.value = *value;
  return {};
}

Status read_reason(std::string_view name, StatusLine& line) {
  const auto reason = reason_from_name(name);
  if (!reason) return reason.error();
  line.reason = *reason;
  return {};
}

Status read_digest(std::string_view text, StatusLine& line) {
  const auto digest = crypto::hash_from_hex(text);
  if (!digest) return invalid_argument("digest: " + digest.error().message);
  line.digest = *digest;
  return {};
}

/// `digest[,value[,reason]]`.
Status read_csv(std::string_view text, StatusLine& line) {
  std::vector<std::string_view> cells;
  while (true) {
    const auto comma = text.find(',');
    cells.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (cells.size() > 3) return invalid_argument("expected digest,value,reason");
  if (Status status = read_digest(cells[0], line); !status) return status;
  if (cells.size() > 1 && !cells[1].empty()) {
    if (Status status = read_value(cells[1], line); !status) return status;
  }
  if (cells.size() > 2 && !cells[2].empty()) return read_reason(cells[2], line);
  return {};
}

bool is_csv_head(std::string_view line) {
  return line == "digest" || line.starts_with("digest,");
}

Result<std::uint64_t> read_number(const nlohmann::json& object, const char* name,
                                  std::uint64_t max) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > max) {
    return invalid_argument(std::string(name) + ": expected a whole number up to " +
                            std::to_string(max));
  }
  return found->get<std::uint64_t>();
}

Status read_text(const nlohmann::json& object, const char* name, StatusLine& line,
                 Status (*read)(std::string_view, StatusLine&)) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_string()) return invalid_argument(std::string(name) + ": expected a text");
  return read(*found->get_ptr<const std::string*>(), line);
}

Status read_object(std::string_view text, StatusLine& line) {
  const auto object = crypto::parse_json(text, {.max_bytes = 65'536, .max_depth = 4});
  if (!object) return object.error();
  if (!object->is_object()) return invalid_argument("expected an object");
  for (const auto& [name, unused] : object->items()) {
    // A manifest can be given as it is; what is misspelt must not be passed over.
    constexpr std::string_view kKnown[] = {"digest", "list",    "index",    "value", "reason",
                                           "file",   "profile", "position", "state"};
    if (std::find(std::begin(kKnown), std::end(kKnown), name) == std::end(kKnown)) {
      return invalid_argument(name + ": unknown field");
    }
  }
  if (object->contains("digest") == object->contains("list")) {
    return invalid_argument("expected digest, or list and index");
  }
  if (object->contains("list")) {
    const auto list = read_number(*object, "list", 0xffff'ffff);
    if (!list) return list.error();
    const auto index = read_number(*object, "index", std::uint64_t{1} << 40);
    if (!index) return index.error();
    line.entry = StatusTarget{static_cast<std::uint32_t>(*list), *index};
  } else if (Status status = read_text(*object, "digest", line, read_digest); !status) {
    return status;
  }
  if (Status status = read_text(*object, "value", line, read_value); !status) return status;
  return read_text(*object, "reason", line, read_reason);
}

}  // namespace

Result<std::vector<StatusLine>> parse_status_list(const std::string& name, std::string_view text) {
  std::vector<StatusLine> lines;
  std::string faults;
  std::size_t fault_count = 0;
  bool first = true;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view content = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty()) continue;
    const bool head = first && is_csv_head(content);
    first = false;
    if (head) continue;
    StatusLine line;
    line.source = name + ":" + std::to_string(number);
    const Status read =
        content.front() == '{' ? read_object(content, line) : read_csv(content, line);
    if (read) {
      lines.push_back(std::move(line));
    } else if (++fault_count <= kMaxFaults) {
      if (!faults.empty()) faults += '\n';
      faults += line.source + ": " + read.error().message;
    }
  }
  if (fault_count == 0) return lines;
  if (fault_count > kMaxFaults) {
    faults += "\nand " + std::to_string(fault_count - kMaxFaults) + " more";
  }
  return invalid_argument(faults);
}

}  // namespace kedge::node::cli
