// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// `backup.json`: what a backup is of, and every file that is in it.
namespace kedge::node {

inline constexpr std::string_view kManifestFile = "backup.json";
/// What was the data directory is below it.
inline constexpr std::string_view kBackupData = "data";
/// The settings with which the node ran, whole; they stay in the backup.
inline constexpr std::string_view kBackupSettings = "settings.toml";

/// Bounds of what is read.
inline constexpr std::size_t kMaxManifestBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxBackupFiles = 200'000;
inline constexpr std::size_t kMaxBackupPath = 1024;

struct BackupFile {
  /// Below the backup's folder, with `/`: `data/store/000012.sst`.
  std::string path;
  std::uint64_t size = 0;
  Hash sha256{};
  friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

/// A file that the node uses, and that the backup does not have because it lies elsewhere.
struct LeftOut {
  /// The setting that names it, such as `rpc.tls_key`.
  std::string setting;
  std::string path;
  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

struct BackupManifest {
  std::string origin;
  /// Of the newest checkpoint; 0 and the root of the empty tree before the first.
  std::uint64_t log_size = 0;
  Hash root{};
  std::uint64_t time_ms = 0;
  /// Of the program that has made it.
  std::string version;
  std::vector<LeftOut> left_out;
  /// All but the manifest itself, sorted by path.
  std::vector<BackupFile> files;

  [[nodiscard]] std::uint64_t bytes() const;
};

/// JSON, a line a file.
std::string format_manifest(const BackupManifest& manifest);

/// Strict: exactly the members of format 1, paths that stay below the folder, sorted, each once.
/// invalid_argument, with the member and what was expected there.
Result<BackupManifest> parse_manifest(std::string_view text);

}  // namespace kedge::node
