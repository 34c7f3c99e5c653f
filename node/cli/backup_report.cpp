// SPDX-License-Identifier: Apache-2.0
#include "node/cli/backup_report.hpp"

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/rfc3339.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {

std::string to_json(const BackupReport& report) {
  std::string left_out = "[";
  for (const LeftOut& file : report.manifest.left_out) {
    if (left_out.size() > 1) left_out += ',';
    left_out += JsonLine().text("setting", file.setting).text("path", file.path).finished();
  }
  return JsonLine()
      .text("path", report.path)
      .text("origin", report.manifest.origin)
      .number("log_size", report.manifest.log_size)
      .text("root", crypto::to_hex(report.manifest.root))
      .text("time", crypto::format_rfc3339(report.manifest.time_ms))
      .text("version", report.manifest.version)
      .number("files", report.files)
      .number("bytes", report.bytes)
      .raw("left_out", left_out + "]")
      .finished();
}

Result<BackupReport> parse_report(std::string_view text) {
  const auto parsed = crypto::parse_json(text);
  if (!parsed) return parsed.error();
  try {
    const nlohmann::json& value = *parsed;
    BackupReport report;
    report.path = value.at("path").get<std::string>();
    report.manifest.origin = value.at("origin").get<std::string>();
    report.manifest.log_size = value.at("log_size").get<std::uint64_t>();
    const auto root = crypto::hash_from_hex(value.at("root").get<std::string>());
    if (!root) return root.error();
    report.manifest.root = *root;
    const auto time_ms = crypto::parse_rfc3339(value.at("time").get<std::string>());
    if (!time_ms) return time_ms.error();
    report.manifest.time_ms = *time_ms;
    report.manifest.version = value.at("version").get<std::string>();
    report.files = value.at("files").get<std::uint64_t>();
    report.bytes = value.at("bytes").get<std::uint64_t>();
    for (const nlohmann::json& file : value.at("left_out")) {
      report.manifest.left_out.push_back(
          {file.at("setting").get<std::string>(), file.at("path").get<std::string>()});
    }
    return report;
  } catch (const nlohmann::json::exception& fault) {
    return invalid_argument(std::string("the node's answer cannot be read: ") + fault.what());
  }
}

void print(Terminal& terminal, const BackupReport& report, const std::string& what) {
  Table table;
  table.row({what, report.path});
  table.row({"origin", report.manifest.origin});
  table.row({"log entries", human_count(report.manifest.log_size)});
  table.row({"root", crypto::to_hex(report.manifest.root)});
  table.row({"made", crypto::format_rfc3339(report.manifest.time_ms)});
  table.row({"files", human_count(report.files) + ", " + human_bytes(report.bytes)});
  std::string text = table.text();
  text.pop_back();
  terminal.line(text);
}

void warn_of_left_out(Terminal& terminal, const BackupManifest& manifest) {
  for (const LeftOut& file : manifest.left_out) {
    terminal.note("NOT in the backup: " + file.path + " (" + file.setting + ")");
  }
}

Watch PhaseProgress::watch() {
  Watch watch;
  watch.progress = [this](std::string_view phase, std::uint64_t done, std::uint64_t total) {
    tell(phase, done, total);
  };
  return watch;
}

void PhaseProgress::tell(std::string_view phase, std::uint64_t done, std::uint64_t total) {
  if (phase != phase_) {
    phase_ = phase;
    const bool own = phase == "hashing" || phase == "restoring";
    const bool copied = phase == "store" || phase == "files";
    shown_.emplace(terminal_, own ? phase_ : (copied ? "copying " : "checking ") + phase_, total);
  }
  shown_->advance_to(done);
}

}  // namespace kedge::node::cli
