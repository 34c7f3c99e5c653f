// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "crypto/result.hpp"

namespace kedge::node {

/// The secret that a local writer shows, in a file that only its user can read: whoever can read
/// the data directory may write, nobody else. New at each start, removed when the object goes.
class CookieFile {
 public:
  static Result<CookieFile> create(const std::filesystem::path& file);

  CookieFile(CookieFile&& other) noexcept;
  CookieFile& operator=(CookieFile&&) = delete;
  ~CookieFile();

  /// 64 hex characters.
  [[nodiscard]] const std::string& secret() const noexcept { return secret_; }

 private:
  CookieFile(std::filesystem::path file, std::string secret);

  std::filesystem::path file_;
  std::string secret_;
};

}  // namespace kedge::node
