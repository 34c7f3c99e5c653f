// SPDX-License-Identifier: Apache-2.0
#include "node/status/allocation.hpp"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "node/store/memory_store.hpp"
#include "tests/support/store_data.hpp"

namespace kedge::node {
namespace {

static_assert(slot_limit(131'072) == 91'750);
static_assert(slot_limit(1'000'000) == 700'000);
static_assert(slot_limit(std::uint64_t{1} << 32) == 3'006'477'107);

class AllocationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = test::must(make_memory_store({.origin = "log.example/kedge"}));
    test::must(store_->add_issuer("did:example:alice"));
    test::must(store_->add_issuer("did:example:bob"));
  }

  static AllocateStatusRequest request(std::uint32_t count, std::string key,
                                       std::uint8_t purposes = kBothPurposes) {
    return {.issuer = {}, .count = count, .purposes = purposes, .request_key = std::move(key)};
  }

  /// A group of calls, made durable.
  std::vector<Result<AllocateStatusResult>> group(IssuerId issuer,
                                                  const std::vector<AllocateStatusRequest>& calls) {
    const auto reader = store_->snapshot();
    AllocationPlan plan(*reader, issuer, list_size_, 1'000);
    std::vector<Result<AllocateStatusResult>> results;
    for (const AllocateStatusRequest& call : calls) results.push_back(plan.add_call(call));
    const std::vector<StatusAllocation> taken = plan.take();
    if (!taken.empty()) test::must(store_->allocate_status(taken));
    return results;
  }

  Result<AllocateStatusResult> allocate(IssuerId issuer, const AllocateStatusRequest& call) {
    return group(issuer, {call}).front();
  }

  std::uint64_t list_size_ = kMinListSize;
  std::unique_ptr<Store> store_;
};

TEST_F(AllocationTest, HandsOutEachIndexOnceAndOpensTheNextListAtSeventyPercent) {
  std::set<StatusTarget> taken;
  std::map<std::uint32_t, std::uint64_t> of_list;
  for (int call = 0; call < 19; ++call) {
    const auto result = allocate(0, request(10'000, "call " + std::to_string(call)));
    ASSERT_TRUE(result) << result.error().message;
    ASSERT_EQ(result->entries.size(), 10'000U);
    EXPECT_FALSE(result->repeated);
    for (const StatusTarget& entry : result->entries) {
      EXPECT_LT(entry.index, kMinListSize);
      ++of_list[entry.list];
      ASSERT_TRUE(taken.insert(entry).second) << entry.index << " of list " << entry.list;
    }
  }
  EXPECT_EQ(of_list, (std::map<std::uint32_t, std::uint64_t>{
                         {1, 91'750}, {2, 91'750}, {3, 190'000 - 2 * 91'750}}));
  const auto lists = *store_->snapshot()->status_lists(0);
  ASSERT_EQ(lists.size(), 3U);
  EXPECT_NE(lists[0].key, lists[1].key);
  EXPECT_EQ(lists[2].allocated, 6'500U);
}

TEST_F(AllocationTest, TheSameKeyGetsTheSameForEver) {
  const auto first = allocate(0, request(100, "order 1"));
  ASSERT_TRUE(allocate(0, request(100, "order 2")));
  const auto again = allocate(0, request(100, "order 1"));
  ASSERT_TRUE(first);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->entries, first->entries);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(store_->snapshot()->status_list(0, 1)->allocated, 200U);
  const auto other = allocate(1, request(100, "order 1"));
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->repeated) << "keys are the issuer's own";
}

TEST_F(AllocationTest, AKeyStandsForOneCall) {
  ASSERT_TRUE(allocate(0, request(100, "order 1")));
  for (const AllocateStatusRequest& call :
       {request(99, "order 1"), request(100, "order 1", kPurposeRevocation)}) {
    const auto refused = allocate(0, call);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_argument);
    EXPECT_EQ(refused.error().field, "request_key");
  }
  EXPECT_EQ(store_->snapshot()->status_list(0, 1)->allocated, 100U);
}

TEST_F(AllocationTest, CallsOfAGroupSeeEachOther) {
  const auto results =
      group(0, {request(10, "a"), request(10, "b"), request(10, "a"), request(9, "a")});
  ASSERT_TRUE(results[0]);
  ASSERT_TRUE(results[1]);
  ASSERT_TRUE(results[2]);
  EXPECT_EQ(results[2]->entries, results[0]->entries);
  EXPECT_TRUE(results[2]->repeated);
  EXPECT_FALSE(results[3]);
  std::set<StatusTarget> taken(results[0]->entries.begin(), results[0]->entries.end());
  taken.insert(results[1]->entries.begin(), results[1]->entries.end());
  EXPECT_EQ(taken.size(), 20U);
}

TEST_F(AllocationTest, PurposesHaveListsOfTheirOwn) {
  const auto both = allocate(0, request(1, "a"));
  const auto revocation = allocate(0, request(1, "b", kPurposeRevocation));
  const auto suspension = allocate(0, request(1, "c", kPurposeSuspension));
  const auto more = allocate(0, request(1, "d", kPurposeRevocation));
  EXPECT_EQ(both->entries[0].list, 1U);
  EXPECT_EQ(revocation->entries[0].list, 2U);
  EXPECT_EQ(suspension->entries[0].list, 3U);
  EXPECT_EQ(more->entries[0].list, 2U);
  EXPECT_EQ(store_->snapshot()->status_list(0, 2)->purposes, kPurposeRevocation);
}

TEST_F(AllocationTest, AnOldListIsFilledBeforeALongerOneIsOpened) {
  ASSERT_TRUE(allocate(0, request(1, "a")));
  list_size_ = 1'000'000;
  ASSERT_TRUE(allocate(0, request(10'000, "b")));
  EXPECT_EQ(store_->snapshot()->status_lists(0)->size(), 1U);
  for (int call = 0; call < 9; ++call) {
    ASSERT_TRUE(allocate(0, request(10'000, "c" + std::to_string(call))));
  }
  const auto lists = *store_->snapshot()->status_lists(0);
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[0].allocated, slot_limit(kMinListSize));
  EXPECT_EQ(lists[1].size, 1'000'000U);
}

}  // namespace
}  // namespace kedge::node
