// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "node/backup/manifest.hpp"
#include "node/backup/watch.hpp"

namespace kedge::node {

/// The manifest of a backup. not_found if there is none: then this is no backup, or one that was
/// not finished; invalid_argument if it cannot be used.
Result<BackupManifest> read_manifest(const std::filesystem::path& backup);

/// Makes a data directory from a backup. Every file is compared with the manifest while it is
/// copied, the store is checked by fsck, and its log must end where the manifest says, before
/// anything has its name in `data_dir`. Until then it is in `restoring` there, and no node starts
/// on a directory that has one. Files of the backup are copied, never linked.
///
/// already_exists if there is anything in `data_dir` but `lost+found`; corrupt, naming the file, if
/// it is not the one of the manifest; else as read_manifest and make_backup. After a failure the
/// directory is as it was, or, where its names could not be moved, one on which no node starts.
Result<BackupManifest> restore_backup(const std::filesystem::path& backup,
                                      const std::filesystem::path& data_dir, const Watch& watch);

}  // namespace kedge::node
