// SPDX-License-Identifier: Apache-2.0
#include "config/durable_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace kedge::config {
namespace {

namespace fs = std::filesystem;

Error failed(std::string_view what, const fs::path& path, const std::error_code& why) {
  return {Errc::storage,
          "cannot " + std::string(what) + " " + path.string() + ": " + why.message()};
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

/// Writes and syncs; the descriptor stays open.
std::error_code write_synced(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_error();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0 ? std::error_code() : last_error();
}

}  // namespace

Status sync_directory(const fs::path& directory) {
  const fs::path name = directory.empty() ? "." : directory;
  const int fd = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failed("open", name, last_error());
  const std::error_code error = ::fsync(fd) == 0 ? std::error_code() : last_error();
  ::close(fd);
  if (error) return failed("sync", name, error);
  return {};
}

Status make_private_directory(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> missing;
  for (fs::path at = directory; !at.empty() && !fs::exists(at, error); at = at.parent_path()) {
    missing.push_back(at);
  }
  if (missing.empty()) {
    if (fs::is_directory(directory, error)) return {};
    return failed("make", directory, std::make_error_code(std::errc::not_a_directory));
  }
  fs::create_directories(directory, error);
  if (!error) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) return failed("make", directory, error);
  for (const fs::path& made : missing) {
    if (Status synced = sync_directory(made.parent_path()); !synced) return synced;
  }
  return {};
}

Status replace_file(const fs::path& file, std::string_view text) {
  fs::path making = file;
  making += ".making";
  const int fd = ::open(making.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return failed("create", making, last_error());
  std::error_code error = write_synced(fd, text);
  ::close(fd);
  if (!error) fs::rename(making, file, error);
  if (error) {
    ::unlink(making.c_str());
    return failed("write", file, error);
  }
  return sync_directory(file.parent_path());
}

}  // namespace kedge::config
