// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/data_dir.hpp"
#include "config/settings.hpp"
#include "crypto/signed_note.hpp"
#include "node/backup/manifest.hpp"
#include "node/backup/watch.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

struct BackupJob {
  /// The node's; `data_dir` says what is copied, the rest is written down beside it.
  config::Settings settings;
  /// Where the backup will be: a folder that is not there yet, outside of the data directory.
  std::filesystem::path target;
  /// The public half of the log key.
  crypto::NoteVerifier log_key;
  std::uint64_t time_ms = 0;
  std::string version;
};

/// A backup that is whole.
struct MadeBackup {
  std::filesystem::path folder;
  BackupManifest manifest;
};

/// Makes a backup of a data directory whose store is open here, also while everybody goes on
/// writing. The order is what makes the parts agree: first the store as of one moment, then all
/// the rest, which is at least as new: the record has every head that the store's log holds. What
/// is newer than the store and must not be (anchors in the embedded ledger) is cut off.
///
/// The copy is checked by fsck_store, on a second copy that is thrown away, before it has a
/// manifest; everything is on stable storage before it has its name. Until then it is
/// `.<name>.making` beside the target: what an interrupted backup leaves is never taken for one,
/// and the next of this name replaces it.
///
/// Keys are in it. The folder has mode 0700, what is copied 0600. Files of the store are hard links
/// where the target is on the same file system: they cost nothing and are lost with the disk.
///
/// already_exists if there is something at the target; invalid_argument for a target inside of the
/// data directory, or where that has a symbolic link to a folder; corrupt if the copy is not clean;
/// unavailable if the watch has stopped it; storage for everything that a disk can do. One at a
/// time for each data directory.
Result<MadeBackup> make_backup(const Store& store, const BackupJob& job, const Watch& watch);

/// A name for a backup made at this time: `20260131T080509Z`.
std::string backup_name(std::uint64_t time_ms);

/// The files that the settings name and that are not in the data directory.
std::vector<LeftOut> left_out_files(const config::Settings& settings);

}  // namespace kedge::node
