// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "crypto/result.hpp"

/// Files and names that a power cut must not take back.
namespace kedge::config {

/// Makes the names in a directory durable: those that were made, moved or removed so far. `""` is
/// the working directory. storage on failure.
Status sync_directory(const std::filesystem::path& directory);

/// Makes a directory of mode 0700 with the parents that it lacks, and all their names durable.
/// One that is there stays as it is.
Status make_private_directory(const std::filesystem::path& directory);

/// Puts the text on stable storage under this name, in place of what is there. A crash leaves the
/// whole old file or the whole new one.
Status replace_file(const std::filesystem::path& file, std::string_view text);

}  // namespace kedge::config
