// SPDX-License-Identifier: Apache-2.0
#include "node/status/status_acceptance.hpp"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "node/status/allocation.hpp"
#include "node/store/memory_store.hpp"
#include "tests/support/store_data.hpp"

namespace kedge::node {
namespace {

using enum StatusValue;

constexpr IssuerId kAlice = 0;
constexpr std::uint64_t kCredentials = 40;

class StatusAcceptanceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = test::must(make_memory_store({.origin = "log.example/kedge"}));
    test::must(store_->add_issuer("did:example:alice"));
    test::must(store_->add_issuer("did:example:bob"));
    const node::Run run = test::make_run(kAlice, 0, {kCredentials}, 1);
    test::must(store_->append({&run, 1}));
    begin();
  }

  /// A group of calls at a time of its own.
  void begin() {
    reader_ = store_->snapshot();
    now_ += 1'000;
    group_.emplace(*reader_, StatusAcceptance::Issuer{.id = kAlice,
                                                      .register_size = kCredentials,
                                                      .next_change = *reader_->next_change(kAlice),
                                                      .sealed_changes = 0,
                                                      .time_ms = now_});
  }

  Result<std::vector<TargetResult>> call(const std::vector<WantedStatus>& targets,
                                         StatusReason reason = StatusReason::unspecified,
                                         std::string_view actor = "registrar") {
    return group_->add_call(targets, reason, actor);
  }

  /// Ends the group and begins the next one.
  void commit() {
    const std::vector<ChangeRun> runs = group_->take_runs();
    if (!runs.empty()) test::must(store_->append_changes(runs));
    begin();
  }

  std::vector<StatusTarget> allocate(std::uint32_t count, std::uint8_t purposes) {
    AllocationPlan plan(*reader_, kAlice, kMinListSize, now_);
    const auto result =
        plan.add_call({.issuer = {}, .count = count, .purposes = purposes, .request_key = "key"});
    test::must(store_->allocate_status(plan.take()));
    begin();
    return result->entries;
  }

  static WantedStatus at(std::uint64_t position, StatusValue value) {
    return {.target = {.list = kRegister, .index = position}, .value = value};
  }

  void expect_refused(const std::vector<WantedStatus>& targets, Errc code, std::string_view field) {
    const std::uint64_t before = group_->change_count();
    const auto refused = call(targets);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code) << refused.error().message;
    EXPECT_EQ(refused.error().field, field);
    EXPECT_EQ(group_->change_count(), before) << "nothing of it is kept";
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<StoreReader> reader_;
  std::optional<StatusAcceptance> group_;
  std::uint64_t now_ = 0;
};

TEST_F(StatusAcceptanceTest, EveryChangeFromEveryValue) {
  struct Case {
    StatusValue before, wanted;
    bool allowed, changed;
  };
  constexpr Case kCases[] = {{valid, valid, true, false},        {valid, revoked, true, true},
                             {valid, suspended, true, true},     {revoked, valid, false, false},
                             {revoked, revoked, true, false},    {revoked, suspended, false, false},
                             {suspended, valid, true, true},     {suspended, revoked, true, true},
                             {suspended, suspended, true, false}};
  // Once with the first value from the store, once from the same group.
  for (const bool stored : {true, false}) {
    for (std::size_t i = 0; i < std::size(kCases); ++i) {
      const auto& [before, wanted, allowed, changed] = kCases[i];
      const std::uint64_t position = i + (stored ? 0 : std::size(kCases));
      SCOPED_TRACE(testing::Message() << status_name(before) << " to " << status_name(wanted));
      ASSERT_TRUE(call({at(position, before)}));
      if (stored) commit();
      const auto result = call({at(position, wanted)});
      ASSERT_EQ(result.has_value(), allowed);
      if (!allowed) {
        EXPECT_EQ(result.error().code, Errc::already_exists);
        EXPECT_EQ(result.error().field, "targets[0]");
        continue;
      }
      EXPECT_EQ(result->front().value, wanted);
      EXPECT_EQ(result->front().changed, changed);
      if (changed) {
        EXPECT_EQ(result->front().time_ms, now_);
      }
      commit();
      const auto status = reader_->target_status(kAlice, {.list = kRegister, .index = position});
      EXPECT_EQ(status ? status->value : valid, wanted);
    }
  }
}

TEST_F(StatusAcceptanceTest, WhatHasTheValueKeepsItsFirstReason) {
  ASSERT_TRUE(call({at(3, revoked)}, StatusReason::key_compromise, "first"));
  ASSERT_TRUE(call({at(3, revoked)}, StatusReason::superseded, "second"));
  commit();
  const std::uint64_t first_ms = now_ - 1'000;
  const auto again = call({at(3, revoked), at(4, revoked)}, StatusReason::superseded, "third");
  ASSERT_TRUE(again);
  EXPECT_FALSE((*again)[0].changed);
  EXPECT_EQ((*again)[0].time_ms, first_ms);
  EXPECT_EQ((*again)[0].change, 0U);
  EXPECT_TRUE((*again)[1].changed);
  EXPECT_EQ((*again)[1].change, 1U);
  commit();
  const auto status = reader_->target_status(kAlice, {.list = kRegister, .index = 3});
  ASSERT_TRUE(status);
  EXPECT_EQ(status->reason, static_cast<std::uint8_t>(StatusReason::key_compromise));
  EXPECT_EQ(status->actor, "first");
  EXPECT_EQ(status->time_ms, first_ms);
}

TEST_F(StatusAcceptanceTest, ACallIsAllOrNothing) {
  ASSERT_TRUE(call({at(1, suspended), at(9, revoked)}));
  expect_refused({at(0, revoked), at(1, revoked), at(9, valid), at(2, revoked)},
                 Errc::already_exists, "targets[2]");
  // What the refused call had changed is as it was before.
  const auto after = call({at(0, suspended), at(1, valid)});
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_TRUE((*after)[0].changed);
  EXPECT_EQ((*after)[0].change, 2U);
  EXPECT_TRUE((*after)[1].changed);
  commit();
  EXPECT_EQ(*reader_->next_change(kAlice), 4U);
}

TEST_F(StatusAcceptanceTest, ATargetTwiceCountsOnce) {
  const auto twice = call({at(5, revoked), at(6, revoked), at(5, revoked)});
  ASSERT_TRUE(twice);
  EXPECT_TRUE((*twice)[0].changed);
  EXPECT_FALSE((*twice)[2].changed);
  EXPECT_EQ((*twice)[2].time_ms, now_);
  EXPECT_EQ(group_->change_count(), 2U);
  expect_refused({at(7, revoked), at(7, suspended)}, Errc::invalid_argument, "targets[1]");
  expect_refused({at(7, valid), at(7, suspended)}, Errc::invalid_argument, "targets[1]");
  expect_refused({at(7, suspended), at(7, valid)}, Errc::invalid_argument, "targets[1]");
  EXPECT_TRUE(call({at(7, suspended)}));
  EXPECT_TRUE(call({at(7, valid)})) << "another call may";
}

TEST_F(StatusAcceptanceTest, OnlyWhatIsThereHasAStatus) {
  expect_refused({at(0, revoked), at(kCredentials, revoked)}, Errc::not_found, "targets[1]");
  expect_refused({at(~std::uint64_t{0}, valid)}, Errc::not_found, "targets[0]");
  expect_refused({{.target = {.list = 1, .index = 0}, .value = revoked}}, Errc::not_found,
                 "targets[0]");
  const std::vector<StatusTarget> mine = allocate(100, kBothPurposes);
  std::set<std::uint64_t> handed_out;
  for (const StatusTarget& entry : mine) handed_out.insert(entry.index);
  std::uint64_t refused = 0;
  for (std::uint64_t index = 0; index < 5'000; ++index) {
    const bool there =
        call({{.target = {.list = 1, .index = index}, .value = revoked}}).has_value();
    ASSERT_EQ(there, handed_out.contains(index)) << index;
    refused += there ? 0U : 1U;
  }
  EXPECT_GT(refused, 4'900U);
  expect_refused({{.target = {.list = 1, .index = kMinListSize}, .value = revoked}},
                 Errc::not_found, "targets[0]");
  EXPECT_TRUE(call({{.target = mine.back(), .value = revoked}}));
}

TEST_F(StatusAcceptanceTest, AListSaysOnlyWhatItIsFor) {
  const std::vector<StatusTarget> mine = allocate(2, kPurposeRevocation);
  expect_refused({{.target = mine[0], .value = suspended}}, Errc::invalid_argument, "targets[0]");
  EXPECT_TRUE(call({{.target = mine[0], .value = valid}}));
  EXPECT_TRUE(call({{.target = mine[1], .value = revoked}}));
}

// Any calls in any grouping lead to what one call after the other leads to.
TEST_F(StatusAcceptanceTest, GroupsMakeNoDifference) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::map<std::uint64_t, StatusValue> model;
  std::uint64_t changes = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<WantedStatus> targets;
    for (std::size_t i = random() % 6 + 1; i > 0; --i) {
      targets.push_back(at(random() % kCredentials,
                           random() % 40 == 0 ? revoked : (random() % 2 == 0 ? suspended : valid)));
    }
    std::map<std::uint64_t, StatusValue> next = model;
    std::map<std::uint64_t, StatusValue> in_call;
    bool allowed = true;
    for (const WantedStatus& wanted : targets) {
      const auto [named, first] = in_call.emplace(wanted.target.index, wanted.value);
      if (named->second != wanted.value) allowed = false;
      StatusValue& now = next[wanted.target.index];
      if (now == revoked && wanted.value != revoked) allowed = false;
      now = wanted.value;
    }
    ASSERT_EQ(call(targets).has_value(), allowed);
    if (allowed) {
      for (const auto& [position, value] : next) changes += model[position] != value ? 1U : 0U;
      model = std::move(next);
    }
    if (random() % 4 == 0) commit();
  }
  commit();
  EXPECT_EQ(*reader_->next_change(kAlice), changes);
  for (const auto& [position, value] : model) {
    const auto status = reader_->target_status(kAlice, {.list = kRegister, .index = position});
    EXPECT_EQ(status ? status->value : valid, value) << position;
  }
}

}  // namespace
}  // namespace kedge::node
