// SPDX-License-Identifier: Apache-2.0
#include "ledger/append_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kedge::ledger {
namespace {

constexpr std::size_t kReadSize = std::size_t{1} << 18;

Error storage_error(const char* what, const std::filesystem::path& path) {
  const int code = errno;
  return {Errc::storage, std::string("cannot ") + what + " " + path.string() + ": " +
                             std::generic_category().message(code)};
}

Status sync_directory(const std::filesystem::path& file) {
  const std::filesystem::path parent = file.parent_path();
  const std::filesystem::path directory = parent.empty() ? "." : parent;
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return storage_error("open", directory);
  const bool synced = ::fsync(fd) == 0;
  Status status = synced ? Status() : Status(storage_error("sync", directory));
  ::close(fd);
  return status;
}

}  // namespace

AppendFile::AppendFile(std::filesystem::path path, int fd, std::uint64_t size)
    : path_(std::move(path)), fd_(fd), size_(size) {}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      broken_(other.broken_) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) ::close(fd_);
  path_ = std::move(other.path_);
  fd_ = std::exchange(other.fd_, -1);
  size_ = other.size_;
  broken_ = other.broken_;
  return *this;
}

AppendFile::~AppendFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<AppendFile> AppendFile::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return storage_error("open", path);
  AppendFile file(path, fd, 0);
  struct stat info {};
  if (::fstat(fd, &info) != 0) return storage_error("examine", path);
  if (!S_ISREG(info.st_mode)) {
    return Error{Errc::storage, path.string() + " is not a regular file"};
  }
  file.size_ = static_cast<std::uint64_t>(info.st_size);
  // Also where the file was there: the process that made it may have died before this.
  if (file.size_ == 0) {
    if (const Status synced = sync_directory(path); !synced) return synced.error();
  }
  return file;
}

Status AppendFile::fail(const char* what) {
  broken_ = true;
  return storage_error(what, path_);
}

Status AppendFile::append(std::string_view bytes) {
  if (broken_) {
    return Error{Errc::storage, path_.string() + " has failed before; start the node again"};
  }
  std::uint64_t offset = size_;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  if (::fdatasync(fd_) != 0) return fail("sync");
  size_ = offset;
  return {};
}

Status AppendFile::truncate(std::uint64_t size) {
  if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return fail("shorten");
  if (::fsync(fd_) != 0) return fail("sync");
  size_ = size;
  return {};
}

Status AppendFile::visit_lines(std::size_t max_line, const LineVisitor& visit) const {
  std::string buffer;
  std::size_t begin = 0;
  std::uint64_t offset = 0;
  std::uint64_t read_to = 0;
  while (offset < size_) {
    const std::string_view rest = std::string_view(buffer).substr(begin);
    const std::size_t newline = rest.find('\n');
    const bool complete = newline != std::string_view::npos;
    if (complete || rest.size() > max_line || read_to == size_) {
      const std::string_view line = complete ? rest.substr(0, newline + 1) : rest;
      if (Status seen = visit(line, offset); !seen) return seen;
      begin += line.size();
      offset += line.size();
      continue;
    }
    buffer.erase(0, begin);
    begin = 0;
    const std::size_t old_size = buffer.size();
    const std::size_t wanted = std::min<std::uint64_t>(kReadSize, size_ - read_to);
    buffer.resize(old_size + wanted);
    const ssize_t got = ::pread(fd_, buffer.data() + old_size, wanted, static_cast<off_t>(read_to));
    if (got < 0 && errno != EINTR) return storage_error("read", path_);
    if (got == 0) return Error{Errc::storage, path_.string() + " has become shorter"};
    const std::size_t arrived = got < 0 ? 0 : static_cast<std::size_t>(got);
    buffer.resize(old_size + arrived);
    read_to += arrived;
  }
  return {};
}

}  // namespace kedge::ledger
