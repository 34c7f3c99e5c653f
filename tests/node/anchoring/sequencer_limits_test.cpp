// SPDX-License-Identifier: Apache-2.0
#include "tests/node/anchoring/sequencer_fixture.hpp"
#include "tests/support/fault_store.hpp"

namespace kedge::node {
namespace {

using std::chrono::milliseconds;

TEST_F(SequencerTest, TheQueueIsBoundedAndNeverWaits) {
  GateStore gate(*store_);
  start(gate, {.queue_items = 10});
  gate.close();
  auto busy = send(kAlice, test::items_of(0, 1));
  await([&] { return sequencer_->status().queued_items == 0; });
  auto fits = send(kAlice, test::items_of(10, 10));
  auto beyond = send(kAlice, test::items_of(20, 1));
  EXPECT_EQ(beyond.get().error().code, Errc::too_busy);
  gate.open();
  EXPECT_TRUE(busy.get());
  EXPECT_TRUE(fits.get());
  EXPECT_TRUE(submit(kAlice, 20, 1));
}

TEST_F(SequencerTest, TheQueueIsBoundedInBytes) {
  GateStore gate(*store_);
  start(gate, {.queue_bytes = 4'096});
  gate.close();
  auto busy = send(kAlice, test::items_of(0, 1));
  await([&] { return sequencer_->status().queued_bytes == 0; });
  std::vector<std::future<Result<SubmitResult>>> answers;
  for (std::uint64_t i = 0; i < 20; ++i) answers.push_back(send(kAlice, test::items_of(i, 1)));
  gate.open();
  std::size_t refused = 0;
  for (auto& answer : answers) {
    if (const auto result = answer.get(); !result) {
      EXPECT_EQ(result.error().code, Errc::too_busy);
      ++refused;
    }
  }
  EXPECT_GT(refused, 0U);
  EXPECT_LT(refused, 20U);
  EXPECT_EQ(sequencer_->status().queued_bytes, 0U);
}

TEST_F(SequencerTest, AcceptanceGoesOnWhileTheClockIsBack) {
  start();
  ASSERT_TRUE(submit(kAlice, 0, 1));
  ASSERT_TRUE(seal());
  clock_.set_unix_ms(test::ManualClock::kStart - 3'600'000);
  ASSERT_TRUE(submit(kAlice, 10, 1));
  const auto refused = seal();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_NE(sequencer_->status().seal_blocked, "");
  EXPECT_TRUE(submit(kAlice, 20, 1)) << "positions are still given";
  clock_.set_unix_ms(test::ManualClock::kStart);
  EXPECT_TRUE(seal());
  EXPECT_EQ(sequencer_->status().seal_blocked, "");
  EXPECT_EQ(failures_, 0);
}

TEST_F(SequencerTest, TooManyUnsealedAreRefused) {
  start({.max_unsealed = 5});
  ASSERT_TRUE(submit(kAlice, 0, 5));
  EXPECT_EQ(submit(kAlice, 10, 1).error().code, Errc::too_busy);
  ASSERT_TRUE(seal());
  EXPECT_TRUE(submit(kAlice, 10, 1));
}

TEST_F(SequencerTest, NothingIsSignedWhileHeld) {
  open(*store_);
  sequencer_->hold_sealing("chain", "the ledger has not been compared with the log");
  ASSERT_TRUE(sequencer_->start());
  ASSERT_TRUE(add_issuer(kAlice));
  ASSERT_TRUE(submit(kAlice, 0, 1));
  EXPECT_EQ(seal().error().code, Errc::unavailable);
  EXPECT_NE(sequencer_->status().seal_blocked.find("compared"), std::string::npos);
  EXPECT_EQ(*store_->snapshot()->log_size(), 0U) << "not even genesis";
  sequencer_->release_sealing("another");
  EXPECT_FALSE(seal());
  sequencer_->release_sealing("chain");
  const auto sealed = seal();
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->epoch, 0U);
  EXPECT_EQ(sealed->size, 3U) << "genesis, the batch and the epoch";
}

TEST_F(SequencerTest, HowMuchThereIsDoesNotSealWhatIsHeld) {
  start({.seal_interval = std::chrono::hours(1), .seal_at = 3});
  sequencer_->hold_sealing("chain", "the ledger has not been compared with the log");
  ASSERT_TRUE(submit(kAlice, 0, 5));
  ASSERT_TRUE(submit(kAlice, 10, 5));
  // The second time, it has also looked of its own accord.
  for (int i = 0; i < 2; ++i) EXPECT_EQ(seal().error().code, Errc::unavailable);
  EXPECT_EQ(sequencer_->status().unsealed, 10U);
  sequencer_->release_sealing("chain");
  // It looks again at the pace of an idle sequencer, not with every call.
  ASSERT_TRUE(submit(kAlice, 20, 5));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(sequencer_->status().unsealed, 15U);
  clock_.advance(std::chrono::milliseconds(1'000));
  await([&] { return sequencer_->status().unsealed == 0; });
  EXPECT_EQ(store_->snapshot()->latest_checkpoint()->epoch, 1U);
}

TEST_F(SequencerTest, AFailedWriteStopsItForGood) {
  start();
  ASSERT_TRUE(submit(kAlice, 0, 1));
  shut();
  for (const test::WriteFault fault : {test::WriteFault::lost, test::WriteFault::unreported}) {
    failures_ = 0;
    test::FaultStore faulty(std::move(store_), 0, fault);
    open(faulty);
    ASSERT_TRUE(sequencer_->start());
    const auto lost = submit(kAlice, 10, 1);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::unavailable);
    EXPECT_EQ(lost.error().message.find("a write to the store failed"), std::string::npos)
        << "details are not for answers";
    EXPECT_EQ(submit(kAlice, 20, 1).error().code, Errc::unavailable);
    EXPECT_EQ(seal().error().code, Errc::unavailable);
    EXPECT_EQ(failures_, 1);
    ASSERT_TRUE(sequencer_->status().fault);
    EXPECT_FALSE(sequencer_->status().accepting);
    shut();
    store_ = faulty.release();
  }
  start();
  EXPECT_TRUE(submit(kAlice, 10, 1)->items[0].duplicate) << "the second fault had written it";
  EXPECT_EQ(submit(kAlice, 10, 1)->items[0].position, 1U);
}

TEST_F(SequencerTest, AFailedSealAnswersWhoeverAskedForIt) {
  start();
  shut();
  test::FaultStore faulty(std::move(store_), 1, test::WriteFault::lost);
  open(faulty);
  ASSERT_TRUE(sequencer_->start());
  ASSERT_TRUE(submit(kAlice, 0, 1));
  EXPECT_EQ(seal().error().code, Errc::unavailable);
  EXPECT_EQ(failures_, 1);
  shut();
  store_ = faulty.release();
  start();
  EXPECT_TRUE(submit(kAlice, 0, 1)->items[0].duplicate);
  EXPECT_TRUE(seal());
}

TEST_F(SequencerTest, StoppingCommitsWhatIsQueuedAndRefusesTheRest) {
  GateStore gate(*store_);
  start(gate);
  gate.close();
  std::vector<std::future<Result<SubmitResult>>> queued;
  for (std::uint64_t i = 0; i < 50; ++i) queued.push_back(send(kAlice, test::items_of(i, 1)));
  std::thread stopper([&] { sequencer_->stop(); });
  await([&] { return !sequencer_->status().accepting; });
  auto late = send(kAlice, test::items_of(100, 1));
  gate.open();
  stopper.join();
  EXPECT_EQ(late.get().error().code, Errc::unavailable);
  for (auto& answer : queued) EXPECT_TRUE(answer.get());
  EXPECT_EQ(*store_->snapshot()->next_position(0), 50U);
  sequencer_->stop();
}

TEST_F(SequencerTest, NotStartedIsNotAccepting) {
  open(*store_);
  EXPECT_EQ(submit(kAlice, 0, 1).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace kedge::node
