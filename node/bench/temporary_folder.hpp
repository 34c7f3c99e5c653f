// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::node::bench {

/// A folder of a new name that goes with the object, with all that is in it.
class TemporaryFolder {
 public:
  /// In `parent`; storage if it cannot be made.
  static Result<TemporaryFolder> make(const std::filesystem::path& parent);

  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

/// What the files in a folder and below take on the disk; what goes meanwhile is left out.
std::uint64_t disk_octets(const std::filesystem::path& folder);

/// Whether what is written there is kept in memory alone, so that syncing costs nothing.
bool is_in_memory(const std::filesystem::path& folder);

}  // namespace kedge::node::bench
