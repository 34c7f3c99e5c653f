// SPDX-License-Identifier: Apache-2.0
#include "node/bench/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace kedge::node::bench {

Result<TemporaryFolder> TemporaryFolder::make(const std::filesystem::path& parent) {
  std::string name = (parent / "kedge-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    return Error{Errc::storage, "cannot make " + name + ": " + std::strerror(errno)};
  }
  return TemporaryFolder(std::filesystem::path(name));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::uint64_t disk_octets(const std::filesystem::path& folder) {
  constexpr std::uint64_t kUnit = 512;
  std::uint64_t octets = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) {
    struct stat about {};
    if (lstat(entry.path().c_str(), &about) == 0 && S_ISREG(about.st_mode)) {
      octets += static_cast<std::uint64_t>(about.st_blocks) * kUnit;
    }
  }
  return octets;
}

bool is_in_memory(const std::filesystem::path& folder) {
  struct statfs about {};
  return statfs(folder.c_str(), &about) == 0 && about.f_type == TMPFS_MAGIC;
}

}  // namespace kedge::node::bench
