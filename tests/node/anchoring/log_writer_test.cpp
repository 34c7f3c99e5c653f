// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/log_writer.hpp"

#include <random>

#include <gtest/gtest.h>

#include "node/log/entry.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/fault_store.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;

class LogWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = *make_memory_store(test::make_identity());
    open();
    ASSERT_TRUE(log_->begin(kNow));
    alice_ = *log_->ensure_issuer("did:example:alice");
    bob_ = *log_->ensure_issuer("did:example:bob");
  }

  void TearDown() override { EXPECT_EQ(test::audit_log(*store_->snapshot()), ""); }

  void open() {
    auto log = LogWriter::open(*store_, test::make_signer(), options_);
    ASSERT_TRUE(log) << log.error().message;
    log_ = *std::move(log);
  }

  std::vector<SubmittedItem> submit(IssuerId issuer, std::uint64_t first, std::size_t count) {
    auto answer = test::submit(*log_, *store_, issuer, test::items_of(first, count), now_);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : std::vector<SubmittedItem>();
  }

  std::optional<SealedEpoch> seal() {
    auto sealed = log_->seal(now_, Hash{});
    EXPECT_TRUE(sealed) << sealed.error().message;
    return sealed ? *sealed : std::nullopt;
  }

  std::vector<BatchRow> batches_of(IssuerId issuer) const {
    const auto reader = store_->snapshot();
    std::vector<BatchRow> batches;
    for (std::uint64_t position = 0;;) {
      const auto batch = reader->batch_of(issuer, position);
      if (!batch) return batches;
      batches.push_back(*batch);
      position = batch->first_position + batch->count;
    }
  }

  LogWriterOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<LogWriter> log_;
  std::uint64_t now_ = kNow;
  IssuerId alice_ = 0;
  IssuerId bob_ = 0;
};

TEST_F(LogWriterTest, BeginsWithGenesisAndEpochZero) {
  const auto reader = store_->snapshot();
  EXPECT_EQ(*reader->log_size(), 2U);
  EXPECT_TRUE(std::holds_alternative<GenesisEntry>(*decode_entry(*reader->log_entry(0))));
  const LogEntry last = *decode_entry(*reader->log_entry(1));
  const EpochEntry& epoch = std::get<EpochEntry>(last);
  EXPECT_EQ(epoch.epoch, 0U);
  EXPECT_EQ(epoch.issuer_count, 0U);
  EXPECT_EQ(epoch.anchor_ref, Hash{});
  EXPECT_EQ(reader->latest_checkpoint()->size, 2U);
  const auto again = log_->begin(kNow);
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST_F(LogWriterTest, OpeningAnEmptyStoreSignsNothing) {
  const auto empty = *make_memory_store(test::make_identity());
  const auto log = LogWriter::open(*empty, test::make_signer(), {});
  ASSERT_TRUE(log);
  EXPECT_FALSE((*log)->checkpoint());
  EXPECT_EQ(*empty->snapshot()->log_size(), 0U);
  EXPECT_FALSE((*log)->seal(kNow, Hash{}));
}

TEST_F(LogWriterTest, NothingReadyMakesNoEpoch) {
  EXPECT_FALSE(seal());
  submit(alice_, 0, 3);
  EXPECT_TRUE(seal());
  EXPECT_FALSE(seal());
}

TEST_F(LogWriterTest, HeartbeatMakesAnEpochOfItsOwn) {
  now_ = kNow + options_.heartbeat_ms - 1;
  EXPECT_FALSE(seal());
  now_ += 1;
  const auto epoch = seal();
  ASSERT_TRUE(epoch);
  EXPECT_EQ(epoch->checkpoint.epoch, 1U);
  EXPECT_EQ(epoch->checkpoint.size, 3U);
  EXPECT_TRUE(epoch->issuers.empty());
}

TEST_F(LogWriterTest, HeartbeatCanBeSwitchedOff) {
  options_.heartbeat_ms = 0;
  open();
  now_ = kNow + 1'000'000'000;
  EXPECT_FALSE(seal());
}

TEST_F(LogWriterTest, InterleavedIssuersGetTheirOwnPositionsAndBatches) {
  submit(alice_, 0, 3);
  submit(bob_, 0, 2);
  const auto more = submit(alice_, 100, 2);
  EXPECT_EQ(more[0].position, 3U);
  EXPECT_EQ(more[1].position, 4U);
  const auto epoch = seal();
  ASSERT_TRUE(epoch);
  EXPECT_EQ(epoch->checkpoint.size, 5U) << "two batches and the epoch entry";
  ASSERT_EQ(epoch->issuers.size(), 2U);
  EXPECT_EQ(epoch->issuers[0].credential_count, 5U);
  EXPECT_EQ(epoch->issuers[1].credential_count, 2U);
}

TEST_F(LogWriterTest, OnlyChangedIssuersAreInTheSeal) {
  submit(alice_, 0, 1);
  submit(bob_, 0, 1);
  seal();
  submit(bob_, 10, 1);
  const auto epoch = seal();
  ASSERT_TRUE(epoch);
  ASSERT_EQ(epoch->issuers.size(), 1U);
  EXPECT_EQ(epoch->issuers[0].id, bob_);
  EXPECT_EQ(epoch->issuers[0].next_issuer_seq, 2U);
}

TEST_F(LogWriterTest, AnIssuerWithoutEntriesIsNotInTheDirectory) {
  ASSERT_TRUE(log_->ensure_issuer("did:example:carol"));
  submit(alice_, 0, 1);
  const auto epoch = seal();
  const LogEntry last = *decode_entry(*store_->snapshot()->log_entry(epoch->checkpoint.size - 1));
  EXPECT_EQ(std::get<EpochEntry>(last).issuer_count, 1U);
}

TEST_F(LogWriterTest, TheEpochNamesTheAnchor) {
  submit(alice_, 0, 1);
  const Hash ref = test::digest_of(77);
  const auto sealed = log_->seal(now_, ref);
  ASSERT_TRUE(sealed && *sealed);
  const LogEntry last =
      *decode_entry(*store_->snapshot()->log_entry((*sealed)->checkpoint.size - 1));
  EXPECT_EQ(std::get<EpochEntry>(last).anchor_ref, ref);
}

TEST_F(LogWriterTest, ClosesBatchesAtTheirSizeWithoutSplittingCalls) {
  options_.batch_max_size = 10;
  open();
  submit(alice_, 0, 4);
  submit(alice_, 10, 4);
  submit(alice_, 20, 4);
  submit(alice_, 30, 6);
  submit(alice_, 40, 10);
  submit(alice_, 60, 1);
  ASSERT_TRUE(seal());
  const std::vector<BatchRow> batches = batches_of(alice_);
  std::vector<std::uint32_t> counts;
  for (const BatchRow& batch : batches) counts.push_back(batch.count);
  EXPECT_EQ(counts, (std::vector<std::uint32_t>{8, 10, 10, 1}));
  for (std::size_t i = 0; i < batches.size(); ++i) {
    EXPECT_EQ(batches[i].issuer_seq, i);
    EXPECT_EQ(batches[i].log_index, 2 + i);
  }
}

TEST_F(LogWriterTest, ACallLargerThanABatchIsABatchOfItsOwn) {
  submit(alice_, 0, 3);
  submit(alice_, 10, 50);
  options_.batch_max_size = 20;
  open();
  submit(alice_, 100, 2);
  ASSERT_TRUE(seal());
  std::vector<std::uint32_t> counts;
  for (const BatchRow& batch : batches_of(alice_)) counts.push_back(batch.count);
  EXPECT_EQ(counts, (std::vector<std::uint32_t>{3, 50, 2}));
}

TEST_F(LogWriterTest, DuplicatesGetTheOriginalPosition) {
  const auto first = submit(alice_, 0, 5);
  for (const SubmittedItem& item : first) EXPECT_FALSE(item.duplicate);
  std::vector<SubmitItem> items = test::items_of(3, 4);
  items.push_back(items[3]);
  const auto answer = *test::submit(*log_, *store_, alice_, items, now_);
  EXPECT_EQ(answer[0].position, 3U);
  EXPECT_TRUE(answer[0].duplicate);
  EXPECT_EQ(answer[1].position, 4U);
  EXPECT_TRUE(answer[1].duplicate);
  EXPECT_EQ(answer[2].position, 5U);
  EXPECT_FALSE(answer[2].duplicate);
  EXPECT_EQ(answer[3].position, 6U);
  EXPECT_FALSE(answer[3].duplicate);
  EXPECT_EQ(answer[4].position, 6U);
  EXPECT_TRUE(answer[4].duplicate);
  EXPECT_FALSE(submit(bob_, 0, 1)[0].duplicate) << "another issuer, another credential";

  seal();
  open();
  const auto later = submit(alice_, 0, 7);
  for (std::size_t i = 0; i < later.size(); ++i) {
    EXPECT_TRUE(later[i].duplicate);
    EXPECT_EQ(later[i].position, i);
  }
  EXPECT_EQ(log_->unsealed(), 0U);
}

TEST_F(LogWriterTest, EveryCredentialHasItsOwnSalt) {
  submit(alice_, 0, 2);
  submit(bob_, 0, 1);
  const auto reader = store_->snapshot();
  const Bytes leaves = *reader->leaves(alice_, 0, 2);
  const LeafEntry one = *decode_leaf(ByteView(leaves).first(LeafEntry::kSize));
  const LeafEntry two = *decode_leaf(ByteView(leaves).subspan(LeafEntry::kSize));
  const LeafEntry three = *decode_leaf(*reader->leaves(bob_, 0, 1));
  EXPECT_EQ(one.digest, three.digest);
  EXPECT_NE(one.salt, three.salt);
  EXPECT_NE(one.salt, two.salt);
  EXPECT_EQ(one.profile, crypto::DigestProfile::jws);
}

TEST_F(LogWriterTest, RefusesToSealWhenTheClockHasGoneBack) {
  now_ = kNow + 5'000;
  submit(alice_, 0, 1);
  ASSERT_TRUE(seal());
  now_ = kNow + 4'999;
  submit(alice_, 10, 1);
  const auto refused = log_->seal(now_, Hash{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_FALSE(log_->fault());
  EXPECT_EQ(log_->unsealed(), 1U);
  EXPECT_EQ(log_->checkpoint()->epoch, 1U);
  now_ = kNow + 5'000;
  EXPECT_TRUE(seal()) << "the same millisecond is not before";
}

TEST_F(LogWriterTest, RefusesAForeignKeyOrName) {
  const auto other_name = LogWriter::open(*store_, test::make_signer("other.example/log"), {});
  ASSERT_FALSE(other_name);
  EXPECT_EQ(other_name.error().code, Errc::invalid_argument);
  auto key = *crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, Bytes(32, 0x43));
  auto signer = *crypto::NoteSigner::create(std::string(test::kOrigin), std::move(key));
  const auto other_key = LogWriter::open(*store_, std::move(signer), {});
  ASSERT_FALSE(other_key);
  EXPECT_EQ(other_key.error().code, Errc::corrupt);
}

TEST_F(LogWriterTest, AFailedWriteIsTheEnd) {
  test::FaultStore faulty(std::move(store_), 1, test::WriteFault::lost);
  auto log = *LogWriter::open(faulty, test::make_signer(), {});
  ASSERT_TRUE(test::submit(*log, faulty, alice_, test::items_of(0, 1), now_));
  EXPECT_FALSE(log->seal(now_, Hash{}));
  ASSERT_TRUE(log->fault());
  EXPECT_EQ(log->fault()->code, Errc::storage);
  EXPECT_FALSE(test::submit(*log, faulty, alice_, test::items_of(1, 1), now_));
  EXPECT_FALSE(log->seal(now_, Hash{}));
  EXPECT_FALSE(log->ensure_issuer("did:example:dave"));
  store_ = faulty.release();
  open();
  EXPECT_EQ(log_->unsealed(), 1U);
  EXPECT_TRUE(seal());
}

/// Two writers on one store is what the lock of the data directory forbids; should it ever happen,
/// nothing wrong is signed.
TEST_F(LogWriterTest, ASecondWriterIsFoundBeforeItSigns) {
  auto second = *LogWriter::open(*store_, test::make_signer(), {});
  submit(alice_, 0, 1);
  ASSERT_TRUE(seal());
  const auto behind = second->seal(now_ + options_.heartbeat_ms, Hash{});
  ASSERT_FALSE(behind);
  EXPECT_EQ(behind.error().code, Errc::corrupt);
  EXPECT_TRUE(second->fault());
}

TEST_F(LogWriterTest, RecoveryIsTheSameAsNoRestart) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  options_.batch_max_size = 64;
  open();
  std::uint64_t number = 0;
  test::Promises promises;
  for (int step = 0; step < 900; ++step) {
    now_ += random() % 3;
    const bool alice = random() % 2 == 0;
    const auto items = test::items_of(number, 1 + random() % 20);
    number += random() % (items.size() + 1);
    const auto answer = test::submit(*log_, *store_, alice ? alice_ : bob_, items, now_);
    ASSERT_TRUE(answer);
    promises.add(alice ? "did:example:alice" : "did:example:bob", items, *answer);
    if (random() % 4 == 0) {
      if (const auto epoch = seal()) promises.checkpoints.push_back(epoch->checkpoint);
    }
    if (random() % 5 == 0) {
      const std::uint64_t unsealed = log_->unsealed();
      open();
      EXPECT_EQ(log_->unsealed(), unsealed);
    }
  }
  EXPECT_EQ(test::check_promises(*store_, promises), "");
  EXPECT_GT(*store_->snapshot()->log_size(), 256U) << "the log has full tiles";
}

}  // namespace
}  // namespace kedge::node
