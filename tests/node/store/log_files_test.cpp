// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <sys/resource.h>

#include "crypto/random.hpp"
#include "node/store/filled_logs.hpp"
#include "node/store/log_tail.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/vectors.hpp"

/// The files of RocksDB's log: how they are filled ahead, and what is read from their end.
namespace kedge::test {
namespace {

using namespace kedge::node;
namespace fs = std::filesystem;

constexpr std::size_t kSector = 512;
constexpr std::size_t kMiB = std::size_t{1} << 20;

Bytes without_zeros(Bytes octets) {
  while (!octets.empty() && octets.back() == 0) octets.pop_back();
  return octets;
}

std::string random_text(std::size_t size) {
  std::string text(size, '\0');
  crypto::random_bytes({reinterpret_cast<std::uint8_t*>(text.data()), size});
  text.back() = 'x';
  return text;
}

class FilledLogs : public testing::Test {
 protected:
  std::unique_ptr<rocksdb::FSWritableFile> make(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const auto made =
        env_->GetFileSystem()->NewWritableFile(path(name).string(), {}, &file, nullptr);
    EXPECT_TRUE(made.ok()) << made.ToString();
    return file;
  }
  static void append(rocksdb::FSWritableFile& file, const std::string& data) {
    const auto done = file.Append(data, {}, nullptr);
    ASSERT_TRUE(done.ok()) << done.ToString();
    ASSERT_TRUE(file.Sync({}, nullptr).ok());
  }
  static void close(rocksdb::FSWritableFile& file) {
    const auto done = file.Close({}, nullptr);
    EXPECT_TRUE(done.ok()) << done.ToString();
  }
  [[nodiscard]] fs::path path(const std::string& name) const { return dir_.path() / name; }
  [[nodiscard]] std::string text_of(const std::string& name) const { return read_file(path(name)); }

  TempDir dir_;
  std::unique_ptr<rocksdb::Env> env_ = env_with_filled_logs();
};

TEST_F(FilledLogs, SmallWritesGoOverZeros) {
  const auto file = make("000007.log");
  std::string wanted;
  std::uintmax_t size = 0;
  int longer = 0;
  for (int i = 0; i < 300; ++i) {
    wanted += random_text(10'000);
    append(*file, wanted.substr(wanted.size() - 10'000));
    const std::uintmax_t now = fs::file_size(path("000007.log"));
    longer += now != size ? 1 : 0;
    size = now;
    ASSERT_EQ(file->GetFileSize({}, nullptr), wanted.size());
    ASSERT_GE(size, wanted.size());
  }
  EXPECT_EQ(longer, 3) << "three megabytes, filled one by one";
  EXPECT_EQ(text_of("000007.log"), wanted + std::string(size - wanted.size(), '\0'));
  close(*file);
  EXPECT_EQ(text_of("000007.log"), wanted);
}

TEST_F(FilledLogs, LargeWritesAreNotFilledAhead) {
  const auto file = make("000007.log");
  std::string wanted;
  for (const std::size_t size : {2 * kMiB, 3 * kMiB, std::size_t{100}, kMiB / 2, kMiB}) {
    wanted += random_text(size);
    append(*file, wanted.substr(wanted.size() - size));
    const std::uintmax_t ahead = fs::file_size(path("000007.log")) - wanted.size();
    if (size == 100) {
      EXPECT_EQ(ahead, kMiB);
    } else if (size == kMiB / 2) {
      EXPECT_EQ(ahead, kMiB / 2) << "it went over half of the zeros";
    } else {
      EXPECT_EQ(ahead, 0u) << size;
    }
  }
  close(*file);
  EXPECT_EQ(text_of("000007.log"), wanted);
}

TEST_F(FilledLogs, OtherFilesAreLeftAlone) {
  const auto file = make("000008.sst");
  append(*file, "short");
  EXPECT_EQ(text_of("000008.sst"), "short");
  close(*file);
}

TEST_F(FilledLogs, WithoutRoomForZerosThereIsRoomForTheWrite) {
  // The system refuses what goes beyond this size, in the middle of the zeros.
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  rlimit limit = old;
  limit.rlim_cur = 200'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto file = make("000007.log");
  std::string wanted;
  for (int i = 0; i < 20; ++i) {
    wanted += random_text(9'999);
    append(*file, wanted.substr(wanted.size() - 9'999));
    EXPECT_EQ(fs::file_size(path("000007.log")), wanted.size());
  }
  EXPECT_FALSE(file->Append(random_text(9'999), {}, nullptr).ok());
  close(*file);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, before);
  EXPECT_EQ(text_of("000007.log").substr(0, wanted.size()), wanted);
}

/// A log that RocksDB has written, with its zeros, and where each of its records begins.
class LogTails : public testing::Test {
 protected:
  /// Synced writes of so many octets each.
  void write(const std::vector<std::size_t>& sizes) {
    const auto env = env_with_filled_logs();
    rocksdb::Options options;
    options.create_if_missing = true;
    options.env = env.get();
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, (dir_.path() / "db").string(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    for (const std::size_t size : sizes) {
      begins_.push_back(without_zeros(log()).size());
      ASSERT_TRUE(db->Put(synced, "key", random_text(size)).ok());
    }
    log_ = log();
    end_ = without_zeros(log_).size();
  }

  [[nodiscard]] LogTailReport inspect(bool checksums = true) const {
    return inspect_log(log_, checksums);
  }

  TempDir dir_;
  Bytes log_;
  std::vector<std::size_t> begins_;
  std::size_t end_ = 0;

 private:
  [[nodiscard]] Bytes log() const {
    std::string found;
    for (const auto& entry : fs::directory_iterator(dir_.path() / "db")) {
      if (entry.path().extension() == ".log") found = read_file(entry.path());
    }
    return {found.begin(), found.end()};
  }
};

TEST_F(LogTails, ZerosAfterTheLastRecordAreNoDamage) {
  write({100, 40'000, 700});
  EXPECT_GT(log_.size(), end_ + kMiB / 2);
  for (const bool checksums : {false, true}) EXPECT_EQ(inspect(checksums).tail, LogTail::whole);
  for (const std::size_t size : {end_, end_ + 1, end_ + 7, end_ + kSector}) {
    log_.resize(size);
    EXPECT_EQ(inspect().tail, LogTail::whole) << size;
  }
  EXPECT_FALSE(is_blank(log_));
  EXPECT_TRUE(is_blank(Bytes(3 * kSector)));
  EXPECT_TRUE(is_blank({}));
  EXPECT_EQ(inspect_log(Bytes(3 * kSector), true).tail, LogTail::whole);
}

TEST_F(LogTails, NoBitOfARecordCanBeFlippedUnseen) {
  write({300, 33'000, 1'500});
  for (std::size_t at = 0; at < end_; ++at) {
    // The middle of a long record is alike everywhere.
    if (at > 400 && at < begins_[2] - 400 && at % 97 != 0) continue;
    for (const std::uint8_t bit : std::initializer_list<std::uint8_t>{0x01, 0x10, 0x80}) {
      log_[at] ^= bit;
      const LogTailReport found = inspect();
      ASSERT_EQ(found.tail, LogTail::damaged) << at << " bit " << int{bit};
      const std::size_t record = at < begins_[1] ? 0 : at < begins_[2] ? begins_[1] : begins_[2];
      ASSERT_EQ(found.offset, record) << at;
      log_[at] ^= bit;
    }
  }
  ASSERT_EQ(inspect().tail, LogTail::whole);
}

TEST_F(LogTails, WhatRocksDbWouldDropByItselfIsSeenWithoutSums) {
  // The file ends in the block in which the last record begins, as when the zeros end there.
  write({300, 1'500});
  log_.resize(5'000);
  for (const std::uint8_t bit : std::initializer_list<std::uint8_t>{0x20, 0x40, 0x80}) {
    log_[begins_[1] + 5] ^= bit;
    EXPECT_EQ(inspect(false).tail, LogTail::damaged) << int{bit};
    log_[begins_[1] + 5] ^= bit;
  }
}

TEST_F(LogTails, ARecordWithoutSectorsIsTorn) {
  write({300, 3'000});
  const std::size_t first = begins_[1] / kSector;
  const std::size_t sectors = (end_ + kSector - 1) / kSector - first;
  ASSERT_LE(sectors, 8u);
  for (unsigned lost = 1; lost < 1U << sectors; ++lost) {
    Bytes whole = log_;
    for (std::size_t i = 0; i < sectors; ++i) {
      if ((lost >> i & 1U) == 0) continue;
      const std::size_t from = std::max(begins_[1], (first + i) * kSector);
      std::fill(log_.begin() + std::ptrdiff_t(from),
                log_.begin() + std::ptrdiff_t((first + i + 1) * kSector), 0);
    }
    const bool all = lost + 1 == 1U << sectors;
    EXPECT_EQ(inspect().tail, all ? LogTail::whole : LogTail::torn) << lost;
    EXPECT_EQ(inspect().offset, all ? 0 : begins_[1]) << lost;
    EXPECT_NE(inspect(false).tail, LogTail::damaged) << lost;
    log_ = std::move(whole);
  }
}

TEST_F(LogTails, ARecordOfSeveralBlocksWithoutOneIsTorn) {
  constexpr std::size_t kBlock = std::size_t{32} << 10;
  write({300, 100'000});
  for (std::size_t block = 0; block * kBlock < end_; ++block) {
    const Bytes whole = log_;
    const std::size_t from = std::max(begins_[1], block * kBlock);
    std::fill(log_.begin() + std::ptrdiff_t(from),
              log_.begin() + std::ptrdiff_t(std::min(log_.size(), (block + 1) * kBlock)), 0);
    EXPECT_EQ(inspect().tail, LogTail::torn) << block;
    EXPECT_EQ(inspect().offset, begins_[1]) << block;
    log_ = whole;
  }
}

TEST_F(LogTails, ABitFlippedInTheZerosCostsNoRecord) {
  write({300, 1'500});
  const std::size_t next_sector = (end_ / kSector + 1) * kSector;
  for (std::size_t at = end_; at < end_ + 2'000; ++at) {
    log_[at] ^= 0x10;
    const LogTailReport found = inspect();
    // In the sector of the last record it may be all that is left of one more.
    ASSERT_TRUE(found.tail != LogTail::damaged || at < next_sector) << at;
    ASSERT_TRUE(found.tail == LogTail::whole || found.offset == end_) << at;
    log_[at] ^= 0x10;
  }
}

}  // namespace
}  // namespace kedge::test
