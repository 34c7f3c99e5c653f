// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "tests/node/anchoring/sequencer_fixture.hpp"
#include "tests/support/fault_store.hpp"

namespace kedge::node {
namespace {

using enum StatusValue;
using std::chrono::milliseconds;

SetStatusTarget digest(std::uint64_t number, StatusValue value) {
  return {.which = test::digest_of(number), .value = value};
}

SetStatusTarget at(std::uint32_t list, std::uint64_t index, StatusValue value) {
  return {.which = StatusTarget{.list = list, .index = index}, .value = value};
}

class SequencerStatusTest : public SequencerTest {
 protected:
  std::future<Result<SetStatusResult>> send_status(std::string_view issuer,
                                                   std::vector<SetStatusTarget> targets) {
    auto answer = std::make_shared<std::promise<Result<SetStatusResult>>>();
    auto future = answer->get_future();
    sequencer_->set_status(
        {.issuer = std::string(issuer),
         .targets = std::move(targets),
         .reason = StatusReason::superseded,
         .actor = "registrar"},
        [answer](Result<SetStatusResult> r) { answer->set_value(std::move(r)); });
    return future;
  }

  Result<SetStatusResult> set(std::string_view issuer, std::vector<SetStatusTarget> targets) {
    return send_status(issuer, std::move(targets)).get();
  }

  std::future<Result<AllocateStatusResult>> send_allocate(std::string_view issuer,
                                                          std::uint32_t count, std::string key) {
    auto answer = std::make_shared<std::promise<Result<AllocateStatusResult>>>();
    auto future = answer->get_future();
    sequencer_->allocate_status(
        {.issuer = std::string(issuer),
         .count = count,
         .purposes = kBothPurposes,
         .request_key = std::move(key)},
        [answer](Result<AllocateStatusResult> r) { answer->set_value(std::move(r)); });
    return future;
  }

  Result<AllocateStatusResult> allocate(std::string_view issuer, std::uint32_t count,
                                        std::string key) {
    return send_allocate(issuer, count, std::move(key)).get();
  }

  void expect_refused(std::string_view issuer, std::vector<SetStatusTarget> targets, Errc code,
                      std::string_view field) {
    const auto before = store_->snapshot()->next_change(0);
    const auto refused = set(issuer, std::move(targets));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code) << refused.error().message;
    EXPECT_EQ(refused.error().field, field);
    EXPECT_EQ(*store_->snapshot()->next_change(0), *before) << "nothing of it is stored";
  }
};

TEST_F(SequencerStatusTest, SetsByDigestAndByEntry) {
  start();
  ASSERT_TRUE(submit(kAlice, 0, 5));
  const auto taken = allocate(kAlice, 2, "order");
  ASSERT_TRUE(taken);
  ASSERT_EQ(taken->entries.size(), 2U);
  const auto result = set(kAlice, {digest(3, revoked), at(kRegister, 1, suspended),
                                   at(1, taken->entries[1].index, revoked), digest(4, valid)});
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->targets.size(), 4U);
  EXPECT_EQ(result->targets[0].target, (StatusTarget{.list = kRegister, .index = 3}));
  EXPECT_EQ(result->targets[0].value, revoked);
  EXPECT_EQ(result->targets[0].time_ms, test::ManualClock::kStart);
  EXPECT_TRUE(result->targets[0].changed);
  EXPECT_EQ(result->targets[1].value, suspended);
  EXPECT_EQ(result->targets[2].target, taken->entries[1]);
  EXPECT_FALSE(result->targets[3].changed);
  EXPECT_FALSE(result->targets[3].change) << "it was never changed";
  EXPECT_EQ(sequencer_->status().changed_total, 3U);
  EXPECT_EQ(sequencer_->status().allocated_total, 2U);
  EXPECT_EQ(sequencer_->status().unsealed_changes, 3U);

  clock_.advance(milliseconds(10));
  const auto again = set(kAlice, {digest(3, revoked)});
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->targets[0].changed);
  EXPECT_FALSE(again->targets[0].sealed);
  EXPECT_EQ(again->targets[0].time_ms, test::ManualClock::kStart);
  ASSERT_TRUE(seal());
  EXPECT_EQ(sequencer_->status().unsealed_changes, 0U);
  EXPECT_TRUE(set(kAlice, {digest(3, revoked)})->targets[0].sealed);
  const auto status = store_->snapshot()->target_status(0, {.list = kRegister, .index = 3});
  ASSERT_TRUE(status);
  EXPECT_EQ(status->reason, static_cast<std::uint8_t>(StatusReason::superseded));
  EXPECT_EQ(status->actor, "registrar");
}

TEST_F(SequencerStatusTest, EveryErrorNamesItsItemAndStoresNothing) {
  start();
  ASSERT_TRUE(submit(kAlice, 0, 3));
  ASSERT_TRUE(submit(kBob, 10, 3));
  const auto bobs = allocate(kBob, 1, "bob");
  ASSERT_TRUE(set(kAlice, {digest(0, revoked)}));
  expect_refused(kAlice, {digest(1, revoked), digest(99, revoked)}, Errc::not_found, "targets[1]");
  expect_refused(kAlice, {digest(1, revoked), digest(10, revoked)}, Errc::not_found, "targets[1]");
  expect_refused(kAlice, {digest(1, revoked), at(1, bobs->entries[0].index, revoked)},
                 Errc::not_found, "targets[1]");
  expect_refused(kAlice, {at(kRegister, 3, revoked)}, Errc::not_found, "targets[0]");
  expect_refused(kAlice, {digest(1, revoked), digest(0, valid)}, Errc::already_exists,
                 "targets[1]");
  expect_refused(kAlice, {digest(1, revoked), at(kRegister, 1, suspended)}, Errc::invalid_argument,
                 "targets[1]");
  expect_refused(kAlice, {}, Errc::invalid_argument, "targets");
  expect_refused(kAlice, std::vector<SetStatusTarget>(kMaxStatusTargets + 1, digest(1, revoked)),
                 Errc::invalid_argument, "targets");
  expect_refused("did:example:nobody", {digest(1, revoked)}, Errc::not_found, "issuer");
  EXPECT_EQ(allocate("did:example:nobody", 1, "key").error().field, "issuer");
  EXPECT_EQ(allocate(kAlice, 0, "key").error().field, "count");
  EXPECT_EQ(allocate(kAlice, 1, "").error().field, "request_key");
  EXPECT_TRUE(store_->snapshot()->status_lists(0)->empty());
  EXPECT_EQ(failures_, 0);
  EXPECT_TRUE(set(kAlice, std::vector<SetStatusTarget>(kMaxStatusTargets, digest(1, revoked))));
}

TEST_F(SequencerStatusTest, AGroupIsTakenInOrder) {
  GateStore gate(*store_);
  start(gate);
  gate.close();
  auto first = send(kAlice, test::items_of(1'000, 1));
  await([&] { return sequencer_->status().queued_items == 0; });
  auto submitted = send(kAlice, test::items_of(0, 3));
  auto unknown = send_status(kAlice, {digest(0, revoked), digest(77, revoked)});
  auto suspend = send_status(kAlice, {digest(0, suspended), digest(1, suspended)});
  auto lift = send_status(kAlice, {digest(0, valid)});
  auto revoke = send_status(kAlice, {digest(1, revoked)});
  auto late = send_status(kAlice, {digest(2, revoked), digest(1, valid)});
  auto same = send_status(kAlice, {digest(1, revoked)});
  auto sealed = std::make_shared<std::promise<Result<SealResult>>>();
  sequencer_->seal([sealed](Result<SealResult> r) { sealed->set_value(std::move(r)); });
  gate.open();
  ASSERT_TRUE(first.get());
  ASSERT_TRUE(submitted.get());
  EXPECT_EQ(unknown.get().error().field, "targets[1]");
  EXPECT_TRUE(suspend.get()) << "it sees what was submitted before it";
  EXPECT_TRUE(lift.get()->targets[0].changed);
  EXPECT_TRUE(revoke.get()->targets[0].changed);
  EXPECT_EQ(late.get().error().code, Errc::already_exists);
  EXPECT_FALSE(same.get()->targets[0].changed);
  ASSERT_TRUE(sealed->get_future().get());
  const auto row = store_->snapshot()->status_at(0, ~std::uint64_t{0});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->count, 4U);
}

TEST_F(SequencerStatusTest, AllocationsOfAGroupAreDisjointAndRepeatable) {
  GateStore gate(*store_);
  start(gate);
  gate.close();
  auto first = send(kAlice, test::items_of(1'000, 1));
  await([&] { return sequencer_->status().queued_items == 0; });
  std::vector<std::future<Result<AllocateStatusResult>>> calls;
  for (int i = 0; i < 10; ++i) calls.push_back(send_allocate(kAlice, 7, std::to_string(i % 5)));
  gate.open();
  std::set<StatusTarget> taken;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto result = calls[i].get();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->repeated, i >= 5);
    for (const StatusTarget& entry : result->entries) {
      EXPECT_EQ(taken.insert(entry).second, i < 5);
    }
  }
  EXPECT_EQ(taken.size(), 35U);
  EXPECT_EQ(sequencer_->status().allocated_total, 35U);
}

TEST_F(SequencerStatusTest, ChangesAloneAreSealedAfterTheInterval) {
  start({.seal_interval = milliseconds(1'000)});
  ASSERT_TRUE(submit(kAlice, 0, 1));
  ASSERT_TRUE(seal());
  ASSERT_TRUE(set(kAlice, {digest(0, revoked)}));
  clock_.advance(milliseconds(999));
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(sequencer_->status().unsealed_changes, 1U);
  clock_.advance(milliseconds(1));
  await([&] { return sequencer_->status().unsealed_changes == 0; });
}

TEST_F(SequencerStatusTest, ManyChangesAreSealedAtOnce) {
  start({.seal_interval = std::chrono::hours(1), .seal_at_changes = 2});
  ASSERT_TRUE(submit(kAlice, 0, 3));
  ASSERT_TRUE(seal());
  ASSERT_TRUE(set(kAlice, {digest(0, revoked)}));
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(sequencer_->status().unsealed_changes, 1U);
  ASSERT_TRUE(set(kAlice, {digest(1, suspended)}));
  await([&] { return sequencer_->status().unsealed_changes == 0; });
}

TEST_F(SequencerStatusTest, QueueAndUnsealedChangesAreBounded) {
  GateStore gate(*store_);
  start(gate, {.queue_items = 10, .max_unsealed_changes = 12});
  ASSERT_TRUE(submit(kAlice, 0, 10));
  gate.close();
  auto busy = send(kAlice, test::items_of(100, 1));
  await([&] { return sequencer_->status().queued_items == 0; });
  auto fits = send_allocate(kAlice, 10, "key");
  EXPECT_EQ(set(kAlice, {digest(0, revoked)}).error().code, Errc::too_busy);
  EXPECT_EQ(allocate(kAlice, 1, "other").error().code, Errc::too_busy);
  gate.open();
  ASSERT_TRUE(busy.get());
  ASSERT_TRUE(fits.get());

  std::vector<SetStatusTarget> targets;
  for (std::uint64_t i = 0; i < 10; ++i) targets.push_back(digest(i, suspended));
  ASSERT_TRUE(set(kAlice, targets));
  targets.resize(3);
  const auto refused = set(kAlice, targets);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::too_busy);
  EXPECT_TRUE(submit(kAlice, 200, 5)) << "credentials have a bound of their own";
  ASSERT_TRUE(seal());
  EXPECT_TRUE(set(kAlice, targets));
}

TEST_F(SequencerStatusTest, NobodyIsAnsweredBeforeTheWrite) {
  start();
  ASSERT_TRUE(submit(kAlice, 0, 2));
  shut();
  for (const test::WriteFault fault : {test::WriteFault::lost, test::WriteFault::unreported}) {
    failures_ = 0;
    test::FaultStore faulty(std::move(store_), 0, fault);
    open(faulty);
    ASSERT_TRUE(sequencer_->start());
    const auto lost = set(kAlice, {digest(0, revoked)});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::unavailable);
    EXPECT_EQ(set(kAlice, {digest(1, revoked)}).error().code, Errc::unavailable);
    EXPECT_EQ(allocate(kAlice, 1, "key").error().code, Errc::unavailable);
    EXPECT_EQ(failures_, 1);
    shut();
    store_ = faulty.release();
  }
  start();
  EXPECT_FALSE(set(kAlice, {digest(0, revoked)})->targets[0].changed) << "the second had written";
  EXPECT_TRUE(set(kAlice, {digest(1, revoked)})->targets[0].changed);
}

TEST_F(SequencerStatusTest, AllocationsAreDurableBeforeTheAnswer) {
  start();
  shut();
  test::FaultStore faulty(std::move(store_), 0, test::WriteFault::unreported);
  open(faulty);
  ASSERT_TRUE(sequencer_->start());
  EXPECT_EQ(allocate(kAlice, 3, "key").error().code, Errc::unavailable);
  shut();
  store_ = faulty.release();
  start();
  const auto again = allocate(kAlice, 3, "key");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->entries.size(), 3U);
}

}  // namespace
}  // namespace kedge::node
