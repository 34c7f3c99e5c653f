// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::node {

/// The URL at which the node serves, in its data directory, so that the commands of the same
/// machine find it whatever port it has. Whole or not there; removed when the object goes.
class AddressFile {
 public:
  static Result<AddressFile> create(const std::filesystem::path& file, std::string_view url);

  AddressFile(AddressFile&& other) noexcept;
  AddressFile& operator=(AddressFile&&) = delete;
  ~AddressFile();

 private:
  explicit AddressFile(std::filesystem::path file);

  std::filesystem::path file_;
};

}  // namespace kedge::node
