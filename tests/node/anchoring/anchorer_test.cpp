// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/anchorer.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "ledger/embedded.hpp"
#include "node/anchoring/log_writer.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/anchoring/fault_ledger.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using std::chrono::milliseconds;

class AnchorerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    log_ = *LogWriter::open(*store_, test::make_signer(), {});
    ASSERT_TRUE(log_->begin(clock_.unix_ms()));
    issuer_ = *log_->ensure_issuer("did:example:alice");
    progress_ = *Progress::open(*store_, clock_, {});
    embedded_ = *ledger::EmbeddedLedger::open(dir_.path() / "embedded.log", "local",
                                              [this] { return clock_.unix_ms(); });
  }

  CheckpointRow seal() {
    EXPECT_TRUE(
        test::submit(*log_, *store_, issuer_, test::items_of(next_++, 1), clock_.unix_ms()));
    const auto epoch = *log_->seal(clock_.unix_ms(), progress_->anchor_ref());
    progress_->sealed(epoch->issuers);
    return epoch->checkpoint;
  }

  std::unique_ptr<Anchorer> make(Store& store, ledger::Ledger& ledger) {
    AnchorerEvents events;
    events.checked = [this](LedgerStanding) { ++checked_; };
    events.refused = [this](const Error&) { ++refused_; };
    events.failed = [this](const Error&) { ++failed_; };
    events.changed = [this](const AnchorRow& row) {
      if (row.state == AnchorState::final) final_epoch_ = static_cast<std::int64_t>(row.epoch);
    };
    return std::make_unique<Anchorer>(store, ledger, clock_, *progress_, AnchorerOptions{},
                                      std::move(events));
  }

  static void await(const std::function<bool()>& condition) {
    for (int i = 0; i < 5'000 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_TRUE(condition());
  }

  /// Lets the anchorer's own waiting pass as well.
  void await_in_time(const std::function<bool()>& condition) {
    await([&] {
      clock_.advance(milliseconds(100));
      return condition();
    });
  }

  test::ManualClock clock_;
  test::TempDir dir_;
  std::unique_ptr<Store> store_ = *make_memory_store(test::make_identity());
  std::unique_ptr<LogWriter> log_;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<ledger::EmbeddedLedger> embedded_;
  IssuerId issuer_ = 0;
  std::uint64_t next_ = 0;
  std::atomic<int> checked_{0};
  std::atomic<int> refused_{0};
  std::atomic<int> failed_{0};
  std::atomic<std::int64_t> final_epoch_{-1};
};

TEST_F(AnchorerTest, AnchorsWhatThereIsAndWhatComes) {
  const auto anchorer = make(*store_, *embedded_);
  anchorer->start();
  await([&] { return final_epoch_ == 0; });
  EXPECT_EQ(checked_, 1);
  EXPECT_EQ(anchorer->status().standing, LedgerStanding::consistent);
  const CheckpointRow one = seal();
  anchorer->wake();
  await([&] { return final_epoch_ == 1; });
  EXPECT_EQ(progress_->state(issuer_, 0), CredentialState::final);
  EXPECT_NE(progress_->anchor_ref(), Hash{});
  anchorer->stop();
  EXPECT_EQ((*embedded_->head())->root, one.root);
  anchorer->stop();
}

TEST_F(AnchorerTest, WaitsForALedgerThatIsDownAndAnchorsOnceItIsBack) {
  test::FaultLedger ledger(*embedded_, 0, test::WriteFault::lost);
  ledger.set_down(true);
  const auto anchorer = make(*store_, ledger);
  anchorer->start();
  await([&] { return ledger.calls() >= 1; });
  await([&] { return !anchorer->status().trouble.empty(); });
  EXPECT_EQ(checked_, 0) << "nothing is known yet, so nothing may be signed";
  ledger.set_down(false);
  await_in_time([&] { return final_epoch_ == 0; });
  EXPECT_EQ(checked_, 1);
  EXPECT_EQ(anchorer->status().trouble, "");
}

/// Shows nothing new until it is told to, and hints when the test says so.
class HintingLedger final : public test::FaultLedger {
 public:
  using FaultLedger::FaultLedger;
  void watch(std::function<void()> hint) override { hint_ = std::move(hint); }
  Result<ledger::AnchorProgress> poll(const ledger::AnchorIntent& intent,
                                      std::span<const ledger::Attempt> attempts) override {
    ++polls_;
    if (!shown_) return ledger::AnchorProgress{.phase = ledger::AnchorPhase::pending};
    return FaultLedger::poll(intent, attempts);
  }
  std::function<void()> hint_;
  std::atomic<int> polls_{0};
  std::atomic<bool> shown_{false};
};

TEST_F(AnchorerTest, AHintIsAReasonToLookSooner) {
  HintingLedger ledger(*embedded_, 0, test::WriteFault::unreported);
  const auto anchorer = make(*store_, ledger);
  anchorer->start();
  await([&] { return ledger.polls_ > 0; });
  const int before = ledger.polls_;
  ledger.shown_ = true;
  ledger.hint_();
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(ledger.polls_, before) << "not at once: whoever hints does not set the pace";
  clock_.advance(AnchorerOptions{}.poll_interval / 10);
  await([&] { return final_epoch_ == 0; });
  EXPECT_GT(ledger.polls_, before);
  anchorer->stop();
}

TEST_F(AnchorerTest, WithoutAHintItLooksAllTheSame) {
  HintingLedger ledger(*embedded_, 0, test::WriteFault::unreported);
  const auto anchorer = make(*store_, ledger);
  anchorer->start();
  await([&] { return ledger.polls_ > 0; });
  ledger.shown_ = true;
  await_in_time([&] { return final_epoch_ == 0; });
  anchorer->stop();
}

TEST_F(AnchorerTest, BacksOffMoreAndMore) {
  test::FaultLedger ledger(*embedded_, 0, test::WriteFault::lost);
  ledger.set_down(true);
  const auto anchorer = make(*store_, ledger);
  anchorer->start();
  await([&] { return ledger.calls() == 1; });
  // Ten minutes: with at most 30 s and at least half of the full delay between two tries.
  for (int i = 0; i < 1'200; ++i) {
    clock_.advance(milliseconds(500));
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_LT(ledger.calls(), 60U);
  EXPECT_GT(ledger.calls(), 5U);
}

TEST_F(AnchorerTest, RefusesWhenTheLedgerIsAhead) {
  ledger::AnchorIntent ahead{.epoch = 9, .size = 100, .root = {}, .note = "note"};
  ASSERT_TRUE(embedded_->send(*embedded_->prepare(ahead, {})));
  const auto anchorer = make(*store_, *embedded_);
  anchorer->start();
  await([&] { return refused_ == 1; });
  EXPECT_EQ(checked_, 0);
  ASSERT_TRUE(anchorer->status().fault);
  EXPECT_EQ(anchorer->status().fault->code, Errc::corrupt);
  EXPECT_FALSE(store_->snapshot()->latest_anchor("local")) << "nothing was recorded";
  EXPECT_EQ((*embedded_->head())->count, 1U);
}

TEST_F(AnchorerTest, AFailedStoreIsTheEnd) {
  test::FaultStore faulty(std::move(store_), 1, test::WriteFault::unreported);
  {
    const auto anchorer = make(faulty, *embedded_);
    anchorer->start();
    await([&] { return failed_ == 1; });
    EXPECT_EQ(anchorer->status().fault->code, Errc::storage);
    EXPECT_EQ(*embedded_->head(), std::nullopt) << "nothing was sent";
  }
  store_ = faulty.release();
  const auto again = make(*store_, *embedded_);
  again->start();
  await_in_time([&] { return final_epoch_ == 0; });
  again->stop();
  EXPECT_EQ((*embedded_->head())->count, 1U);
  EXPECT_EQ(store_->snapshot()->latest_anchor("local")->attempts.size(), 1U);
}

TEST_F(AnchorerTest, AnchorsOnceHoweverOftenItIsRestarted) {
  for (int round = 0; round < 10; ++round) {
    seal();
    const auto anchorer = make(*store_, *embedded_);
    anchorer->start();
    if (round % 2 == 0) {
      const auto newest = static_cast<std::int64_t>(log_->checkpoint()->epoch);
      await_in_time([&] { return final_epoch_ == newest; });
    }
    anchorer->stop();
  }
  const auto anchorer = make(*store_, *embedded_);
  anchorer->start();
  const auto newest = static_cast<std::int64_t>(log_->checkpoint()->epoch);
  await_in_time([&] {
    return store_->snapshot()->latest_anchor("local")->state == AnchorState::final &&
           static_cast<std::int64_t>(store_->snapshot()->latest_anchor("local")->epoch) == newest;
  });
  anchorer->stop();
  std::vector<std::uint64_t> sizes;
  ASSERT_TRUE(embedded_->replay(1, [&](const ledger::ReplayedAnchor& anchor) -> Status {
    sizes.push_back(anchor.size);
    return {};
  }));
  EXPECT_TRUE(std::is_sorted(sizes.begin(), sizes.end()));
  EXPECT_EQ(std::adjacent_find(sizes.begin(), sizes.end()), sizes.end());
}

}  // namespace
}  // namespace kedge::node
