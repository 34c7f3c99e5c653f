// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>

#include "crypto/result.hpp"

namespace kedge::node {

/// Keeps every other process out of a data directory: an exclusive flock(2) on its lock file, which
/// the kernel releases when the process dies, however it dies.
class DataLock {
 public:
  /// unavailable if another process holds the lock, storage if the file cannot be made. The file
  /// names the process that holds it, for a person.
  static Result<DataLock> acquire(const std::filesystem::path& file);

  DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DataLock& operator=(DataLock&& other) noexcept;
  ~DataLock();

 private:
  explicit DataLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace kedge::node
