// SPDX-License-Identifier: Apache-2.0
#include "config/secret_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/durable_file.hpp"
#include "crypto/bytes.hpp"

namespace kedge::config {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

Error failed(std::string_view what, const std::filesystem::path& file, int error) {
  const Errc code = error == ENOENT   ? Errc::not_found
                    : error == EACCES ? Errc::unauthorized
                    : error == EEXIST ? Errc::already_exists
                                      : Errc::storage;
  return {code, "cannot " + std::string(what) + " " + file.string() + ": " +
                    std::generic_category().message(error)};
}

Status write_all(int fd, std::string_view text, const std::filesystem::path& file) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write", file, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return failed("sync", file, errno);
  return {};
}

}  // namespace

Result<std::string> read_secret_file(const std::filesystem::path& file) {
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return failed("open", file, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return failed("look at", file, errno);
  if (!S_ISREG(info.st_mode)) return invalid_argument(file.string() + " is not a regular file");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return invalid_argument(
        file.string() + " can be used by others than its owner; run: chmod 600 " + file.string());
  }
  if (info.st_size > static_cast<off_t>(kMaxSecretFile)) {
    return invalid_argument(file.string() + " is longer than " + std::to_string(kMaxSecretFile) +
                            " octets");
  }
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(fd.get(), text.data() + done, text.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      secure_clear(text.data(), text.size());
      return failed("read", file, error);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

Status write_secret_file(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path making = file;
  making += ".making";
  ::unlink(making.c_str());
  {
    const Descriptor fd(::open(making.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (fd.get() < 0) return failed("create", making, errno);
    if (Status written = write_all(fd.get(), text, making); !written) {
      ::unlink(making.c_str());
      return written;
    }
  }
  // link(2), unlike rename(2), refuses to replace what is there.
  if (::link(making.c_str(), file.c_str()) != 0) {
    const int error = errno;
    ::unlink(making.c_str());
    return failed("create", file, error);
  }
  ::unlink(making.c_str());
  return sync_directory(file.parent_path());
}

}  // namespace kedge::config
