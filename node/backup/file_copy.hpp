// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// Files of backups: copied, hashed, and on stable storage when a function returns. not_found where
/// a file is missing, else storage with the file's name.
namespace kedge::node {

struct FileDigest {
  std::uint64_t size = 0;
  Hash sha256{};
};

/// Told after every piece how many octets it has; false ends the work with unavailable.
using PieceTaken = std::function<bool(std::size_t octets)>;

/// Copies a regular file to one that is not there yet and gets mode 0600. The digest is of what was
/// written.
Result<FileDigest> copy_synced(const std::filesystem::path& from, const std::filesystem::path& to,
                               const PieceTaken& taken);

/// Hashes a regular file, no symbolic link, and syncs it.
Result<FileDigest> hash_synced(const std::filesystem::path& file, const PieceTaken& taken);

/// Cuts off what stands behind the last line feed: a file to which lines are added while it is
/// copied may end in the middle of one.
Status keep_whole_lines(const std::filesystem::path& file);

/// A copy for somebody who will throw it away: files that are never changed are linked where the
/// file system can do that, and nothing is synced.
Status link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to, bool link);

/// Makes the names in the folder and in all those below it durable.
Status sync_tree(const std::filesystem::path& folder);

}  // namespace kedge::node
