// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::ledger {

/// A file that only grows, each addition on stable storage before it is reported. After a failed
/// write or sync nothing is known about it (the kernel may have dropped the data and the error), so
/// every later append answers the same failure until the file is opened again. One thread at a
/// time.
class AppendFile {
 public:
  /// Opens the file, or creates it and makes its name durable. storage on failure.
  static Result<AppendFile> open(const std::filesystem::path& path);

  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  ~AppendFile();

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// Writes at the end, then syncs.
  Status append(std::string_view bytes);
  /// Cuts the file off, then syncs. Precondition: size <= size().
  Status truncate(std::uint64_t size);

  /// Called with each line, its newline included where it has one, and with its offset.
  using LineVisitor = std::function<Status(std::string_view line, std::uint64_t offset)>;
  /// Reads from the start to size(); stops at the first failure of `visit` and passes it on. A line
  /// longer than `max_line` is handed over in part, without its newline.
  [[nodiscard]] Status visit_lines(std::size_t max_line, const LineVisitor& visit) const;

 private:
  AppendFile(std::filesystem::path path, int fd, std::uint64_t size);

  Status fail(const char* what);

  std::filesystem::path path_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  bool broken_ = false;
};

}  // namespace kedge::ledger
