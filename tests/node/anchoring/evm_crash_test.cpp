// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "node/anchoring/log_writer.hpp"
#include "node/anchoring/outbox.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/anchoring/test_log.hpp"
#include "tests/support/evm_world.hpp"
#include "tests/support/fault_store.hpp"

/// The outbox on an EVM chain: exactly once, whatever fails. A scripted run in which the k-th write
/// of the store, or the k-th call of the node, fails, for every k and in both ways; and random runs
/// with re-organisations, lost pools and deaths.
namespace kedge::node {
namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;
constexpr std::uint64_t kEpochs = 4;

class EvmCrashTest : public ::testing::Test {
 protected:
  void SetUp() override { reset(); }

  void reset() {
    world_ = std::make_unique<test::EvmWorld>();
    world_->now_ms = kNow;
    store_ = *make_memory_store(test::make_identity());
    epochs_ = 0;
  }

  /// Seals until there are `epochs` of them.
  void seal_up_to(Store& store, std::uint64_t epochs) {
    auto log = *LogWriter::open(store, test::make_signer(), {});
    if (!log->begin(kNow)) return;
    const auto issuer = log->ensure_issuer("did:example:alice");
    while (issuer && epochs_ < epochs) {
      if (!test::submit(*log, store, *issuer, test::items_of(epochs_, 1), kNow)) return;
      if (!log->seal(kNow, Hash{})) return;
      ++epochs_;
    }
  }

  /// One process: takes steps until there is nothing more to do, or it dies. The chain makes a
  /// block whenever the process waits. Whether it has died.
  bool live(std::uint64_t fail_at, test::WriteFault fault,
            const std::function<void()>& every_step = {}) {
    test::FaultStore store(std::move(store_), fail_at, fault);
    const bool died = !work(store, every_step);
    writes_ = store.writes();
    store_ = store.release();
    return died;
  }

  bool work(test::FaultStore& store, const std::function<void()>& every_step) {
    const auto ledger = world_->ledger();
    Outbox outbox(store, *ledger, [](const AnchorRow&) { return Status(); });
    for (int steps = 0; steps < 1'000; ++steps) {
      seal_up_to(store, std::min<std::uint64_t>(kEpochs, 1 + world_->chain.height() / 2));
      if (store.failed()) return false;
      const auto step = outbox.step(kNow);
      if (store.failed()) return false;
      EXPECT_TRUE(step || step.error().code == Errc::unavailable) << step.error().message;
      if (step && *step == OutboxStep::idle && epochs_ == kEpochs) return true;
      if (!step || *step != OutboxStep::advanced) world_->chain.mine();
      if (every_step) every_step();
    }
    ADD_FAILURE() << "it never ends";
    return true;
  }

  /// What is on the chain is what the store calls final, each once, in order, up to the newest.
  void check() {
    const auto reader = store_->snapshot();
    const auto on_chain = world_->chain.checkpoints();
    std::uint64_t epoch = 0;
    for (std::size_t i = 0; i < on_chain.size(); ++i) {
      const auto row = reader->anchor_covering("chain", epoch);
      ASSERT_TRUE(row) << "the chain has a checkpoint that the store does not know";
      EXPECT_EQ(row->state, AnchorState::final);
      EXPECT_EQ(row->root, on_chain[i].root);
      EXPECT_EQ(row->size, on_chain[i].size);
      check_attempts(*row);
      epoch = row->epoch + 1;
    }
    EXPECT_EQ(epoch, reader->latest_checkpoint()->epoch + 1) << "all is anchored";
    EXPECT_EQ(*check_ledger_not_ahead(*world_->ledger(), *reader), LedgerStanding::consistent);
  }

  static void check_attempts(const AnchorRow& row) {
    std::set<std::uint64_t> nonces;
    for (const AnchorAttempt& attempt : row.attempts) {
      nonces.insert(ledger::evm::decode_transaction(attempt.payload)->transaction.nonce);
    }
    EXPECT_EQ(nonces.size(), 1U) << "all attempts have one nonce: only one of them can be mined";
  }

  std::unique_ptr<test::EvmWorld> world_;
  std::unique_ptr<Store> store_;
  std::uint64_t epochs_ = 0;
  std::uint64_t writes_ = 0;
};

constexpr std::uint64_t kNever = test::FaultStore::kNever;

TEST_F(EvmCrashTest, AtEveryWriteOfTheStore) {
  ASSERT_FALSE(live(kNever, test::WriteFault::lost));
  check();
  const std::uint64_t all = writes_;
  ASSERT_GT(all, 15U);
  for (const test::WriteFault fault : {test::WriteFault::lost, test::WriteFault::unreported}) {
    for (std::uint64_t k = 0; k < all; ++k) {
      SCOPED_TRACE("write " + std::to_string(k) + " of " + std::to_string(all) +
                   (fault == test::WriteFault::unreported ? ", unreported" : ", lost"));
      reset();
      live(k, fault);
      EXPECT_FALSE(live(kNever, test::WriteFault::lost));
      check();
      if (HasFailure()) return;
    }
  }
}

TEST_F(EvmCrashTest, AtEveryCallOfTheNode) {
  live(kNever, test::WriteFault::lost);
  const std::uint64_t all = world_->one.calls();
  ASSERT_GT(all, 30U);
  for (const bool after : {false, true}) {
    for (std::uint64_t k = 1; k <= all; ++k) {
      SCOPED_TRACE("call " + std::to_string(k) + " of " + std::to_string(all) +
                   (after ? ", carried out" : ", lost"));
      reset();
      world_->one.fail_at(k, after);
      EXPECT_FALSE(live(kNever, test::WriteFault::lost));
      check();
      if (HasFailure()) return;
    }
  }
}

/// Dies at random; the chain forgets its pool and re-organises within the depth that counts.
TEST_F(EvmCrashTest, AnyMishapsInAnyOrder) {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    reset();
    test::FakeChain& chain = world_->chain;
    int mishaps = 30;
    const auto mishap = [&] {
      if (mishaps == 0) return;
      --mishaps;
      if (one_in(6)) chain.lose_pool();
      if (one_in(6) && chain.height() > 2) chain.reorganise(1 + random() % 2);
      if (one_in(6)) world_->one.fail_at(1 + random() % 3, one_in(2));
    };
    for (int lives = 0; lives < 20; ++lives) {
      live(random() % 12, one_in(2) ? test::WriteFault::lost : test::WriteFault::unreported,
           mishap);
    }
    EXPECT_FALSE(live(kNever, test::WriteFault::lost));
    world_->one.fail_at(0, false);
    check();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace kedge::node
