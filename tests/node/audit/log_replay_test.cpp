// SPDX-License-Identifier: Apache-2.0
#include "node/audit/log_replay.hpp"

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"
#include "node/log/directory.hpp"

namespace kedge::node {
namespace {

Hash filled(std::uint8_t byte) {
  Hash hash;
  hash.fill(byte);
  return hash;
}

/// Writes entries by the rules; a test breaks one of them before it is applied.
class Log {
 public:
  using Faults = std::vector<std::string>;

  Faults apply(LogEntry entry) {
    const Hash hash = crypto::leaf_hash(encode_entry(entry));
    if (const auto* batch = std::get_if<BatchEntry>(&entry)) {
      DirectoryRecord& record = records_[batch->issuer_hash];
      record.issuer_hash = batch->issuer_hash;
      record.next_issuer_seq = batch->issuer_seq + 1;
      record.credential_count = batch->first_position + batch->count;
      record.last_entry_hash = hash;
    }
    if (const auto* status = std::get_if<StatusEntry>(&entry)) {
      DirectoryRecord& record = records_[status->issuer_hash];
      record.issuer_hash = status->issuer_hash;
      record.next_issuer_seq = status->issuer_seq + 1;
      record.status_root = status->status_root;
      record.last_entry_hash = hash;
    }
    if (std::holds_alternative<EpochEntry>(entry)) ++epoch_;
    return replay_.apply(entry, hash);
  }

  BatchEntry batch(const Hash& issuer, std::uint32_t count) {
    const DirectoryRecord& record = records_[issuer];
    return {time_, issuer,    record.next_issuer_seq, record.credential_count,
            count, filled(9), record.last_entry_hash};
  }
  StatusEntry status(const Hash& issuer) {
    const DirectoryRecord& record = records_[issuer];
    return {time_, issuer, record.next_issuer_seq, 1, filled(7), filled(8), record.last_entry_hash};
  }
  EpochEntry epoch() const {
    std::vector<DirectoryRecord> all;
    for (const auto& [hash, record] : records_) all.push_back(record);
    return {time_, epoch_, static_cast<std::uint32_t>(all.size()), directory_root(all), Hash{}};
  }
  GenesisEntry genesis() const { return {time_, filled(1)}; }

  LogReplay& replay() { return replay_; }
  void at(std::uint64_t time) { time_ = time; }

 private:
  LogReplay replay_{filled(1)};
  std::map<Hash, DirectoryRecord> records_;
  std::uint64_t time_ = 1000;
  std::uint64_t epoch_ = 0;
};

const Log::Faults kNone;
const Hash kA = filled(0xa0);
const Hash kB = filled(0xb0);

/// A log with some history, without a fault.
Log begun() {
  Log log;
  EXPECT_EQ(log.apply(log.genesis()), kNone);
  EXPECT_EQ(log.apply(log.epoch()), kNone);
  log.at(2000);
  EXPECT_EQ(log.apply(log.batch(kB, 5)), kNone);
  EXPECT_EQ(log.apply(log.batch(kA, 3)), kNone);
  EXPECT_EQ(log.apply(log.epoch()), kNone);
  EXPECT_EQ(log.apply(log.epoch()), kNone) << "a heartbeat";
  EXPECT_EQ(log.apply(log.status(kA)), kNone);
  EXPECT_EQ(log.apply(log.batch(kA, 3)), kNone);
  EXPECT_EQ(log.apply(log.epoch()), kNone);
  return log;
}

TEST(LogReplay, FollowsALog) {
  Log log = begun();
  EXPECT_EQ(log.replay().size(), 9U);
  EXPECT_EQ(log.replay().next_epoch(), 4U);
  EXPECT_TRUE(log.replay().complete());
  const DirectoryRecord* a = log.replay().issuer(kA);
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->next_issuer_seq, 3U);
  EXPECT_EQ(a->credential_count, 6U);
  EXPECT_EQ(a->status_root, filled(8));
  EXPECT_EQ(log.replay().issuer(filled(3)), nullptr);
}

TEST(LogReplay, EveryRuleIsCheckedOnce) {
  const std::function<LogEntry(Log&)> broken[] = {
      [](Log& log) { return LogEntry(log.genesis()); },
      [](Log& log) {
        log.at(1999);
        return LogEntry(log.batch(kA, 1));
      },
      [](Log& log) {
        BatchEntry entry = log.batch(kA, 1);
        entry.issuer_seq += 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        BatchEntry entry = log.batch(kA, 1);
        entry.issuer_seq -= 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        BatchEntry entry = log.batch(kA, 1);
        entry.first_position += 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        BatchEntry entry = log.batch(kA, 1);
        entry.first_position -= 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        BatchEntry entry = log.batch(kA, 1);
        entry.prev[0] ^= 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        BatchEntry entry = log.batch(filled(0xc0), 1);
        entry.prev[0] ^= 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        StatusEntry entry = log.status(kB);
        entry.issuer_seq += 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        StatusEntry entry = log.status(kB);
        entry.prev = Hash{};
        return LogEntry(entry);
      },
      [](Log& log) {
        EpochEntry entry = log.epoch();
        entry.issuer_count -= 1;
        return LogEntry(entry);
      },
      [](Log& log) {
        EpochEntry entry = log.epoch();
        entry.directory_root[31] ^= 1;
        return LogEntry(entry);
      },
  };
  for (std::size_t i = 0; i < std::size(broken); ++i) {
    SCOPED_TRACE(i);
    Log log = begun();
    EXPECT_EQ(log.apply(broken[i](log)).size(), 1U);
    log.at(3000);
    EXPECT_EQ(log.apply(log.batch(kA, 2)), kNone) << "one fault is reported once";
    EXPECT_EQ(log.apply(log.batch(kB, 2)), kNone);
    EXPECT_EQ(log.apply(log.epoch()), kNone);
  }
}

TEST(LogReplay, EpochsHaveNoGaps) {
  Log log = begun();
  EpochEntry entry = log.epoch();
  entry.epoch += 1;
  EXPECT_EQ(log.replay().apply(entry, filled(1)).size(), 1U);
  entry.epoch += 1;
  EXPECT_EQ(log.replay().apply(entry, filled(1)), kNone);
}

TEST(LogReplay, BeginsWithTheGenesisOfItsOrigin) {
  Log without;
  EXPECT_EQ(without.apply(without.epoch()).size(), 1U);
  Log other;
  EXPECT_EQ(other.apply(GenesisEntry{1000, filled(2)}).size(), 1U);
}

TEST(LogReplay, ASkippedEntryLeavesTimesAndTypesToCheck) {
  Log log = begun();
  log.replay().skip();
  EXPECT_FALSE(log.replay().complete());
  BatchEntry entry = log.batch(kA, 1);
  entry.issuer_seq += 1;
  entry.prev[0] ^= 1;
  entry.first_position += 1;
  EXPECT_EQ(log.apply(entry), kNone);
  log.at(5);
  EXPECT_EQ(log.apply(log.batch(kA, 1)).size(), 1U);
  EXPECT_EQ(log.apply(log.genesis()).size(), 1U);
}

}  // namespace
}  // namespace kedge::node
