// SPDX-License-Identifier: Apache-2.0
#include "node/app/address_file.hpp"

#include <fstream>
#include <system_error>

namespace kedge::node {

Result<AddressFile> AddressFile::create(const std::filesystem::path& file, std::string_view url) {
  std::filesystem::path unfinished = file;
  unfinished += ".new";
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  out << url << '\n';
  out.close();
  if (!out) return Error{Errc::storage, "cannot write " + unfinished.string()};
  std::error_code failed;
  std::filesystem::rename(unfinished, file, failed);
  if (failed) {
    return Error{Errc::storage, "cannot write " + file.string() + ": " + failed.message()};
  }
  return AddressFile(file);
}

AddressFile::AddressFile(std::filesystem::path file) : file_(std::move(file)) {}

AddressFile::AddressFile(AddressFile&& other) noexcept : file_(std::move(other.file_)) {
  other.file_.clear();
}

AddressFile::~AddressFile() {
  std::error_code ignored;
  if (!file_.empty()) std::filesystem::remove(file_, ignored);
}

}  // namespace kedge::node
