// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

/// Files that hold a secret: keys and the cookie.
namespace kedge::config {

/// No secret file is longer.
inline constexpr std::size_t kMaxSecretFile = std::size_t{64} << 10;

/// The whole file. not_found if there is none; unauthorized if this user may not read it;
/// invalid_argument, naming the file and what to do, if it is not a regular file, if its group or
/// others have any access to it, or if it is too long. The checks are made on the open file, so
/// that nothing can be exchanged between check and use. The caller clears the text.
Result<std::string> read_secret_file(const std::filesystem::path& file);

/// Makes the file with mode 0600 and puts it on stable storage, its directory entry too.
/// already_exists if there is one: a secret is never overwritten. A crash leaves the whole file or
/// none under this name.
Status write_secret_file(const std::filesystem::path& file, std::string_view text);

}  // namespace kedge::config
