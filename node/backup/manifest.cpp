// SPDX-License-Identifier: Apache-2.0
#include "node/backup/manifest.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/rfc3339.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "kedge-backup/1";

Error expected(const std::string& member, std::string_view what) {
  return invalid_argument("expected " + std::string(what), member);
}

/// Exactly these members, no others.
Status check_members(const json& value, const std::string& where,
                     const std::set<std::string>& names) {
  if (!value.is_object()) return expected(where, "an object");
  const std::string prefix = where.empty() ? "" : where + ".";
  for (const std::string& name : names) {
    if (!value.contains(name)) return expected(prefix + name, "this member");
  }
  for (const auto& [name, ignored] : value.items()) {
    if (!names.contains(name)) return expected(prefix + name, "no such member");
  }
  return {};
}

Result<std::string> text_of(const json& value, const std::string& where, std::size_t max) {
  if (!value.is_string()) return expected(where, "a text");
  auto text = value.get<std::string>();
  if (text.empty() || text.size() > max || text.find('\0') != std::string::npos) {
    return expected(where, "a text of 1 to " + std::to_string(max) + " octets");
  }
  return text;
}

Result<std::uint64_t> number_of(const json& value, const std::string& where) {
  if (!value.is_number_unsigned()) return expected(where, "a whole number");
  return value.get<std::uint64_t>();
}

Result<Hash> hash_of(const json& value, const std::string& where) {
  const auto hash = value.is_string() ? crypto::hash_from_hex(value.get_ref<const std::string&>())
                                      : Result<Hash>(expected(where, "a hash"));
  if (!hash) return expected(where, "64 lower-case hex characters");
  return hash;
}

/// Stays below the folder, whatever it is joined to.
bool is_inner_path(std::string_view path) {
  if (path != kBackupSettings && !path.starts_with("data/")) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

Result<BackupFile> file_of(const json& value, const std::string& where) {
  if (Status good = check_members(value, where, {"path", "size", "sha256"}); !good) {
    return good.error();
  }
  auto path = text_of(value["path"], where + ".path", kMaxBackupPath);
  if (!path) return std::move(path).error();
  if (!is_inner_path(*path)) {
    return expected(where + ".path", "settings.toml or a path below data/ without \"..\"");
  }
  const auto size = number_of(value["size"], where + ".size");
  if (!size) return size.error();
  const auto sha256 = hash_of(value["sha256"], where + ".sha256");
  if (!sha256) return sha256.error();
  return BackupFile{*std::move(path), *size, *sha256};
}

Result<LeftOut> left_out_of(const json& value, const std::string& where) {
  if (Status good = check_members(value, where, {"setting", "path"}); !good) return good.error();
  auto setting = text_of(value["setting"], where + ".setting", 255);
  if (!setting) return std::move(setting).error();
  auto path = text_of(value["path"], where + ".path", 4096);
  if (!path) return std::move(path).error();
  return LeftOut{*std::move(setting), *std::move(path)};
}

/// The elements of an array, each read by `read`.
template <class T>
Status read_all(const json& value, const std::string& where, std::size_t max, std::vector<T>& out,
                Result<T> (*read)(const json&, const std::string&)) {
  if (!value.is_array() || value.size() > max) {
    return expected(where, "an array of at most " + std::to_string(max));
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto element = read(value[i], where + "[" + std::to_string(i) + "]");
    if (!element) return std::move(element).error();
    out.push_back(*std::move(element));
  }
  return {};
}

}  // namespace

std::uint64_t BackupManifest::bytes() const {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const BackupFile& file) { return sum + file.size; });
}

std::string format_manifest(const BackupManifest& manifest) {
  json left_out = json::array();
  for (const LeftOut& file : manifest.left_out) {
    left_out.push_back({{"setting", file.setting}, {"path", file.path}});
  }
  std::string out = "{\n";
  const auto member = [&out](std::string_view name, const json& value) {
    out += "  \"" + std::string(name) +
           "\": " + value.dump(-1, ' ', false, json::error_handler_t::replace) + ",\n";
  };
  member("format", kFormat);
  member("origin", manifest.origin);
  member("log_size", manifest.log_size);
  member("root", crypto::to_hex(manifest.root));
  member("time", crypto::format_rfc3339(manifest.time_ms));
  member("version", manifest.version);
  member("left_out", left_out);
  out += "  \"files\": [";
  for (const BackupFile& file : manifest.files) {
    const json line = {
        {"path", file.path}, {"sha256", crypto::to_hex(file.sha256)}, {"size", file.size}};
    out += (&file == &manifest.files.front() ? "\n    " : ",\n    ") + line.dump();
  }
  return out + "\n  ]\n}\n";
}

Result<BackupManifest> parse_manifest(std::string_view text) {
  const auto parsed = crypto::parse_json(text, {.max_bytes = kMaxManifestBytes, .max_depth = 4});
  if (!parsed) return invalid_argument("is no JSON: " + parsed.error().message);
  const json& value = *parsed;
  if (!value.is_object() || !value.contains("format") || value["format"] != kFormat) {
    return expected("format", "\"" + std::string(kFormat) + "\"");
  }
  if (Status good = check_members(
          value, "",
          {"format", "origin", "log_size", "root", "time", "version", "left_out", "files"});
      !good) {
    return good.error();
  }
  BackupManifest manifest;
  auto origin = text_of(value["origin"], "origin", 255);
  if (!origin) return std::move(origin).error();
  manifest.origin = *std::move(origin);
  const auto log_size = number_of(value["log_size"], "log_size");
  if (!log_size) return log_size.error();
  manifest.log_size = *log_size;
  const auto root = hash_of(value["root"], "root");
  if (!root) return root.error();
  manifest.root = *root;
  const auto time = text_of(value["time"], "time", 40);
  if (!time) return time.error();
  const auto time_ms = crypto::parse_rfc3339(*time);
  if (!time_ms) return expected("time", "an RFC 3339 time");
  manifest.time_ms = *time_ms;
  auto version = text_of(value["version"], "version", 255);
  if (!version) return std::move(version).error();
  manifest.version = *std::move(version);
  if (Status read = read_all(value["left_out"], "left_out", 1000, manifest.left_out, left_out_of);
      !read) {
    return read.error();
  }
  if (Status read = read_all(value["files"], "files", kMaxBackupFiles, manifest.files, file_of);
      !read) {
    return read.error();
  }
  const auto not_less = [](const BackupFile& a, const BackupFile& b) { return a.path >= b.path; };
  if (std::adjacent_find(manifest.files.begin(), manifest.files.end(), not_less) !=
      manifest.files.end()) {
    return expected("files", "paths in order, each once");
  }
  return manifest;
}

}  // namespace kedge::node
