// SPDX-License-Identifier: Apache-2.0
#include "node/backup/restore_backup.hpp"

#include <fstream>
#include <vector>

#include "config/data_dir.hpp"
#include "config/durable_file.hpp"
#include "crypto/hex.hpp"
#include "crypto/signed_note.hpp"
#include "node/backup/file_copy.hpp"
#include "node/backup/store_check.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;

Error failed(std::string_view what, const fs::path& path, const std::error_code& why) {
  return {Errc::storage,
          "cannot " + std::string(what) + " " + path.string() + ": " + why.message()};
}

Result<std::string> read_text(const fs::path& file, std::size_t max) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    return Error{Errc::not_found, "there is no file " + file.string()};
  }
  const auto size = fs::file_size(file, error);
  if (error || size > max) {
    return invalid_argument(file.string() + " is longer than " + std::to_string(max) + " octets");
  }
  std::string text(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(text.data(), static_cast<std::streamsize>(size))) {
    return Error{Errc::storage, "cannot read " + file.string()};
  }
  return text;
}

/// Nothing there, or an empty folder, perhaps one on which a disk is mounted.
Status check_empty(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return {};
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename() == "lost+found") continue;
    return Error{Errc::already_exists, folder.string() + " is not empty: there is " +
                                           it->path().string() +
                                           "; a backup is restored into a new directory"};
  }
  if (error) return failed("list", folder, error);
  return {};
}

/// A restoration on its way; see restore_backup.hpp.
class Restoration {
 public:
  Restoration(fs::path backup, const fs::path& data_dir, const BackupManifest& manifest,
              const Watch& watch)
      : backup_(std::move(backup)),
        to_(data_dir),
        making_(to_.restoring()),
        manifest_(manifest),
        watch_(watch) {}

  /// Copies everything into `restoring` and checks it.
  Status prepare() {
    for (const BackupFile& file : manifest_.files) {
      if (Status done = take(file); !done) return done;
    }
    return check();
  }

  /// No node starts on the directory while `restoring` is there.
  Status put_in_place() {
    if (Status synced = sync_tree(making_); !synced) return synced;
    std::error_code error;
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(making_, error)) {
      entries.push_back(entry.path());
    }
    if (error) return failed("list", making_, error);
    for (const fs::path& entry : entries) {
      fs::rename(entry, to_.root() / entry.filename(), error);
      if (error) return failed("move into its place", entry, error);
    }
    if (Status synced = config::sync_directory(to_.root()); !synced) return synced;
    fs::remove(making_, error);
    if (error) return failed("remove", making_, error);
    return config::sync_directory(to_.root());
  }

 private:
  Status take(const BackupFile& file) {
    const fs::path from = backup_ / file.path;
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(from, error))) {
      return damaged(file, "is missing, or is no regular file");
    }
    const auto size = fs::file_size(from, error);
    if (error || size != file.size) {
      return damaged(file, "has " + std::to_string(size) + " octets, the manifest says " +
                               std::to_string(file.size));
    }
    const fs::path to = making_ / fs::path(file.path).lexically_relative(kBackupData);
    const bool wanted = file.path != kBackupSettings;
    if (wanted) {
      if (Status made = config::make_private_directory(to.parent_path()); !made) return made;
    }
    const PieceTaken taken = [&](std::size_t octets) {
      watch_.tell("restoring", done_ += octets, manifest_.bytes());
      return !watch_.is_stopped();
    };
    const auto digest = wanted ? copy_synced(from, to, taken) : hash_synced(from, taken);
    if (!digest) return digest.error();
    if (digest->size != file.size || digest->sha256 != file.sha256) {
      return damaged(file, "has the SHA-256 " + crypto::to_hex(digest->sha256) +
                               ", the manifest says " + crypto::to_hex(file.sha256));
    }
    return {};
  }

  [[nodiscard]] Error damaged(const BackupFile& file, const std::string& what) const {
    return {Errc::corrupt, "the backup is damaged: " + (backup_ / file.path).string() + " " + what};
  }

  Status check() {
    const config::DataDir restored(making_);
    const auto vkey = read_text(restored.log_vkey(), 4096);
    if (!vkey) return vkey.error();
    const auto log_key =
        crypto::NoteVerifier::from_vkey(std::string_view(*vkey).substr(0, vkey->find('\n')));
    if (!log_key) return Error{Errc::corrupt, "log.vkey of the backup: " + log_key.error().message};
    if (Status good =
            check_store(restored.store(), restored.record(), manifest_.origin, *log_key, watch_);
        !good) {
      return good;
    }
    const auto store = open_rocks_store(restored.store(), checking_options());
    if (!store) return store.error();
    const auto head = log_head_of(*(*store)->snapshot());
    if (!head) return head.error();
    if (*head == LogHead{manifest_.log_size, manifest_.root}) return {};
    return Error{Errc::corrupt, "the log in the backup ends at " + std::to_string(head->size) +
                                    " entries with the root " + crypto::to_hex(head->root) +
                                    ", which is not what the manifest says"};
  }

  const fs::path backup_;
  const config::DataDir to_;
  const fs::path making_;
  const BackupManifest& manifest_;
  const Watch& watch_;
  std::uint64_t done_ = 0;
};

}  // namespace

Result<BackupManifest> read_manifest(const fs::path& backup) {
  const fs::path file = backup / kManifestFile;
  const auto text = read_text(file, kMaxManifestBytes);
  if (!text && text.error().code == Errc::not_found) {
    return Error{Errc::not_found, backup.string() + " is no backup: it has no " +
                                      std::string(kManifestFile) +
                                      ", which is written last; one that was interrupted has none"};
  }
  if (!text) return text.error();
  auto manifest = parse_manifest(*text);
  if (!manifest) {
    Error error = std::move(manifest).error();
    error.message = file.string() + ": " + error.message;
    return error;
  }
  return manifest;
}

Result<BackupManifest> restore_backup(const fs::path& backup, const fs::path& data_dir,
                                      const Watch& watch) {
  auto manifest = read_manifest(backup);
  if (!manifest) return manifest;
  if (Status empty = check_empty(data_dir); !empty) return empty.error();
  std::error_code ignored;
  const bool there = fs::exists(data_dir, ignored);
  if (Status made = config::make_private_directory(data_dir); !made) return made.error();
  const fs::path making = config::DataDir(data_dir).restoring();
  if (!fs::create_directory(making, ignored)) {
    return Error{Errc::storage, "cannot make " + making.string() +
                                    (ignored ? ": " + ignored.message() : ": it is there")};
  }
  fs::permissions(making, fs::perms::owner_all, ignored);
  if (Status synced = config::sync_directory(data_dir); !synced) return synced.error();
  Restoration restoration(backup, data_dir, *manifest, watch);
  if (Status done = restoration.prepare(); !done) {
    fs::remove_all(making, ignored);
    if (!there) fs::remove(data_dir, ignored);
    return done.error();
  }
  if (Status done = restoration.put_in_place(); !done) return done.error();
  return manifest;
}

}  // namespace kedge::node
