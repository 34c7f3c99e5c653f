// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "node/store/rocks_store.hpp"
#include "tests/support/store_data.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/vectors.hpp"

/// What opening makes of the files of a store that was not closed, cut and flipped in many places.
namespace kedge::test {
namespace {

using namespace kedge::node;
namespace fs = std::filesystem;

class StoreDamage : public testing::Test {
 protected:
  static constexpr std::uint64_t kCalls = 20;

  /// Makes a store of `kCalls` synced writes and copies its files while it is open: what a power
  /// cut would leave.
  StoreDamage() {
    options_.block_cache_bytes = std::size_t{8} << 20;
    options_.write_buffer_bytes = std::size_t{1} << 20;
    options_.locator_spill = 4'096;
    const auto store = must(create_rocks_store(dir_.path() / "live", {"damage", {}}, options_));
    must(store->add_issuer("a"));
    for (std::uint64_t i = 0; i < kCalls; ++i) {
      const node::Run run = make_run(0, i * 10, {10}, 1);
      must(store->append({&run, 1}));
    }
    copy_live(dir_.path() / "live", dir_.path() / "crashed");
  }

  /// RocksDB removes files that it no longer needs in the background: where one goes while it is
  /// being copied, the copy is made anew.
  static void copy_live(const fs::path& from, const fs::path& to) {
    constexpr int kAttempts = 100;
    std::error_code failed;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      fs::copy(from, to, fs::copy_options::recursive, failed);
      if (!failed) return;
      fs::remove_all(to);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw fs::filesystem_error("cannot copy an open store", from, to, failed);
  }

  /// A fresh copy of the crashed store.
  fs::path copy() {
    const fs::path path = dir_.path() / "copy";
    fs::remove_all(path);
    fs::copy(dir_.path() / "crashed", path, fs::copy_options::recursive);
    return path;
  }

  /// The biggest file whose name begins or ends so: the log has `.log`, and there is one manifest.
  static fs::path file(const fs::path& store, const std::string& part) {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(store)) {
      const std::string name = entry.path().filename();
      if (!name.starts_with(part) && !name.ends_with(part)) continue;
      if (found.empty() || entry.file_size() > fs::file_size(found)) found = entry.path();
    }
    return found;
  }

  /// Where the zeros begin that a log is filled with ahead.
  static std::uintmax_t end_of_log(const fs::path& store) {
    return read_file(file(store, ".log")).find_last_not_of('\0') + 1;
  }

  static void flip(const fs::path& path, std::uintmax_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const auto octet = static_cast<char>(file.get() ^ 0x10);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(octet);
  }

  /// Octets [from, to) read as zeros, as where a disk did not take them.
  static void clear(const fs::path& path, std::uintmax_t from, std::uintmax_t to) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(from));
    file << std::string(to - from, '\0');
  }

  /// Appends ten leaves and then a hundred, some ten sectors, and copies the files while the store
  /// is open. Where the second write begins in the log.
  std::uintmax_t append_twice_and_crash(const fs::path& path, const fs::path& crashed) {
    const auto store = must(open_rocks_store(path, options_));
    const node::Run first = make_run(0, kCalls * 10, {10}, 1);
    must(store->append({&first, 1}));
    const std::uintmax_t begin = end_of_log(path);
    const node::Run second = make_run(0, kCalls * 10 + 10, {100}, 1);
    must(store->append({&second, 1}));
    copy_live(path, crashed);
    return begin;
  }

  TempDir dir_;
  RocksOptions options_;
};

TEST_F(StoreDamage, NothingIsLostInACrash) {
  const auto store = must(open_rocks_store(copy(), options_));
  EXPECT_EQ(must(store->snapshot()->next_position(0)), kCalls * 10);
  for (std::uint64_t i = 0; i < kCalls * 10; ++i) {
    ASSERT_EQ(must(store->snapshot()->locate(digest_of(1, i))).size(), 1u);
  }
}

TEST_F(StoreDamage, ATornEndLosesWhatWasTornAndNothingElse) {
  const std::uintmax_t size = end_of_log(dir_.path() / "crashed");
  for (std::uintmax_t cut = 1; cut < size; cut += 397) {
    const fs::path path = copy();
    fs::resize_file(file(path, ".log"), size - cut);
    const auto store = must(open_rocks_store(path, options_));
    if (!must(store->snapshot()->issuers()).empty()) {
      const std::uint64_t next = must(store->snapshot()->next_position(0));
      ASSERT_EQ(next % 10, 0u);
      // A call takes more than 500 octets of the log, and a little over in all.
      ASSERT_GE(next + 10 + cut / 50, kCalls * 10) << cut;
      ASSERT_LT(next, kCalls * 10);
      const node::Run run = make_run(0, next, {10}, 1);
      must(store->append({&run, 1}));
    }
  }
}

TEST_F(StoreDamage, AFlippedBitAnywhereInTheLogStopsTheStart) {
  const std::uintmax_t size = end_of_log(dir_.path() / "crashed");
  // Octets 4 and 5 of a record are its length, and a record takes some 560 octets.
  for (std::uintmax_t at = 0; at < size; at += at < size - 600 ? 89 : 1) {
    const fs::path path = copy();
    flip(file(path, ".log"), at);
    const auto opened = open_rocks_store(path, options_);
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().code, Errc::corrupt) << opened.error().message;
  }
}

TEST_F(StoreDamage, ABitFlippedBehindTheLogLosesNothing) {
  constexpr std::uintmax_t kSector = 512;
  const std::uintmax_t end = end_of_log(dir_.path() / "crashed");
  const std::uintmax_t size = fs::file_size(file(dir_.path() / "crashed", ".log"));
  ASSERT_GT(size, end + 40'000);
  // In what would be the next record's head, and beyond.
  for (std::uintmax_t at = end; at < size; at += at < end + 12 ? 1 : 39'999) {
    const fs::path path = copy();
    flip(file(path, ".log"), at);
    const auto store = open_rocks_store(path, options_);
    if (!store) {
      ASSERT_LT(at, (end / kSector + 1) * kSector) << store.error().message;
      ASSERT_EQ(store.error().code, Errc::corrupt) << store.error().message;
    } else {
      ASSERT_EQ(must((*store)->snapshot()->next_position(0)), kCalls * 10) << at - end;
    }
  }
}

TEST_F(StoreDamage, ALastWriteWithoutSomeOfItsSectorsIsDroppedAlone) {
  constexpr std::size_t kSector = 512;
  const fs::path crashed = dir_.path() / "more";
  const std::uintmax_t before = append_twice_and_crash(copy(), crashed);
  const std::uintmax_t size = end_of_log(crashed);
  ASSERT_GT(size, before + 8 * kSector);
  std::mt19937_64 chance(7);
  for (int round = 0; round < 60; ++round) {
    const fs::path path = dir_.path() / "torn";
    fs::remove_all(path);
    fs::copy(crashed, path, fs::copy_options::recursive);
    // At least one goes; its octets read as zeros.
    std::uint64_t lost = chance() | (std::uint64_t{1} << (chance() % 8));
    for (std::uintmax_t at = before; at < size; lost >>= 1U) {
      const std::uintmax_t end = std::min(size, (at / kSector + 1) * kSector);
      if ((lost & 1U) != 0) clear(file(path, ".log"), at, end);
      at = end;
    }
    const auto store = open_rocks_store(path, options_);
    ASSERT_TRUE(store) << round << ": " << store.error().message;
    ASSERT_EQ(must((*store)->snapshot()->next_position(0)), kCalls * 10 + 10);
    const node::Run run = make_run(0, kCalls * 10 + 10, {10}, 1);
    must((*store)->append({&run, 1}));
  }
}

TEST_F(StoreDamage, AnEarlierWriteWithoutASectorStopsTheStart) {
  const std::uintmax_t size = end_of_log(dir_.path() / "crashed");
  for (std::uintmax_t at = 0; at + 1'200 < size; at += 512) {
    const fs::path path = copy();
    clear(file(path, ".log"), at, at + 512);
    const auto opened = open_rocks_store(path, options_);
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().code, Errc::corrupt) << opened.error().message;
  }
}

TEST_F(StoreDamage, ATornManifestLosesItsLastRecordAlone) {
  const fs::path crashed = file(dir_.path() / "crashed", "MANIFEST");
  const std::uintmax_t size = fs::file_size(crashed);
  // A record that was being written: its head in one sector, nothing of it in the next.
  for (const std::size_t length : {600U, 1'000U}) {
    const fs::path path = copy();
    std::ofstream out(file(path, "MANIFEST"), std::ios::binary | std::ios::app);
    const std::string head("\x11\x22\x33\x44", 4);
    out << head << static_cast<char>(length & 0xFFU) << static_cast<char>(length >> 8U) << '\x01';
    while (static_cast<std::uintmax_t>(out.tellp()) % 512 != 0) out << 'x';
    out << std::string(length, '\0');
    out.close();
    ASSERT_GT(fs::file_size(file(path, "MANIFEST")), size + length);
    const auto store = open_rocks_store(path, options_);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ(must((*store)->snapshot()->next_position(0)), kCalls * 10);
  }
}

TEST_F(StoreDamage, LostAndDamagedFilesAreNamed) {
  const std::pair<const char*, std::function<void(const fs::path&)>> damages[] = {
      {"no CURRENT", [](const fs::path& path) { fs::remove(path / "CURRENT"); }},
      {"empty CURRENT", [](const fs::path& path) { fs::resize_file(path / "CURRENT", 0); }},
      {"flipped CURRENT", [](const fs::path& path) { flip(path / "CURRENT", 3); }},
      {"no MANIFEST", [](const fs::path& path) { fs::remove(file(path, "MANIFEST")); }},
      {"flipped MANIFEST", [](const fs::path& path) { flip(file(path, "MANIFEST"), 30); }},
      {"lost rows", [](const fs::path& path) { fs::remove(file(path, ".sst")); }},
      {"cut rows",
       [](const fs::path& path) {
         const fs::path rows = file(path, ".sst");
         fs::resize_file(rows, fs::file_size(rows) / 2);
       }},
  };
  for (const auto& [name, damage] : damages) {
    const fs::path path = copy();
    damage(path);
    const auto opened = open_rocks_store(path, options_);
    ASSERT_FALSE(opened) << name;
    EXPECT_TRUE(opened.error().code == Errc::corrupt || opened.error().code == Errc::storage)
        << name;
    EXPECT_NE(opened.error().message.find(path.string()), std::string::npos)
        << opened.error().message;
    EXPECT_FALSE(create_rocks_store(path, {"other", {}}, options_)) << name;
  }
}

}  // namespace
}  // namespace kedge::test
