// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "crypto/result.hpp"

/// What a power cut leaves at the end of RocksDB's files, and RocksDB refuses to open. The database
/// is closed.
namespace kedge::node {

/// corrupt if the newest log has a damaged record that RocksDB would take for a torn end, and drop.
/// Does not look for other damage, which RocksDB finds itself.
Status check_log_framing(const std::filesystem::path& store);

/// Cuts the last write off the newest log and the manifest where it lacks sectors (LogTail::torn).
/// Whether anything was cut off.
Result<bool> drop_torn_writes(const std::filesystem::path& store);

}  // namespace kedge::node
