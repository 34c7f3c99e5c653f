// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/outbox.hpp"

#include <gtest/gtest.h>

#include "node/anchoring/log_writer.hpp"
#include "node/store/memory_store.hpp"
#include "rpc/request_tag.hpp"
#include "tests/node/anchoring/fault_ledger.hpp"
#include "tests/node/anchoring/scripted_ledger.hpp"
#include "tests/node/anchoring/test_log.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;

class OutboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    log_ = *LogWriter::open(*store_, test::make_signer(), {});
    ASSERT_TRUE(log_->begin(kNow));
    issuer_ = *log_->ensure_issuer("did:example:alice");
  }

  CheckpointRow seal() {
    EXPECT_TRUE(test::submit(*log_, *store_, issuer_, test::items_of(next_++, 1), kNow));
    return (*log_->seal(kNow, Hash{}))->checkpoint;
  }

  OutboxStep step() {
    const auto step = outbox_.step(kNow);
    EXPECT_TRUE(step) << step.error().message;
    return step ? *step : OutboxStep::idle;
  }

  /// Until the outbox waits or has nothing to do.
  OutboxStep settle() {
    OutboxStep last = step();
    for (int i = 0; i < 20 && last == OutboxStep::advanced; ++i) last = step();
    return last;
  }

  AnchorRow newest() { return *store_->snapshot()->latest_anchor("chain"); }

  std::unique_ptr<Store> store_ = *make_memory_store(test::make_identity());
  std::unique_ptr<LogWriter> log_;
  IssuerId issuer_ = 0;
  std::uint64_t next_ = 0;
  test::ScriptedLedger ledger_{"chain"};
  std::vector<AnchorState> told_;
  Outbox outbox_{*store_, ledger_, [this](const AnchorRow& row) {
                   told_.push_back(row.state);
                   return Status();
                 }};
};

TEST_F(OutboxTest, NothingBeforeTheLogBegins) {
  const auto empty = *make_memory_store(test::make_identity());
  Outbox outbox(*empty, ledger_, [](const AnchorRow&) { return Status(); });
  EXPECT_EQ(*outbox.step(kNow), OutboxStep::idle);
  EXPECT_EQ(ledger_.prepared(), 0U);
}

TEST_F(OutboxTest, TheIntentAndTheAttemptAreDurableBeforeAnythingIsSent) {
  EXPECT_EQ(step(), OutboxStep::advanced);
  EXPECT_EQ(newest().state, AnchorState::intended);
  EXPECT_TRUE(newest().attempts.empty());
  EXPECT_EQ(ledger_.prepared(), 0U);
  EXPECT_EQ(step(), OutboxStep::advanced);
  ASSERT_EQ(newest().attempts.size(), 1U);
  EXPECT_EQ(newest().attempts[0].reference, "0/1");
  EXPECT_EQ(ledger_.sends(), 1U);
}

TEST_F(OutboxTest, GoesFromIntendedToMinedToFinal) {
  EXPECT_EQ(settle(), OutboxStep::waiting);
  EXPECT_EQ(newest().state, AnchorState::intended);
  ledger_.mine();
  EXPECT_EQ(settle(), OutboxStep::waiting);
  EXPECT_EQ(newest().state, AnchorState::mined);
  EXPECT_EQ(newest().record, "{\"epoch\":0}");
  ledger_.finalise();
  EXPECT_EQ(settle(), OutboxStep::idle);
  EXPECT_EQ(newest().state, AnchorState::final);
  EXPECT_EQ(told_, (std::vector{AnchorState::mined, AnchorState::final}));
  EXPECT_EQ(ledger_.sends(), 1U);
}

TEST_F(OutboxTest, EveryAttemptHasATraceOfItsOwnAndIsCounted) {
  EXPECT_EQ(outbox_.trace(), "");
  settle();
  const std::string first = outbox_.trace();
  EXPECT_TRUE(rpc::is_traceparent(first)) << first;
  EXPECT_EQ(ledger_.trace(), first);
  ledger_.mine();
  settle();
  EXPECT_EQ(outbox_.trace(), first);
  ledger_.reorganise();
  settle();
  ledger_.spoil();
  settle();
  EXPECT_NE(outbox_.trace(), first);
  EXPECT_EQ(ledger_.trace(), outbox_.trace());
  ledger_.mine();
  ledger_.finalise();
  settle();
  const OutboxCounts& counts = outbox_.counts();
  EXPECT_EQ(counts.sent, ledger_.sends());
  EXPECT_EQ(counts.send_failed, 0U);
  EXPECT_EQ(counts.mined, 1U) << "the second went from no block to a final one at once";
  EXPECT_EQ(counts.reorganised, 1U);
  EXPECT_EQ(counts.final, 1U);
}

TEST_F(OutboxTest, WhatIsTakenUpAfterAStartHasATraceAsWell) {
  settle();
  Outbox again(*store_, ledger_, [](const AnchorRow&) { return Status(); });
  ASSERT_TRUE(again.step(kNow));
  EXPECT_TRUE(rpc::is_traceparent(again.trace()));
  EXPECT_NE(again.trace(), outbox_.trace());
}

TEST_F(OutboxTest, OneInFlightCoversAllEpochsSinceTheLast) {
  settle();
  seal();
  seal();
  const CheckpointRow last = seal();
  EXPECT_EQ(settle(), OutboxStep::waiting);
  EXPECT_EQ(newest().epoch, 0U) << "the first is still in flight";
  ledger_.mine();
  ledger_.finalise();
  EXPECT_EQ(settle(), OutboxStep::waiting);
  EXPECT_EQ(newest().epoch, last.epoch);
  EXPECT_EQ(newest().root, last.root);
  EXPECT_EQ(ledger_.prepared(), 2U);
}

TEST_F(OutboxTest, SendsTheSameBytesAgainWhenThePoolForgets) {
  settle();
  ledger_.lose_pool();
  EXPECT_EQ(step(), OutboxStep::waiting);
  EXPECT_EQ(ledger_.sends(), 2U);
  EXPECT_EQ(ledger_.prepared(), 1U);
  ledger_.mine();
  ledger_.finalise();
  EXPECT_EQ(settle(), OutboxStep::idle);
  EXPECT_EQ(ledger_.mined(), 1U);
}

TEST_F(OutboxTest, FallsBackWhenItsBlockIsThrownOut) {
  settle();
  ledger_.mine();
  settle();
  ledger_.reorganise();
  EXPECT_EQ(settle(), OutboxStep::waiting);
  EXPECT_EQ(newest().state, AnchorState::intended);
  EXPECT_EQ(newest().record, "");
  ledger_.mine();
  ledger_.finalise();
  EXPECT_EQ(settle(), OutboxStep::idle);
  EXPECT_EQ(told_, (std::vector{AnchorState::mined, AnchorState::intended, AnchorState::final}));
  EXPECT_EQ(ledger_.prepared(), 1U);
}

TEST_F(OutboxTest, ReplacesAnAttemptOnlyWhenTheLedgerSaysSo) {
  settle();
  ledger_.lose_pool();
  ledger_.spoil();
  EXPECT_EQ(settle(), OutboxStep::waiting);
  ASSERT_EQ(newest().attempts.size(), 2U);
  EXPECT_EQ(newest().attempts[1].reference, "0/2");
  ledger_.mine();
  ledger_.finalise();
  EXPECT_EQ(settle(), OutboxStep::idle);
}

TEST_F(OutboxTest, AnErrorOfTheLedgerIsNeverFatalAndNeverMeansNotWritten) {
  settle();
  seal();
  ledger_.mine();
  ledger_.finalise();
  test::FaultLedger down(ledger_, 0, test::WriteFault::lost);
  Outbox outbox(*store_, down, [](const AnchorRow&) { return Status(); });
  down.set_down(true);
  for (int i = 0; i < 3; ++i) {
    const auto step = outbox.step(kNow);
    ASSERT_FALSE(step);
    EXPECT_EQ(step.error().code, Errc::unavailable);
  }
  EXPECT_EQ(newest().state, AnchorState::intended);
  EXPECT_EQ(newest().attempts.size(), 1U);
  down.set_down(false);
  EXPECT_EQ(*outbox.step(kNow), OutboxStep::advanced);
  EXPECT_EQ(newest().state, AnchorState::final);
}

ledger::LedgerHead head_of(const CheckpointRow& checkpoint) {
  return {.count = 1, .size = checkpoint.size, .root = checkpoint.root};
}

TEST_F(OutboxTest, CheckAcceptsALedgerThatIsInTheLog) {
  EXPECT_EQ(*check_ledger_not_ahead(ledger_, *store_->snapshot()), LedgerStanding::consistent);
  const CheckpointRow one = seal();
  const CheckpointRow two = seal();
  ledger_.set_head(head_of(one));
  EXPECT_EQ(*check_ledger_not_ahead(ledger_, *store_->snapshot()), LedgerStanding::consistent);
  ledger_.set_head(head_of(two));
  EXPECT_EQ(*check_ledger_not_ahead(ledger_, *store_->snapshot()), LedgerStanding::consistent);
}

TEST_F(OutboxTest, CheckRefusesALedgerAhead) {
  CheckpointRow ahead = seal();
  ahead.size += 1;
  ledger_.set_head(head_of(ahead));
  const auto standing = check_ledger_not_ahead(ledger_, *store_->snapshot());
  ASSERT_FALSE(standing);
  EXPECT_EQ(standing.error().code, Errc::corrupt);
  EXPECT_NE(standing.error().message.find("backup"), std::string::npos);
}

TEST_F(OutboxTest, CheckRefusesALedgerBeforeTheLogHasBegun) {
  const auto empty = *make_memory_store(test::make_identity());
  ledger_.set_head(head_of(seal()));
  EXPECT_FALSE(check_ledger_not_ahead(ledger_, *empty->snapshot()));
}

TEST_F(OutboxTest, CheckRefusesAnotherRootAndASizeThatIsNoCheckpoint) {
  CheckpointRow other = seal();
  seal();
  other.root[0] ^= 1;
  ledger_.set_head(head_of(other));
  EXPECT_EQ(check_ledger_not_ahead(ledger_, *store_->snapshot()).error().code, Errc::corrupt);
  other.root[0] ^= 1;
  other.size -= 1;
  ledger_.set_head(head_of(other));
  EXPECT_EQ(check_ledger_not_ahead(ledger_, *store_->snapshot()).error().code, Errc::corrupt);
  other.size = 0;
  ledger_.set_head(head_of(other));
  EXPECT_EQ(check_ledger_not_ahead(ledger_, *store_->snapshot()).error().code, Errc::corrupt);
}

TEST_F(OutboxTest, CheckTellsALedgerThatHasLostAnchors) {
  const CheckpointRow genesis = *store_->snapshot()->latest_checkpoint();
  seal();
  settle();
  ledger_.mine();
  ledger_.finalise();
  settle();
  ledger_.set_head(std::nullopt);
  EXPECT_EQ(*check_ledger_not_ahead(ledger_, *store_->snapshot()), LedgerStanding::behind);
  ledger_.set_head(head_of(genesis));
  EXPECT_EQ(*check_ledger_not_ahead(ledger_, *store_->snapshot()), LedgerStanding::behind);
}

TEST_F(OutboxTest, CheckKnowsNothingWhileTheLedgerIsDown) {
  test::FaultLedger down(ledger_, 1, test::WriteFault::lost);
  const auto standing = check_ledger_not_ahead(down, *store_->snapshot());
  ASSERT_FALSE(standing);
  EXPECT_EQ(standing.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace kedge::node
