// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// Files as commands read and write them. `-` as a path is standard input or output.
namespace kedge::node::cli {

/// Larger files are refused: 256 MiB.
inline constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

/// The whole file. not_found, or invalid_argument if it is no readable file or is too large.
Result<std::string> read_file(const std::filesystem::path& path);

/// Whether write_file would find a place for the file, so that what takes long need not find out at
/// its end.
Status check_writable(const std::filesystem::path& path);

/// Replaces the file at once or not at all: a reader never sees half of it. Makes no directories.
Status write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace kedge::node::cli
