// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/db.h>

#include "node/store/keys.hpp"
#include "node/store/rocks_db.hpp"
#include "node/store/rows.hpp"

namespace kedge::test {

/// The rows of a closed store, past everything that protects them.
class RawRows {
 public:
  explicit RawRows(const std::filesystem::path& path) {
    node::RocksOptions options;
    options.write_buffer_bytes = std::size_t{1} << 20;
    auto db = node::RocksDb::open(path, options);
    if (!db) throw std::runtime_error(db.error().message);
    db_ = std::move(*db);
  }

  std::string get(node::Family family, const std::string& key) {
    std::string value;
    check(db_->raw().Get({}, db_->family(family), key, &value));
    return value;
  }
  std::optional<std::string> find(node::Family family, const std::string& key) {
    std::string value;
    const auto status = db_->raw().Get({}, db_->family(family), key, &value);
    if (status.IsNotFound()) return std::nullopt;
    check(status);
    return value;
  }
  [[nodiscard]] const node::RocksDb& db() const { return *db_; }
  void put(node::Family family, const std::string& key, const std::string& value) {
    check(db_->raw().Put({}, db_->family(family), key, value));
  }
  void remove(node::Family family, const std::string& key) {
    check(db_->raw().Delete({}, db_->family(family), key));
  }

  /// All rows of a family, in order of keys.
  std::vector<std::pair<std::string, std::string>> all(node::Family family) {
    std::vector<std::pair<std::string, std::string>> rows;
    const std::unique_ptr<rocksdb::Iterator> it(db_->raw().NewIterator({}, db_->family(family)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      rows.emplace_back(it->key().ToString(), it->value().ToString());
    }
    check(it->status());
    return rows;
  }

  /// Leaves one file a family, with nothing left for RocksDB to tidy up: opening and reading the
  /// store changes no file.
  void compact() {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    for (std::size_t i = 0; i < node::kFamilies; ++i) {
      const auto family = static_cast<node::Family>(i);
      check(db_->raw().CompactRange(options, db_->family(family), nullptr, nullptr));
    }
  }

  void add_family(const std::string& name) {
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    check(db_->raw().CreateColumnFamily({}, name, &handle));
    check(db_->raw().DestroyColumnFamilyHandle(handle));
  }

  void drop_family(node::Family family) { check(db_->raw().DropColumnFamily(db_->family(family))); }

 private:
  static void check(const rocksdb::Status& status) {
    if (!status.ok()) throw std::runtime_error(status.ToString());
  }

  std::unique_ptr<node::RocksDb> db_;
};

}  // namespace kedge::test
