// SPDX-License-Identifier: Apache-2.0
#include "node/metrics/call_counts.hpp"

#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

using namespace std::chrono_literals;

class CallCountsTest : public ::testing::Test {
 protected:
  CallCountsTest() {
    const auto nothing = [](std::string_view, const rpc::Caller&, std::string&) {
      return Status();
    };
    for (const char* name : {"b", "a", "c"}) table_.add({.name = name, .handler = nothing});
  }

  MethodCounts of(const CallCounts& counts, std::string_view method) {
    for (const MethodCounts& each : counts.calls()) {
      if (each.method == method) return each;
    }
    throw std::runtime_error("no such method");
  }

  rpc::MethodTable table_;
};

TEST_F(CallCountsTest, KnowsTheMethodsOfTheTableAndNoOthers) {
  CallCounts counts(table_);
  for (const char* method : {"a", "b", "c", "d", "", "unknown", "a{}\"\n"}) {
    counts.add_call(method, 0, 1ms);
  }
  std::vector<std::string> names;
  for (const MethodCounts& each : counts.calls()) names.push_back(each.method);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c", "unknown"}));
  EXPECT_EQ(of(counts, "a").codes[0], 1U);
  EXPECT_EQ(of(counts, "unknown").codes[0], 4U);
}

TEST_F(CallCountsTest, CountsByCodeAndWhatIsNoCodeOfOursAsTheLast) {
  CallCounts counts(table_);
  for (std::size_t i = 0; i < kCountedCodes.size(); ++i)
    counts.add_call("a", kCountedCodes[i], 0ns);
  counts.add_call("a", 12345, 0ns);
  const MethodCounts found = of(counts, "a");
  for (std::size_t i = 0; i + 1 < found.codes.size(); ++i) EXPECT_EQ(found.codes[i], 1U) << i;
  EXPECT_EQ(found.codes.back(), 2U);
}

TEST_F(CallCountsTest, PutsEveryCallIntoOneBucketWithItsBoundIncluded) {
  CallCounts counts(table_);
  counts.add_call("a", 0, -5ns);
  counts.add_call("a", 0, 50us);
  counts.add_call("a", 0, 50001ns);
  counts.add_call("a", 0, 10s);
  counts.add_call("a", 0, 10s + 1ns);
  const MethodCounts found = of(counts, "a");
  EXPECT_EQ(found.buckets.front(), 2U);
  EXPECT_EQ(found.buckets[1], 1U);
  EXPECT_EQ(found.buckets[kLatencyBounds.size() - 1], 1U);
  EXPECT_EQ(found.buckets.back(), 1U);
  EXPECT_EQ(std::accumulate(found.buckets.begin(), found.buckets.end(), std::uint64_t{0}), 5U);
  EXPECT_EQ(found.nanoseconds, 50'000U + 50'001U + 10'000'000'000U + 10'000'000'001U);
}

TEST_F(CallCountsTest, LosesNothingBetweenThreads) {
  CallCounts counts(table_);
  constexpr unsigned kThreads = 20;
  constexpr unsigned kCalls = 10'000;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < kThreads; ++i) {
      threads.emplace_back([&counts, i] {
        for (unsigned k = 0; k < kCalls; ++k) {
          counts.add_call(i % 2 == 0 ? "a" : "c", 0, 2us);
          counts.add_response(i % 2 == 0 ? 200 : 503);
        }
      });
    }
  }
  EXPECT_EQ(of(counts, "a").codes[0], kThreads / 2 * kCalls);
  EXPECT_EQ(of(counts, "c").buckets[0], kThreads / 2 * kCalls);
  EXPECT_EQ(counts.responses(), (std::map<unsigned, std::uint64_t>{{200, kThreads / 2 * kCalls},
                                                                   {503, kThreads / 2 * kCalls}}));
  counts.add_response(600);
  counts.add_response(~0U);
  EXPECT_EQ(counts.responses().size(), 2U);
}

}  // namespace
}  // namespace kedge::node
