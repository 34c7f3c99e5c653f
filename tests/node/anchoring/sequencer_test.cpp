// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "tests/node/anchoring/sequencer_fixture.hpp"

namespace kedge::node {
namespace {

using std::chrono::milliseconds;

TEST_F(SequencerTest, AcceptsAndSealsOnDemand) {
  start();
  EXPECT_EQ(store_->snapshot()->latest_checkpoint()->epoch, 0U) << "the log has begun";
  const auto answer = submit(kAlice, 0, 3);
  ASSERT_TRUE(answer);
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(answer->items[i].position, i);
    EXPECT_FALSE(answer->items[i].duplicate);
    EXPECT_EQ(answer->items[i].state, CredentialState::accepted);
  }
  const auto sealed = seal();
  ASSERT_TRUE(sealed);
  EXPECT_TRUE(sealed->sealed);
  EXPECT_EQ(sealed->epoch, 1U);
  EXPECT_EQ(sealed->size, 4U);
  const auto again = seal();
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->sealed);
  EXPECT_EQ(again->epoch, 1U);
  const auto repeated = submit(kAlice, 0, 3);
  for (const SubmittedItem& item : repeated->items) {
    EXPECT_TRUE(item.duplicate);
    EXPECT_EQ(item.state, CredentialState::sealed);
  }
  const SequencerStatus status = sequencer_->status();
  EXPECT_EQ(status.accepted_total, 3U);
  EXPECT_EQ(status.duplicate_total, 3U);
  EXPECT_EQ(status.unsealed, 0U);
  EXPECT_TRUE(status.accepting);
}

TEST_F(SequencerTest, SealsAfterTheInterval) {
  start({.seal_interval = milliseconds(1'000)});
  ASSERT_TRUE(submit(kAlice, 0, 1));
  clock_.advance(milliseconds(999));
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(sequencer_->status().unsealed, 1U);
  clock_.advance(milliseconds(1));
  await([&] { return sequencer_->status().unsealed == 0; });
}

TEST_F(SequencerTest, SealsAtOnceWhatIsAsMuchAsMayWait) {
  start({.seal_interval = std::chrono::hours(1), .seal_at = 5});
  for (std::uint64_t round = 0; round < 3; ++round) {
    ASSERT_TRUE(submit(kAlice, 10 * round, 4));
    std::this_thread::sleep_for(milliseconds(20));
    EXPECT_EQ(sequencer_->status().unsealed, 4U);
    ASSERT_TRUE(submit(kBob, 10 * round, 1));
    await([&] { return sequencer_->status().unsealed == 0; });
    EXPECT_EQ(store_->snapshot()->latest_checkpoint()->epoch, round + 1);
  }
}

TEST_F(SequencerTest, HeartbeatsWithoutAnythingToSeal) {
  start({.log = {.heartbeat_ms = 10'000}});
  clock_.advance(milliseconds(10'000));
  await([&] { return store_->snapshot()->latest_checkpoint()->epoch == 1; });
}

TEST_F(SequencerTest, DuplicatesWithinAGroup) {
  GateStore gate(*store_);
  start(gate);
  gate.close();
  auto first = send(kAlice, test::items_of(1'000, 1));
  await([&] { return sequencer_->status().queued_items == 0; });
  std::vector<std::future<Result<SubmitResult>>> together;
  for (int i = 0; i < 5; ++i) together.push_back(send(kAlice, test::items_of(10, 4)));
  auto other = send(kBob, test::items_of(10, 4));
  gate.open();
  ASSERT_TRUE(first.get());
  for (std::size_t i = 0; i < together.size(); ++i) {
    const auto answer = together[i].get();
    ASSERT_TRUE(answer);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(answer->items[k].position, 1 + k);
      EXPECT_EQ(answer->items[k].duplicate, i > 0);
    }
  }
  EXPECT_FALSE(other.get()->items[0].duplicate);
  EXPECT_EQ(*store_->snapshot()->next_position(0), 5U);
}

TEST_F(SequencerTest, RefusesBadCalls) {
  start({.log = {.batch_max_size = 20'000}});
  const auto none = submit(kAlice, 0, 0);
  EXPECT_EQ(none.error().code, Errc::invalid_argument);
  EXPECT_EQ(none.error().field, "items");
  EXPECT_EQ(submit(kAlice, 0, kMaxSubmitItems + 1).error().code, Errc::invalid_argument);
  const auto unknown = submit("did:example:nobody", 0, 1);
  EXPECT_EQ(unknown.error().code, Errc::not_found);
  EXPECT_EQ(unknown.error().field, "issuer");
  EXPECT_TRUE(submit(kAlice, 0, kMaxSubmitItems));
  EXPECT_FALSE(add_issuer(""));
  EXPECT_TRUE(sequencer_->status().accepting);
}

TEST_F(SequencerTest, ACallIsNoLargerThanABatch) {
  start({.log = {.batch_max_size = 8}});
  EXPECT_EQ(submit(kAlice, 0, 9).error().code, Errc::invalid_argument);
  EXPECT_TRUE(submit(kAlice, 0, 8));
}

TEST_F(SequencerTest, TwentyThreadsAtOnce) {
  start({.log = {.batch_max_size = 500}, .seal_interval = milliseconds(1), .group_items = 300});
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::atomic<bool> running{true};
  std::thread time([&] {
    while (running) {
      clock_.advance(milliseconds(1));
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  std::vector<std::thread> clients;
  for (std::uint32_t client = 0; client < 20; ++client) {
    clients.emplace_back([&, client] {
      std::mt19937 random(seed + client);
      const std::string_view issuer = client % 3 == 0 ? kBob : kAlice;
      for (int call = 0; call < 40; ++call) {
        // The ranges of the clients overlap.
        const auto items = test::items_of(random() % 4'000, 1 + random() % 60);
        const auto answer = send(issuer, items).get();
        ASSERT_TRUE(answer) << answer.error().message;
        const std::lock_guard lock(mutex_);
        promises_.add(issuer, items, answer->items);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  running = false;
  time.join();
  ASSERT_TRUE(seal());
  sequencer_->stop();
  EXPECT_EQ(test::check_promises(*store_, promises_), "");
  EXPECT_GT(promises_.checkpoints.size(), 2U);
  const SequencerStatus status = sequencer_->status();
  EXPECT_EQ(status.accepted_total + status.duplicate_total, promises_.accepted.size());
}

}  // namespace
}  // namespace kedge::node
