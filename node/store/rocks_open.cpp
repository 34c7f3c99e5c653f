// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "crypto/mutant.hpp"
#include "node/store/checks.hpp"
#include "node/store/rocks_engine.hpp"
#include "node/store/rows.hpp"

/// Creating, opening and recovering.
namespace kedge::node {
namespace {

Result<std::uint32_t> read_schema(const RocksDb& db) {
  const std::string key = keys::schema();
  rocksdb::PinnableSlice value;
  auto found = db.get(Family::meta, key, value);
  if (!found) return found.error();
  if (!*found) return Error{Errc::corrupt, "the store has no schema version; restore a backup"};
  auto version = rows::decode_schema({key, text_of(value)});
  if (!version) return at_row(Family::meta, key, version.error());
  return version;
}

Result<StoreIdentity> read_identity(const RocksDb& db) {
  const std::string key = keys::identity();
  rocksdb::PinnableSlice value;
  auto found = db.get(Family::meta, key, value);
  if (!found) return found.error();
  if (!*found) return Error{Errc::corrupt, "the store has no identity; restore a backup"};
  auto identity = rows::decode_identity({key, text_of(value)});
  if (!identity) return at_row(Family::meta, key, identity.error());
  return identity;
}

Status write_new(const std::filesystem::path& path, const StoreIdentity& identity,
                 const RocksOptions& options) {
  auto db = RocksDb::create(path, options);
  if (!db) return db.error();
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* meta = (*db)->family(Family::meta);
  batch.Put(meta, keys::schema(), rows::encode_schema(keys::schema(), kSchemaVersion));
  batch.Put(meta, keys::identity(), rows::encode_identity(keys::identity(), identity));
  if (auto ok = (*db)->write(batch); !ok) return ok;
  return (*db)->close();
}

Error file_error(std::string_view doing, const std::filesystem::path& path,
                 const std::error_code& failed) {
  return {Errc::storage, std::string(doing) + " " + path.string() + ": " + failed.message()};
}

/// Makes the names in a folder durable.
Status sync_folder(const std::filesystem::path& folder) {
  const char* const name = folder.empty() ? "." : folder.c_str();
  const int fd = ::open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = fd >= 0 && ::fsync(fd) == 0;
  const std::error_code failed(done ? 0 : errno, std::generic_category());
  if (fd >= 0) ::close(fd);
  if (!done) return file_error("cannot sync", folder, failed);
  return {};
}

}  // namespace

RocksOptions reading_options() {
  RocksOptions options;
  options.leaf_cache_bytes = 0;
  options.locator_cache_bytes = std::size_t{1} << 20;
  options.locator_filter_bytes = 0;
  return options;
}

Result<std::unique_ptr<Store>> create_rocks_store(const std::filesystem::path& path,
                                                  StoreIdentity identity,
                                                  const RocksOptions& options) {
  std::error_code failed;
  if (std::filesystem::exists(path) && !std::filesystem::is_empty(path, failed)) {
    return Error{Errc::already_exists, "there is something in " + path.string() +
                                           " already; a new store wants an empty place"};
  }
  // Made beside its place and moved there whole: a store is complete or it is not there.
  const std::filesystem::path making = path.string() + ".creating";
  std::filesystem::remove_all(making, failed);
  if (failed) return file_error("cannot remove", making, failed);
  if (auto ok = write_new(making, identity, options); !ok) return ok.error();
  std::filesystem::rename(making, path, failed);
  if (failed) return file_error("cannot move the new store to", path, failed);
  if (auto ok = sync_folder(path.parent_path()); !ok) return ok.error();
  return open_rocks_store(path, options);
}

Result<std::unique_ptr<Store>> open_rocks_store(const std::filesystem::path& path,
                                                const RocksOptions& options) {
  auto db = RocksDb::open(path, options);
  if (!db) return db.error();
  return RocksEngine::start(std::move(*db), options);
}

Result<std::unique_ptr<Store>> RocksEngine::start(std::unique_ptr<RocksDb> db,
                                                  const RocksOptions& options) {
  auto schema = read_schema(*db);
  if (!schema) return schema.error();
  if (*schema != kSchemaVersion) {
    return invalid_argument("the store has schema version " + std::to_string(*schema) +
                            ", this program reads version " + std::to_string(kSchemaVersion) +
                            ": " + other_schema_advice());
  }
  auto identity = read_identity(*db);
  if (!identity) return identity.error();
  std::unique_ptr<RocksEngine> engine(new RocksEngine(std::move(db), *identity, options));
  if (auto ok = engine->recover(); !ok) return ok.error();
  return std::unique_ptr<Store>(std::move(engine));
}

std::optional<std::uint64_t> rocks_store_octets(const Store& store) {
  const auto* engine = dynamic_cast<const RocksEngine*>(&store);
  if (engine == nullptr) return std::nullopt;
  return engine->octets();
}

RocksEngine::RocksEngine(std::unique_ptr<RocksDb> db, StoreIdentity identity,
                         const RocksOptions& options)
    : db_(std::move(db)),
      identity_(std::move(identity)),
      locator_(*db_, identity_, options),
      windows_(options.leaf_cache_bytes) {}

Status RocksEngine::recover() {
  const RocksReader reader(*db_, nullptr);
  auto issuers = reader.issuers();
  if (!issuers) return issuers.error();
  std::map<IssuerId, std::uint64_t> marks;
  std::map<IssuerId, std::uint64_t> next;
  std::size_t beyond = 0;
  std::uint64_t located = 0;
  for (const IssuerRow& issuer : *issuers) {
    auto position = reader.next_position(issuer.id);
    if (!position) return position.error();
    auto change = reader.next_change(issuer.id);
    if (!change) return change.error();
    next_changes_.push_back(*change);
    const std::string key = keys::locator_mark(issuer.id);
    rocksdb::PinnableSlice value;
    auto found = db_->get(Family::meta, key, value);
    if (!found) return found.error();
    std::uint64_t mark = 0;
    if (*found) {
      auto number = rows::decode_number({key, text_of(value)});
      if (!number) return at_row(Family::meta, key, number.error());
      mark = *number;
    }
    if (mark > *position) {
      return Error{Errc::corrupt, keys::describe(Family::meta, key) + " is beyond its leaves"};
    }
    next_positions_.push_back(*position);
    located += mark;
    if (mark == *position || kMutant == Mutant::locator_not_rebuilt) continue;
    marks[issuer.id] = mark;
    next[issuer.id] = *position;
    beyond += *position - mark;
  }
  return locator_.rebuild(
      [&](const auto& add) -> Status {
        // The issuer has a name of its own: clang 14 does not let a lambda refer to part of a pair.
        for (const auto& mark : marks) {
          const auto& issuer = mark.first;
          auto ok = reader.visit_leaves(issuer, mark.second, [&](const StoredLeaf& leaf) {
            return add(Location{issuer, leaf.position}, leaf_digest(leaf.entry, 0));
          });
          if (!ok) return ok;
        }
        return {};
      },
      beyond, located, next);
}

}  // namespace kedge::node
