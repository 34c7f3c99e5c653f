// SPDX-License-Identifier: Apache-2.0
#include "node/backup/file_copy.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/durable_file.hpp"
#include "crypto/sha256.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{1} << 20;

Error failed(std::string_view what, const fs::path& path, const std::error_code& why) {
  const bool missing = why == std::errc::no_such_file_or_directory;
  return {missing ? Errc::not_found : Errc::storage,
          "cannot " + std::string(what) + " " + path.string() + ": " + why.message()};
}

Error last_failed(std::string_view what, const fs::path& path) {
  return failed(what, path, {errno, std::generic_category()});
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  const int fd_;
};

Status check_regular(int fd, const fs::path& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return last_failed("look at", path);
  if (S_ISREG(info.st_mode)) return {};
  return Error{Errc::storage, path.string() + " is not a regular file"};
}

Status write_all(int fd, const fs::path& path, ByteView data) {
  while (!data.empty()) {
    const ssize_t written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_failed("write", path);
    data = data.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

/// Reads to the end, hashes, and gives every piece to `piece`.
template <class Piece>
Result<FileDigest> read_all(int fd, const fs::path& path, const PieceTaken& taken, Piece piece) {
  FileDigest digest;
  crypto::Sha256 hash;
  std::vector<std::uint8_t> buffer(kPiece);
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_failed("read", path);
    if (got == 0) break;
    const ByteView data(buffer.data(), static_cast<std::size_t>(got));
    hash.update(data);
    if (Status done = piece(data); !done) return std::move(done).error();
    digest.size += data.size();
    if (taken && !taken(data.size())) return Error{Errc::unavailable, "the work was stopped"};
  }
  digest.sha256 = hash.finish();
  return digest;
}

}  // namespace

Result<FileDigest> copy_synced(const fs::path& from, const fs::path& to, const PieceTaken& taken) {
  const Descriptor in(from, O_RDONLY | O_NONBLOCK);
  if (in.get() < 0) return last_failed("open", from);
  if (Status regular = check_regular(in.get(), from); !regular) return std::move(regular).error();
  const Descriptor out(to, O_WRONLY | O_CREAT | O_EXCL);
  if (out.get() < 0) return last_failed("create", to);
  auto digest = read_all(in.get(), from, taken,
                         [&](ByteView data) { return write_all(out.get(), to, data); });
  if (digest && ::fsync(out.get()) != 0) return last_failed("sync", to);
  return digest;
}

Result<FileDigest> hash_synced(const fs::path& file, const PieceTaken& taken) {
  const Descriptor in(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (in.get() < 0) return last_failed("open", file);
  if (Status regular = check_regular(in.get(), file); !regular) return std::move(regular).error();
  auto digest = read_all(in.get(), file, taken, [](ByteView) { return Status(); });
  if (digest && ::fsync(in.get()) != 0) return last_failed("sync", file);
  return digest;
}

Status keep_whole_lines(const fs::path& file) {
  const Descriptor in(file, O_RDWR | O_NOFOLLOW);
  if (in.get() < 0) return last_failed("open", file);
  off_t end = ::lseek(in.get(), 0, SEEK_END);
  if (end < 0) return last_failed("look at", file);
  std::string buffer;
  while (end > 0) {
    const auto size = static_cast<std::size_t>(std::min<off_t>(end, kPiece));
    buffer.resize(size);
    const off_t begin = end - static_cast<off_t>(size);
    if (::pread(in.get(), buffer.data(), size, begin) != static_cast<ssize_t>(size)) {
      return last_failed("read", file);
    }
    const std::size_t line_feed = buffer.rfind('\n');
    if (line_feed != std::string::npos) {
      end = begin + static_cast<off_t>(line_feed) + 1;
      break;
    }
    end = begin;
  }
  if (::ftruncate(in.get(), end) != 0) return last_failed("cut", file);
  return {};
}

Status link_or_copy(const fs::path& from, const fs::path& to, bool link) {
  std::error_code error;
  if (link) {
    fs::create_hard_link(from, to, error);
    if (!error) return {};
  }
  fs::copy_file(from, to, error);
  if (error) return failed("copy to", to, error);
  return {};
}

Status sync_tree(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_directory(error)) continue;
    if (Status synced = config::sync_directory(it->path()); !synced) return synced;
  }
  if (error) return failed("list", folder, error);
  return config::sync_directory(folder);
}

}  // namespace kedge::node
