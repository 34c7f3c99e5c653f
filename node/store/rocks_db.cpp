// SPDX-License-Identifier: Apache-2.0
#include "node/store/rocks_db.hpp"

#include <algorithm>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_file_manager.h>

#include "crypto/mutant.hpp"
#include "node/store/filled_logs.hpp"
#include "node/store/torn_writes.hpp"

namespace kedge::node {
namespace {

constexpr int kCacheShardBits = 4;

/// A file of 64 MiB that is deleted in one go is the file system's for tens of milliseconds, and
/// the log's syncs wait for that. RocksDB renames it (`.trash`) and shortens it piece by piece;
/// what is left of it is deleted when the store is closed, or after a crash at the next start.
constexpr std::uint64_t kDeletePieceOctets = std::uint64_t{4} << 20;
/// More than compaction leaves behind.
constexpr std::int64_t kDeleteOctetsASecond = std::int64_t{1} << 30;
/// In parts of what is in use; what is beyond that goes in one go.
constexpr double kMostTrash = 1;

/// A failed write may be in the log and in none of the families. By itself RocksDB goes on once a
/// full disk has room again, and begins with writing out what the families have in memory: from
/// then on those that had something would no longer read this part of the log at the next start,
/// and the others would, so that the write came to light in some families and not in others. What
/// fails beside writes (a compaction) leaves no such thing behind, and may go on.
class NoWayOnFromAFailedWrite final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status,
                            bool* auto_recovery) override {
    using Reason = rocksdb::BackgroundErrorReason;
    if (reason == Reason::kWriteCallback || reason == Reason::kMemTable) *auto_recovery = false;
  }
};

bool is_lock_conflict(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return status.IsIOError() && text.find("lock") != std::string::npos &&
         text.find("LOCK") != std::string::npos;
}

/// Whether there are files of a database, although the one that makes it one is missing.
bool has_remains(const std::filesystem::path& path) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
    if (entry.path().filename().string().starts_with("MANIFEST")) return true;
  }
  return false;
}

/// Deletes the files that RocksDB has renamed and not come to delete yet. It is closed; whoever
/// opens it meanwhile does the same.
void empty_trash(const std::filesystem::path& path) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) {
    if (entry.path().extension() == ".trash") std::filesystem::remove(entry.path(), ignored);
  }
}

/// Whether `path` holds the families of this version, all of them and no others.
Status check_families(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path / "CURRENT")) {
    if (has_remains(path)) {
      return Error{Errc::corrupt, "the store in " + path.string() +
                                      " has lost its file CURRENT; restore a backup"};
    }
    return Error{Errc::not_found,
                 "there is no store in " + path.string() + "; `kedge init` makes one"};
  }
  std::vector<std::string> there;
  const auto status = rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), path, &there);
  if (!status.ok()) return rocks_error(status, "cannot read the store in " + path.string());
  std::vector<std::string> wanted(kFamilyNames.begin(), kFamilyNames.end());
  std::sort(there.begin(), there.end());
  std::sort(wanted.begin(), wanted.end());
  if (there != wanted) {
    return invalid_argument("the store in " + path.string() + " has another schema than version " +
                            std::to_string(kSchemaVersion) +
                            ", which this program reads: " + other_schema_advice());
  }
  return {};
}

}  // namespace

Error rocks_error(const rocksdb::Status& status, std::string_view doing) {
  return {status.IsCorruption() ? Errc::corrupt : Errc::storage,
          std::string(doing) + ": " + status.ToString()};
}

std::string other_schema_advice() {
  // A store can be neither read nor converted: no version before this one was ever released.
  return "use the program that made it, or begin anew with `kedge init` in an empty folder; "
         "stores made before version 3 are from before the first release and are not converted";
}

Result<std::unique_ptr<RocksDb>> RocksDb::start(const std::filesystem::path& path,
                                                const RocksOptions& options,
                                                rocksdb::DBOptions database) {
  // Few shards, because each must have room for the largest filters.
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes, kCacheShardBits);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kFamilies; ++i) {
    families.emplace_back(std::string(kFamilyNames[i]),
                          family_options(static_cast<Family>(i), options, cache));
  }
  std::unique_ptr<RocksDb> out(new RocksDb);
  out->path_ = path;
  out->env_ = env_with_filled_logs();
  // Compaction has time; whoever waits for an answer has not.
  const auto lowered =
      out->env_->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow);
  if (!lowered.ok()) return rocks_error(lowered, "cannot lower the priority of compaction");
  database.env = out->env_.get();
  const std::shared_ptr<rocksdb::SstFileManager> files(rocksdb::NewSstFileManager(
      out->env_.get(), nullptr, "", 0, true, nullptr, kMostTrash, kDeletePieceOctets));
  database.sst_file_manager = files;
  database.listeners.push_back(std::make_shared<NoWayOnFromAFailedWrite>());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(database, path, families, &handles, &db);
  if (is_lock_conflict(status)) {
    return Error{Errc::unavailable, "another process has the store open: it holds the lock " +
                                        (path / "LOCK").string()};
  }
  if (!status.ok()) return rocks_error(status, "cannot open the store in " + path.string());
  out->db_.reset(db);
  // Not before: it starts a thread, which a store that cannot be opened does not need.
  files->SetDeleteRateBytesPerSecond(kDeleteOctetsASecond);
  std::copy(handles.begin(), handles.end(), out->handles_.begin());
  return out;
}

Result<std::unique_ptr<RocksDb>> RocksDb::create(const std::filesystem::path& path,
                                                 const RocksOptions& options) {
  auto database = database_options(options);
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.error_if_exists = true;
  return start(path, options, database);
}

Result<std::unique_ptr<RocksDb>> RocksDb::open(const std::filesystem::path& path,
                                               const RocksOptions& options) {
  auto opened = open_as_it_is(path, options);
  if (opened || opened.error().code != Errc::corrupt) return opened;
  const auto dropped = drop_torn_writes(path);
  if (!dropped) return dropped.error();
  return *dropped ? open_as_it_is(path, options) : std::move(opened);
}

Result<std::unique_ptr<RocksDb>> RocksDb::open_as_it_is(const std::filesystem::path& path,
                                                        const RocksOptions& options) {
  if (auto ok = check_families(path); !ok) return ok.error();
  if (auto ok = check_log_framing(path); !ok) return ok.error();
  return start(path, options, database_options(options));
}

RocksDb::~RocksDb() {
  (void)close();
}

std::uint64_t RocksDb::file_octets() const {
  std::uint64_t octets = 0;
  db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &octets);
  return octets;
}

Status RocksDb::close() {
  if (!db_) return {};
  if (!failed_) {
    const auto flushed = db_->Flush(rocksdb::FlushOptions(), {handles_.begin(), handles_.end()});
    if (!flushed.ok()) fail(rocks_error(flushed, "cannot write what is in memory to files"));
  }
  for (rocksdb::ColumnFamilyHandle*& handle : handles_) {
    if (handle != nullptr) (void)db_->DestroyColumnFamilyHandle(handle);
    handle = nullptr;
  }
  const auto status = db_->Close();
  db_.reset();
  empty_trash(path_);
  if (!status.ok()) return rocks_error(status, "cannot close the store");
  return {};
}

Status RocksDb::write(rocksdb::WriteBatch& batch) {
  if (auto ok = writable(); !ok) return ok;
  rocksdb::WriteOptions options;
  options.sync = kMutant != Mutant::no_sync;
  const std::shared_lock gate(write_gate_);
  const auto status = db_->Write(options, &batch);
  if (status.ok()) return {};
  const Error reason{Errc::storage, "a write to the store failed: " + status.ToString()};
  fail(reason);
  // Nor may it go on from an error of before.
  rocksdb::CancelAllBackgroundWork(db_.get(), false);
  return reason;
}

Status RocksDb::write_anchor(rocksdb::WriteBatch& batch) {
  ++anchors_begun_;
  Status written = write(batch);
  ++anchors_done_;
  return written;
}

std::optional<std::uint64_t> RocksDb::anchors_version() const {
  // In this order: what has begun is never less than what is done.
  const std::uint64_t done = anchors_done_;
  if (anchors_begun_ != done) return std::nullopt;
  return done;
}

void RocksDb::fail(const Error& reason) {
  const std::lock_guard lock(mutex_);
  if (!failed_) reason_ = reason.message;
  failed_ = true;
}

Status RocksDb::writable() const {
  if (!failed_) return {};
  const std::lock_guard lock(mutex_);
  return Error{Errc::storage,
               "the store takes no more writes until it is opened again: " + reason_};
}

Result<bool> RocksDb::get(Family where, std::string_view key, rocksdb::PinnableSlice& value,
                          const rocksdb::Snapshot* snapshot, bool keep) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.fill_cache = keep;
  value.Reset();
  const auto status = db_->Get(options, family(where), slice_of(key), &value);
  if (status.ok()) return true;
  if (status.IsNotFound()) return false;
  return rocks_error(status, "cannot read " + keys::describe(where, key));
}

}  // namespace kedge::node
