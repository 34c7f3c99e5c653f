// SPDX-License-Identifier: Apache-2.0
#include "node/app/cookie.hpp"

#include <array>
#include <system_error>

#include "config/secret_file.hpp"
#include "crypto/hex.hpp"
#include "crypto/random.hpp"

namespace kedge::node {

Result<CookieFile> CookieFile::create(const std::filesystem::path& file) {
  std::array<std::uint8_t, 32> random{};
  crypto::random_bytes(random);
  std::string secret = crypto::to_hex(random);
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  if (Status written = config::write_secret_file(file, secret); !written) {
    return std::move(written).error();
  }
  return CookieFile(file, std::move(secret));
}

CookieFile::CookieFile(std::filesystem::path file, std::string secret)
    : file_(std::move(file)), secret_(std::move(secret)) {}

CookieFile::CookieFile(CookieFile&& other) noexcept
    : file_(std::move(other.file_)), secret_(std::move(other.secret_)) {
  other.file_.clear();
}

CookieFile::~CookieFile() {
  std::error_code ignored;
  if (!file_.empty()) std::filesystem::remove(file_, ignored);
  secure_clear(secret_.data(), secret_.size());
}

}  // namespace kedge::node
