// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "node/anchoring/log_writer.hpp"
#include "node/log/entry.hpp"
#include "node/status/allocation.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/fault_store.hpp"

namespace kedge::node {
namespace {

using enum StatusValue;

constexpr std::uint64_t kNow = 1'767'225'600'000;

WantedStatus at(std::uint64_t position, StatusValue value) {
  return {.target = {.list = kRegister, .index = position}, .value = value};
}

class LogWriterStatusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = *make_memory_store(test::make_identity());
    open();
    ASSERT_TRUE(log_->begin(kNow));
    alice_ = *log_->ensure_issuer("did:example:alice");
    bob_ = *log_->ensure_issuer("did:example:bob");
  }

  // Everything is derived anew from what is stored, after every test.
  void TearDown() override { EXPECT_EQ(test::audit_log(*store_->snapshot()), ""); }

  void open() {
    log_.reset();
    auto log = LogWriter::open(*store_, test::make_signer(), {});
    ASSERT_TRUE(log) << log.error().message;
    log_ = *std::move(log);
  }

  void submit(IssuerId issuer, std::uint64_t first, std::size_t count) {
    const auto answer = test::submit(*log_, *store_, issuer, test::items_of(first, count), now_);
    ASSERT_TRUE(answer) << answer.error().message;
  }

  Result<std::vector<TargetResult>> set(IssuerId issuer, const std::vector<WantedStatus>& targets) {
    return test::set_status(*log_, *store_, issuer, targets, now_);
  }

  std::optional<SealedEpoch> seal() {
    auto sealed = log_->seal(now_, Hash{});
    EXPECT_TRUE(sealed) << sealed.error().message;
    return sealed ? *sealed : std::nullopt;
  }

  LogEntry entry(std::uint64_t index) const {
    return *decode_entry(*store_->snapshot()->log_entry(index));
  }

  /// What the log says of an entry as of an epoch.
  StatusValue value_at(IssuerId issuer, const StatusTarget& target, std::uint64_t epoch) const {
    const auto reader = store_->snapshot();
    const auto row = reader->status_at(issuer, epoch);
    if (!row) return valid;
    const auto record = find_list(row->lists, target.list);
    if (!record || target.index >= record->size) return valid;
    return *status_in_list(target.index, record->size,
                           tiles_at(*reader, issuer, target.list, epoch));
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<LogWriter> log_;
  std::uint64_t now_ = kNow;
  IssuerId alice_ = 0;
  IssuerId bob_ = 0;
};

TEST_F(LogWriterStatusTest, AStatusEntryFollowsTheBatchesOfItsIssuer) {
  submit(alice_, 0, 3);
  submit(bob_, 0, 2);
  ASSERT_TRUE(set(alice_, {at(1, revoked)}));
  const auto sealed = seal();
  ASSERT_TRUE(sealed);
  ASSERT_EQ(sealed->checkpoint.size, 6U);
  ASSERT_TRUE(std::holds_alternative<BatchEntry>(entry(2)));
  ASSERT_TRUE(std::holds_alternative<StatusEntry>(entry(3)));
  ASSERT_TRUE(std::holds_alternative<BatchEntry>(entry(4)));
  ASSERT_TRUE(std::holds_alternative<EpochEntry>(entry(5)));
  const auto status = std::get<StatusEntry>(entry(3));
  EXPECT_EQ(status.change_count, 1U);
  EXPECT_EQ(status.issuer_seq, 1U);
  const auto reader = store_->snapshot();
  const auto row = reader->status_at(alice_, 1);
  ASSERT_TRUE(row);
  ASSERT_EQ(row->lists.size(), 1U);
  EXPECT_EQ(row->lists[0].size, 3U) << "the batch of the same epoch is counted";
  EXPECT_EQ(reader->issuer(alice_)->status_root, status.status_root);
  EXPECT_EQ(reader->issuer(bob_)->status_root, Hash{});
  EXPECT_EQ(value_at(alice_, {.list = kRegister, .index = 1}, 1), revoked);
  EXPECT_EQ(value_at(alice_, {.list = kRegister, .index = 2}, 1), valid);
}

TEST_F(LogWriterStatusTest, ChangesAloneMakeAnEpoch) {
  submit(alice_, 0, 3);
  seal();
  EXPECT_TRUE(log_->idle());
  ASSERT_TRUE(set(alice_, {at(0, suspended), at(2, revoked)}));
  EXPECT_FALSE(log_->idle());
  EXPECT_EQ(log_->unsealed(), 0U);
  EXPECT_EQ(log_->unsealed_changes(), 2U);
  EXPECT_EQ(log_->sealed_changes(alice_), 0U);
  const auto sealed = seal();
  ASSERT_TRUE(sealed);
  ASSERT_EQ(sealed->issuers.size(), 1U);
  EXPECT_EQ(sealed->issuers[0].id, alice_);
  EXPECT_EQ(log_->unsealed_changes(), 0U);
  EXPECT_EQ(log_->sealed_changes(alice_), 2U);
  EXPECT_FALSE(seal()) << "nothing is ready";
  ASSERT_TRUE(set(alice_, {at(0, suspended)}));
  EXPECT_FALSE(seal()) << "nothing has changed";
  ASSERT_TRUE(set(alice_, {at(0, valid)}));
  ASSERT_TRUE(seal());
  EXPECT_EQ(value_at(alice_, {.list = kRegister, .index = 0}, 2), suspended);
  EXPECT_EQ(value_at(alice_, {.list = kRegister, .index = 0}, 3), valid);
}

TEST_F(LogWriterStatusTest, AStatusRootStaysUntilTheNextChange) {
  submit(alice_, 0, 3);
  ASSERT_TRUE(set(alice_, {at(1, revoked)}));
  seal();
  const Hash root = store_->snapshot()->issuer(alice_)->status_root;
  submit(alice_, 10, 300);
  seal();
  EXPECT_EQ(store_->snapshot()->issuer(alice_)->status_root, root);
  ASSERT_TRUE(set(alice_, {at(300, revoked)}));
  seal();
  const auto row = store_->snapshot()->status_at(alice_, 3);
  ASSERT_TRUE(row);
  EXPECT_NE(row->status_root, root);
  EXPECT_EQ(row->lists[0].size, 303U);
}

TEST_F(LogWriterStatusTest, PublishedListsAreInTheNextStatusEntry) {
  submit(alice_, 0, 1);
  ASSERT_TRUE(set(alice_, {at(0, suspended)}));
  seal();
  const auto taken = test::allocate(*log_, *store_, alice_, 5, "key", now_);
  ASSERT_TRUE(taken);
  EXPECT_FALSE(seal()) << "an allocation changes no status";
  ASSERT_TRUE(set(alice_, {at(0, valid)}));
  seal();
  const auto opened = store_->snapshot()->status_at(alice_, 2);
  ASSERT_EQ(opened->lists.size(), 2U);
  EXPECT_EQ(opened->lists[1].size, kMinListSize);
  EXPECT_EQ(opened->lists[1].bits_root, zero_bits_root(kMinListSize));
  ASSERT_TRUE(set(alice_, {{.target = taken->entries[3], .value = revoked}}));
  seal();
  const auto changed = store_->snapshot()->status_at(alice_, 3);
  EXPECT_EQ(changed->lists[0], opened->lists[0]);
  EXPECT_NE(changed->lists[1].bits_root, opened->lists[1].bits_root);
  EXPECT_EQ(value_at(alice_, taken->entries[3], 3), revoked);
  EXPECT_EQ(value_at(alice_, taken->entries[4], 3), valid);
}

TEST_F(LogWriterStatusTest, WhatIsNotSealedIsThereAfterARestart) {
  submit(alice_, 0, 3);
  ASSERT_TRUE(set(alice_, {at(0, revoked)}));
  seal();
  ASSERT_TRUE(set(alice_, {at(1, revoked)}));
  ASSERT_TRUE(set(alice_, {at(2, suspended)}));
  open();
  EXPECT_EQ(log_->next_change(alice_), 3U);
  EXPECT_EQ(log_->sealed_changes(alice_), 1U);
  EXPECT_EQ(log_->unsealed_changes(), 2U);
  EXPECT_FALSE(set(alice_, {at(1, valid)}));
  ASSERT_TRUE(set(alice_, {at(2, valid)}));
  ASSERT_TRUE(seal());
  EXPECT_EQ(value_at(alice_, {.list = kRegister, .index = 1}, 2), revoked);
  EXPECT_EQ(store_->snapshot()->status_at(alice_, 2)->count, 3U);
  open();
  EXPECT_TRUE(log_->idle());
}

TEST_F(LogWriterStatusTest, NoChangeIsDatedBeforeTheLogOrAfterItsEntry) {
  submit(alice_, 0, 3);
  now_ = kNow + 5'000;
  ASSERT_TRUE(set(alice_, {at(0, revoked)}));
  now_ = kNow + 1'000;
  const auto later = set(alice_, {at(1, revoked)});
  EXPECT_EQ((*later)[0].time_ms, kNow + 5'000) << "not before the change before it";
  const auto refused = log_->seal(now_, Hash{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  open();
  EXPECT_FALSE(log_->seal(now_, Hash{})) << "nor after a restart";
  now_ = kNow + 6'000;
  ASSERT_TRUE(seal());
  now_ = kNow + 2'000;
  const auto third = set(alice_, {at(2, revoked)});
  EXPECT_EQ((*third)[0].time_ms, kNow + 6'000) << "not before the newest epoch";
  now_ = kNow + 7'000;
  ASSERT_TRUE(seal());
}

TEST_F(LogWriterStatusTest, ChangesFromBeforeTheLogHasBegun) {
  log_.reset();
  store_ = *make_memory_store(test::make_identity());
  open();
  alice_ = *log_->ensure_issuer("did:example:alice");
  submit(alice_, 0, 2);
  ASSERT_TRUE(set(alice_, {at(1, revoked)}));
  ASSERT_TRUE(log_->begin(kNow - 10'000)) << "the clock has gone back meanwhile";
  EXPECT_EQ(store_->snapshot()->latest_checkpoint()->time_ms, kNow);
  EXPECT_EQ(value_at(alice_, {.list = kRegister, .index = 1}, 0), revoked);
}

TEST_F(LogWriterStatusTest, AFailedWriteIsTheEnd) {
  submit(alice_, 0, 2);
  log_.reset();
  test::FaultStore faulty(std::move(store_), 0);
  {
    const auto log = *LogWriter::open(faulty, test::make_signer(), {});
    EXPECT_FALSE(test::set_status(*log, faulty, alice_, {at(0, revoked)}, now_));
    ASSERT_TRUE(log->fault());
    EXPECT_EQ(log->unsealed_changes(), 0U);
    EXPECT_FALSE(test::allocate(*log, faulty, alice_, 1, "key", now_));
    EXPECT_FALSE(log->seal(now_, Hash{}));
  }
  store_ = faulty.release();
  open();
  EXPECT_EQ(log_->next_change(alice_), 0U);
}

// Registers that grow across every boundary of chunk and tile while they change.
TEST_F(LogWriterStatusTest, RandomHistories) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::uint64_t digest = 0;
  std::vector<StatusTarget> entries;
  std::map<std::uint64_t, std::map<StatusTarget, StatusValue>> history;
  std::map<StatusTarget, StatusValue> now;
  for (int step = 0; step < 250; ++step) {
    now_ += random() % 100;
    const IssuerId issuer = random() % 3 == 0 ? bob_ : alice_;
    switch (random() % 6) {
      case 0:
      case 1:
        submit(issuer, digest, random() % 4 == 0 ? random() % 3'000 + 1 : random() % 140 + 1);
        digest += 3'000;
        break;
      case 2: {
        const auto taken =
            test::allocate(*log_, *store_, alice_, static_cast<std::uint32_t>(random() % 4 + 1),
                           "key " + std::to_string(step), now_);
        ASSERT_TRUE(taken);
        entries.insert(entries.end(), taken->entries.begin(), taken->entries.end());
        break;
      }
      case 3:
      case 4: {
        std::vector<WantedStatus> targets;
        const std::uint64_t size = log_->next_position(issuer);
        for (std::size_t i = random() % 20 + 1; i > 0 && size > 0; --i) {
          targets.push_back(at(random() % size, static_cast<StatusValue>(random() % 3)));
        }
        if (issuer == alice_ && !entries.empty()) {
          targets.push_back({.target = entries[random() % entries.size()],
                             .value = static_cast<StatusValue>(random() % 3)});
        }
        for (const WantedStatus& wanted : targets) {
          const auto result = set(issuer, {wanted});
          if (result && issuer == alice_) now[wanted.target] = wanted.value;
        }
        break;
      }
      default:
        if (const auto sealed = seal()) history[sealed->checkpoint.epoch] = now;
        if (random() % 4 == 0) open();
    }
  }
  if (const auto sealed = seal()) history[sealed->checkpoint.epoch] = now;
  // Every past epoch still says what it said.
  for (const auto& [epoch, values] : history) {
    for (const auto& [target, value] : values) {
      ASSERT_EQ(value_at(alice_, target, epoch), value)
          << "epoch " << epoch << ", list " << target.list << ", index " << target.index;
    }
  }
}

}  // namespace
}  // namespace kedge::node
