// SPDX-License-Identifier: Apache-2.0
#include "node/backup/make_backup.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "config/describe.hpp"
#include "config/durable_file.hpp"
#include "config/secret_file.hpp"
#include "crypto/key_file.hpp"
#include "crypto/rfc3339.hpp"
#include "crypto/sha256.hpp"
#include "node/access/token_store.hpp"
#include "node/audit/fsck_store.hpp"
#include "node/backup/file_copy.hpp"
#include "node/backup/ledger_cut.hpp"
#include "node/backup/store_check.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;

/// Names in the data directory that are of one run of one node, or made anew.
constexpr std::array<std::string_view, 7> kNotCopied = {
    "store", "store.creating", "store.snapshot", "restoring", "lock", "cookie", "address"};

/// How far others were told of the log: with a newer one than the store's, somebody would never be
/// told of what comes after a restoration.
constexpr std::array<std::string_view, 1> kCopiedBefore = {"webhooks"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Error failed(std::string_view what, const fs::path& path, const std::error_code& why) {
  return {Errc::storage,
          "cannot " + std::string(what) + " " + path.string() + ": " + why.message()};
}

/// Removes a folder with everything in it at the end.
class Removed {
 public:
  explicit Removed(fs::path folder) : folder_(std::move(folder)) {}
  Removed(const Removed&) = delete;
  Removed& operator=(const Removed&) = delete;
  ~Removed() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  void keep() { folder_.clear(); }

 private:
  fs::path folder_;
};

/// One backup on its way; see make_backup.hpp.
class Backup {
 public:
  Backup(const Store& store, const BackupJob& job, const Watch& watch)
      : store_(store),
        job_(job),
        watch_(watch),
        from_(job.settings.data_dir),
        making_(job.target.parent_path() / ("." + job.target.filename().string() + ".making")),
        to_(making_ / kBackupData) {}

  Result<MadeBackup> make() {
    if (Status good = check_target(); !good) return good.error();
    if (Status made = begin(); !made) return made.error();
    const Removed making(making_);
    if (Status done = copy_entries(true); !done) return done.error();
    if (Status done = copy_store(); !done) return done.error();
    if (Status done = copy_entries(false); !done) return done.error();
    if (Status done = cut_and_write_settings(); !done) return done.error();
    if (Status good = check(); !good) return good.error();
    if (Status done = hash_all(); !done) return done.error();
    return finish();
  }

 private:
  Status check_target() const {
    std::error_code error;
    const std::string name = job_.target.filename().string();
    if (name.empty() || name.front() == '.') {
      return invalid_argument("expected a folder whose name does not begin with a dot, found '" +
                              job_.target.string() + "'");
    }
    if (fs::exists(fs::symlink_status(job_.target, error))) {
      return Error{Errc::already_exists, "there is something at " + job_.target.string() +
                                             " already; a backup never replaces another"};
    }
    const fs::path outer = fs::weakly_canonical(from_.root(), error);
    const fs::path inner = fs::weakly_canonical(job_.target, error);
    if (std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first ==
        outer.end()) {
      return invalid_argument(job_.target.string() +
                              " is inside of the data directory, with which it would be lost");
    }
    return {};
  }

  Status begin() {
    std::error_code error;
    for (const fs::path& left : {making_, from_.store_snapshot()}) {
      fs::remove_all(left, error);
      if (error) return failed("remove", left, error);
    }
    // One by one: each is for its owner alone.
    for (const fs::path& folder : {making_.parent_path(), making_, to_}) {
      if (Status made = config::make_private_directory(folder); !made) return made;
    }
    return {};
  }

  /// The store first: what follows is newer.
  Status copy_store() {
    watch_.tell("store", 0, 0);
    const fs::path snapshot = from_.store_snapshot();
    const Removed removed(snapshot);
    if (Status done = store_.checkpoint(snapshot); !done) return done;
    const fs::path store = config::DataDir(to_).store();
    std::error_code error;
    fs::rename(snapshot, store, error);
    if (!error) return {};
    // Another file system.
    fs::create_directory(store, error);
    if (error) return failed("make", store, error);
    std::uint64_t total = 0;
    for (const auto& file : fs::directory_iterator(snapshot, error)) total += file.file_size(error);
    return copy_folder(snapshot, store, "store", total);
  }

  /// Those that must not be newer than the store, or all others.
  Status copy_entries(bool before) {
    std::error_code error;
    for (fs::directory_iterator it(from_.root(), error), end; !error && it != end;
         it.increment(error)) {
      const std::string name = it->path().filename().string();
      if (is_one_of(name, kNotCopied) || is_one_of(name, kCopiedBefore) != before) continue;
      if (Status done = copy_entry(*it, to_ / name, "files", 0); !done) return done;
    }
    if (error) return failed("list", from_.root(), error);
    return {};
  }

  Status cut_and_write_settings() {
    std::error_code error;
    const config::DataDir copy(to_);
    for (const fs::path& file : {copy.tokens(), copy.record(), copy.embedded_ledger()}) {
      if (!fs::exists(file, error)) continue;
      if (Status cut = keep_whole_lines(file); !cut) return cut;
    }
    return config::write_secret_file(making_ / kBackupSettings, config::to_toml(job_.settings));
  }

  Status copy_folder(const fs::path& from, const fs::path& to, std::string_view phase,
                     std::uint64_t total) {
    std::error_code error;
    for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error)) {
      if (Status done = copy_entry(*it, to / it->path().filename(), phase, total); !done) {
        return done;
      }
    }
    if (error) return failed("list", from, error);
    return {};
  }

  Status copy_entry(const fs::directory_entry& entry, const fs::path& to, std::string_view phase,
                    std::uint64_t total) {
    std::error_code error;
    // Half of a file that is being replaced.
    if (entry.path().extension() == ".making") return {};
    if (entry.is_directory(error)) {
      if (entry.is_symlink(error)) {
        return invalid_argument(entry.path().string() +
                                " is a symbolic link to a folder, which no backup follows");
      }
      if (Status made = config::make_private_directory(to); !made) return made;
      return copy_folder(entry.path(), to, phase, total);
    }
    const auto copied = copy_synced(entry.path(), to, [&](std::size_t octets) {
      done_ += octets;
      watch_.tell(phase, done_, total);
      return !watch_.is_stopped();
    });
    if (!copied) return copied.error();
    return {};
  }

  /// Everything that is read at a start, and fsck; the database on a copy that can be written to.
  Status check() {
    const config::DataDir copy(to_);
    const fs::path scratch = making_ / "check";
    const Removed removed(scratch);
    if (Status made = config::make_private_directory(scratch); !made) return made;
    std::error_code error;
    for (const auto& file : fs::directory_iterator(copy.store(), error)) {
      const bool table = file.path().extension() == ".sst";
      if (Status done = link_or_copy(file.path(), scratch / file.path().filename(), table); !done) {
        return done;
      }
    }
    if (error) return failed("list", copy.store(), error);
    if (Status good = check_log_key(copy); !good) return good;
    if (fs::exists(copy.tokens(), error)) {
      const auto tokens = TokenStore::open(copy.tokens());
      if (!tokens) return tokens.error();
    }
    if (Status good = look_at_store(scratch, copy); !good) return good;
    return check_store(scratch, copy.record(), job_.settings.log.origin, job_.log_key, watch_);
  }

  /// Without the key that signs, nobody goes on with the log.
  Status check_log_key(const config::DataDir& copy) const {
    auto text = config::read_secret_file(copy.log_key());
    if (!text) return std::move(text).error();
    auto key = crypto::parse_key_file(*text);
    secure_clear(text->data(), text->size());
    if (!key) return corrupt(copy.log_key(), key.error());
    const auto signer = crypto::NoteSigner::create(job_.settings.log.origin, std::move(key->key));
    if (!signer) return corrupt(copy.log_key(), signer.error());
    if (signer->vkey() == job_.log_key.vkey()) return {};
    return Error{Errc::corrupt, copy.log_key().string() + " is not the key of the log"};
  }

  static Error corrupt(const fs::path& file, const Error& why) {
    return {Errc::corrupt, file.string() + ": " + why.message};
  }

  Status look_at_store(const fs::path& scratch, const config::DataDir& copy) {
    const auto opened = open_rocks_store(scratch, checking_options());
    if (!opened) return opened.error();
    const auto reader = (*opened)->snapshot();
    const auto head = log_head_of(*reader);
    if (!head) return head.error();
    manifest_.log_size = head->size;
    manifest_.root = head->root;
    std::error_code error;
    for (const config::LedgerSettings& ledger : job_.settings.ledgers) {
      if (ledger.kind != "embedded" || !fs::exists(copy.embedded_ledger(), error)) continue;
      const auto live = store_.snapshot();
      if (Status cut = cut_to_store(copy.embedded_ledger(), ledger.name, *reader, *live); !cut) {
        return cut;
      }
    }
    return {};
  }

  Status hash_all() {
    std::error_code error;
    std::uint64_t total = 0;
    for (fs::recursive_directory_iterator it(making_, error), end; !error && it != end;
         it.increment(error)) {
      if (it->is_directory(error)) continue;
      manifest_.files.push_back({fs::relative(it->path(), making_, error).generic_string()});
      total += it->file_size(error);
    }
    if (error) return failed("list", making_, error);
    std::sort(manifest_.files.begin(), manifest_.files.end(),
              [](const BackupFile& a, const BackupFile& b) { return a.path < b.path; });
    std::uint64_t done = 0;
    for (BackupFile& file : manifest_.files) {
      const auto digest = hash_synced(making_ / file.path, [&](std::size_t octets) {
        watch_.tell("hashing", done += octets, total);
        return !watch_.is_stopped();
      });
      if (!digest) return digest.error();
      file.size = digest->size;
      file.sha256 = digest->sha256;
    }
    return {};
  }

  Result<MadeBackup> finish() {
    manifest_.origin = job_.settings.log.origin;
    manifest_.time_ms = job_.time_ms;
    manifest_.version = job_.version;
    manifest_.left_out = left_out_files(job_.settings);
    if (Status synced = sync_tree(making_); !synced) return synced.error();
    // Last: without it, the rest is nothing.
    if (Status done = config::replace_file(making_ / kManifestFile, format_manifest(manifest_));
        !done) {
      return done.error();
    }
    std::error_code error;
    fs::rename(making_, job_.target, error);
    if (error) return failed("move the backup to", job_.target, error);
    if (Status synced = config::sync_directory(job_.target.parent_path()); !synced) {
      return synced.error();
    }
    return MadeBackup{job_.target, std::move(manifest_)};
  }

  const Store& store_;
  const BackupJob& job_;
  const Watch& watch_;
  const config::DataDir from_;
  const fs::path making_;
  const fs::path to_;
  std::uint64_t done_ = 0;
  BackupManifest manifest_;
};

}  // namespace

Result<MadeBackup> make_backup(const Store& store, const BackupJob& job, const Watch& watch) {
  return Backup(store, job, watch).make();
}

std::string backup_name(std::uint64_t time_ms) {
  std::string name = crypto::format_rfc3339(time_ms).substr(0, 19) + "Z";
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name;
}

}  // namespace kedge::node
