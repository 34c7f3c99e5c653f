// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include <rocksdb/sst_file_writer.h>

#include "node/store/locator.hpp"
#include "node/store/rows.hpp"

/// The locator's half that moves entries from memory to the ingested family.
namespace kedge::node {
namespace {

/// Between two parts of a larger table. Each takes a large page from the system, which costs some
/// virtual machines 6 ms, in which their processor does nothing else.
constexpr std::chrono::milliseconds kBetweenParts{20};

/// Where sorted files are made before the family takes them in: the same file system.
constexpr const char* kIngestFolder = "ingest";

std::uint64_t level0_files(const RocksDb& db) {
  std::string text;
  db.raw().GetProperty(db.family(Family::locator), "rocksdb.num-files-at-level0", &text);
  return text.empty() ? 0 : std::stoull(text);
}

}  // namespace

/// Precondition: mutex_ is held, and no tail is frozen.
void Locator::freeze(std::size_t next_capacity) {
  frozen_ = active_;
  frozen_marks_ = std::move(active_marks_);
  active_marks_.clear();
  const std::size_t capacity = std::max(next_capacity, tail_capacity());
  if (spare_ && spare_->capacity() >= capacity) {
    active_ = std::exchange(spare_, nullptr);
  } else {
    active_ = std::make_shared<LocatorTail>(capacity);
  }
  changed_.notify_all();
}

void Locator::put_spare(std::unique_lock<std::mutex>& lock, Tail used) {
  spare_wanted_ = false;
  if (spare_) return;
  emptying_ = used != nullptr;
  lock.unlock();
  if (used && used.use_count() == 1 && used->capacity() < 2 * tail_capacity()) {
    // Whoever was the last to look up in it has let go of it so; this comes after that.
    Tail(used).reset();
  } else {
    used = std::make_shared<LocatorTail>(tail_capacity());
  }
  used->clear();
  lock.lock();
  spare_ = std::move(used);
  emptying_ = false;
}

Status Locator::make_room(std::size_t entries) {
  const std::lock_guard lock(mutex_);
  if (active_->size() + entries <= active_->capacity()) return {};
  if (active_->size() == 0 && active_marks_.empty()) {
    active_ = std::make_shared<LocatorTail>(entries);
    return {};
  }
  if (frozen_) {
    return Error{Errc::too_busy, "the locator is behind with writing its files"};
  }
  freeze(entries);
  return {};
}

void Locator::remove_leftovers() const {
  std::error_code ignored;
  std::filesystem::remove_all(db_.path() / kIngestFolder, ignored);
}

Status Locator::rebuild(
    const std::function<Status(const std::function<Status(Location, const Hash&)>&)>& each_leaf,
    std::size_t count, std::uint64_t stored, const Marks& next) {
  {
    const std::lock_guard lock(mutex_);
    active_ = std::make_shared<LocatorTail>(std::max(count, active_->capacity()));
    untouched_ = active_;
  }
  changed_.notify_all();
  std::vector<std::uint64_t> prefix;
  const auto add = [&](Location at, const Hash& digest) -> Status {
    prefixes({&digest, 1}, prefix);
    if (has_more_) {
      rocksdb::PinnableSlice ignored;
      auto further = db_.get(Family::locator_more, keys::locator_more(prefix[0], at), ignored);
      if (!further) return further.error();
      if (*further) return {};
    }
    if (active_->find(prefix[0])) {
      return Error{Errc::corrupt, keys::describe(Family::locator, keys::locator(prefix[0])) +
                                      ": two credentials, but no row of locator_more"};
    }
    active_->insert({prefix[0], rows::pack_location(at)});
    return {};
  };
  if (auto ok = each_leaf(add); !ok) return ok;
  begin_scan(stored);
  committed(next);
  return {};
}

void Locator::spill_loop() {
  std::unique_ptr<rocksdb::Iterator> scan;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] {
      return stopping_ || frozen_ || untouched_ || spare_wanted_ || growing_ || scanning_;
    });
    if (stopping_) return;
    if (frozen_) {
      Tail tail = frozen_;
      const Marks marks = frozen_marks_;
      lock.unlock();
      const Status done = spill(*tail, marks);
      lock.lock();
      if (stopping_) return;
      if (!done) {
        db_.fail(done.error());
        return;
      }
      frozen_.reset();
      put_spare(lock, std::move(tail));
    } else if (untouched_) {
      const Tail tail = untouched_;
      lock.unlock();
      const bool more = tail->touch();
      lock.lock();
      if (!more) untouched_.reset();
    } else if (spare_wanted_) {
      put_spare(lock, nullptr);
    } else {
      lock.unlock();
      if (growing_) {
        grow_on();
        lock.lock();
        changed_.wait_for(lock, kBetweenParts, [this] { return stopping_ || frozen_; });
      } else {
        scan_on(scan);
        lock.lock();
      }
    }
  }
}

Status Locator::spill(const LocatorTail& tail, const Marks& marks) {
  if (tail.size() > 0) {
    if (auto ok = ingest(tail); !ok) return ok;
    remember(tail);
  }
  rocksdb::WriteBatch batch;
  for (const auto& [issuer, position] : marks) {
    const std::string key = keys::locator_mark(issuer);
    batch.Put(db_.family(Family::meta), key, rows::encode_number(key, position));
  }
  return db_.write(batch);
}

Status Locator::ingest(const LocatorTail& tail) {
  const auto folder = db_.path() / kIngestFolder;
  std::error_code failed;
  std::filesystem::create_directory(folder, failed);
  const std::string file = folder / (std::to_string(files_++) + ".sst");

  rocksdb::ColumnFamilyHandle* family = db_.family(Family::locator);
  // Written out as it is made: at once it would keep the log's syncs waiting.
  rocksdb::EnvOptions how;
  how.bytes_per_sync = std::uint64_t{1} << 20;
  rocksdb::SstFileWriter writer(how, ingest_options(db_.raw().GetOptions(family)), family);
  rocksdb::Status status = writer.Open(file);
  tail.each_in_order([&](std::span<const LocatorTail::Entry> entries) {
    for (const LocatorTail::Entry& entry : entries) {
      if (!status.ok()) return;
      const std::string key = keys::locator(entry.prefix);
      const std::string value = rows::encode_location(rows::unpack_location(entry.location));
      status = writer.Put(key, value);
    }
  });
  if (status.ok()) status = writer.Finish();
  if (!status.ok()) return rocks_error(status, "cannot write a locator file");

  if (auto ok = wait_for_compaction(); !ok) return ok;
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  // Look-ups in this family use no snapshot; see RocksReader.
  options.snapshot_consistency = false;
  options.write_global_seqno = false;
  status = db_.raw().IngestExternalFile(family, {file}, options);
  if (!status.ok()) return rocks_error(status, "cannot take in a locator file");
  return {};
}

Status Locator::wait_for_compaction() {
  std::unique_lock lock(mutex_);
  while (!stopping_ && level0_files(db_) >= options_.locator_max_level0) {
    changed_.wait_for(lock, std::chrono::milliseconds(20));
  }
  if (stopping_) return Error{Errc::unavailable, "the store is closing"};
  return {};
}

}  // namespace kedge::node
