// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "node/audit/fsck.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node {

/// Checks a RocksDB store that nobody has open in both ways: every octet of its files and rows
/// (node/store/scan.hpp), then what the rows mean together (fsck.hpp). Between them no flipped bit
/// of a row stays unseen. The phase "rows" of the progress has no total.
///
/// What is damaged is a fault, even if the store cannot be opened because of it; an error means
/// that the check could not be made: the errors are those of open_rocks_store and of fsck.
Result<FsckReport> fsck_store(const std::filesystem::path& path, const FsckOptions& options,
                              const RocksOptions& rocks = reading_options());

}  // namespace kedge::node
