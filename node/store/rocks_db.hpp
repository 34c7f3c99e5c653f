// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "node/store/keys.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node {

/// What RocksDB said, in our words: corrupt for damage, storage for everything else.
Error rocks_error(const rocksdb::Status& status, std::string_view doing);

/// What to do with a store of another schema version; the end of a sentence.
std::string other_schema_advice();

/// Options of the database, and of one column family. `cache` is shared by all of them.
rocksdb::DBOptions database_options(const RocksOptions& options);
rocksdb::ColumnFamilyOptions family_options(Family family, const RocksOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache);
/// How files for the locator are made, from the options of its family: what is short-lived has its
/// filter in one piece and is not compressed.
rocksdb::Options ingest_options(const rocksdb::Options& family);

/// An open RocksDB with the column families of keys.hpp. Thread-safe. Writes are synced; the first
/// one that fails closes the database for writing, because nobody knows what is on the disk then;
/// the next start finds all or nothing of it.
class RocksDb {
 public:
  /// Creates an empty database; fails if there is one.
  static Result<std::unique_ptr<RocksDb>> create(const std::filesystem::path& path,
                                                 const RocksOptions& options);
  /// Opens an existing one, without the write that a power cut may have torn. The errors are those
  /// of open_rocks_store.
  static Result<std::unique_ptr<RocksDb>> open(const std::filesystem::path& path,
                                               const RocksOptions& options);
  ~RocksDb();
  RocksDb(const RocksDb&) = delete;
  RocksDb& operator=(const RocksDb&) = delete;

  [[nodiscard]] rocksdb::DB& raw() const { return *db_; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Durable when it returns success.
  Status write(rocksdb::WriteBatch& batch);

  /// The same for a row of an anchor; anchors_version() is nullopt meanwhile, and another one
  /// after.
  Status write_anchor(rocksdb::WriteBatch& batch);
  [[nodiscard]] std::optional<std::uint64_t> anchors_version() const;

  /// See Store::checkpoint.
  Status checkpoint(const std::filesystem::path& folder) const;

  /// Refuses all later writes with this reason; the first reason stays.
  void fail(const Error& reason);
  /// Success, or storage with the reason why there are no more writes.
  [[nodiscard]] Status writable() const;

  /// Reads a row into `value`; false if there is none. Without a snapshot: as it is now. `keep`:
  /// its block stays in the block cache.
  Result<bool> get(Family family, std::string_view key, rocksdb::PinnableSlice& value,
                   const rocksdb::Snapshot* snapshot = nullptr, bool keep = true) const;

  /// Octets of the sorted files of all families.
  [[nodiscard]] std::uint64_t file_octets() const;

  /// Writes everything that is in memory to files, so that the next start has no log to replay,
  /// and closes. The destructor does the same without an answer.
  Status close();

 private:
  RocksDb() = default;
  static Result<std::unique_ptr<RocksDb>> open_as_it_is(const std::filesystem::path& path,
                                                        const RocksOptions& options);
  static Result<std::unique_ptr<RocksDb>> start(const std::filesystem::path& path,
                                                const RocksOptions& options,
                                                rocksdb::DBOptions database);

  std::filesystem::path path_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> handles_{};
  /// Held shared by each write, alone while a checkpoint is taken: the end of the log that it
  /// copies is the end of a write.
  mutable std::shared_mutex write_gate_;
  /// Writes of anchors. Several ledgers may write at once.
  std::atomic<std::uint64_t> anchors_begun_ = 0;
  std::atomic<std::uint64_t> anchors_done_ = 0;
  std::atomic<bool> failed_ = false;
  mutable std::mutex mutex_;
  std::string reason_;
};

inline std::string_view text_of(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}
inline rocksdb::Slice slice_of(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace kedge::node
