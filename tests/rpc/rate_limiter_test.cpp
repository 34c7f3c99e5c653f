// SPDX-License-Identifier: Apache-2.0
#include "rpc/rate_limiter.hpp"

#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RateTable::Clock::time_point kStart{std::chrono::hours(1000)};

TEST(RateTable, GivesABurstAndThenTheRate) {
  RateTable table({.rate = 10, .burst = 30}, 64, 1);
  for (int i = 0; i < 30; ++i) {
    const Charge charge = table.charge(7, 1, kStart);
    ASSERT_TRUE(charge.passed) << i;
    EXPECT_EQ(charge.remaining, static_cast<std::uint64_t>(29 - i));
  }
  const Charge refused = table.charge(7, 1, kStart);
  EXPECT_FALSE(refused.passed);
  EXPECT_EQ(refused.remaining, 0U);
  EXPECT_EQ(refused.retry_after, 1U);
  EXPECT_EQ(refused.full_in, 3U);

  EXPECT_FALSE(table.charge(7, 1, kStart + milliseconds(99)).passed);
  EXPECT_TRUE(table.charge(7, 1, kStart + milliseconds(100)).passed);
  EXPECT_FALSE(table.charge(7, 1, kStart + milliseconds(100)).passed);
  EXPECT_TRUE(table.charge(7, 10, kStart + milliseconds(1100)).passed);
  EXPECT_TRUE(table.charge(8, 30, kStart).passed) << "somebody else";
}

TEST(RateTable, CountsItems) {
  RateTable table({.rate = 100, .burst = 1000}, 64, 1);
  EXPECT_TRUE(table.charge(7, 900, kStart).passed);
  const Charge refused = table.charge(7, 500, kStart);
  EXPECT_FALSE(refused.passed);
  EXPECT_EQ(refused.retry_after, 4U) << "400 are missing";
  EXPECT_TRUE(table.charge(7, 100, kStart).passed) << "what was refused costs nothing";
}

TEST(RateTable, LetsALargeCallThroughAFullBucketAndRemembersTheDebt) {
  RateTable table({.rate = 100, .burst = 100}, 64, 1);
  EXPECT_TRUE(table.charge(7, 1000, kStart).passed);
  EXPECT_EQ(table.charge(7, 1, kStart).retry_after, 10U) << "1000 + 1 - 100 at 100 a second";
  EXPECT_FALSE(table.charge(7, 1, kStart + seconds(9)).passed);
  EXPECT_TRUE(table.charge(7, 1, kStart + seconds(10)).passed);
  EXPECT_EQ(table.charge(7, 1000, kStart + seconds(10)).retry_after, 1U)
      << "as soon as the bucket is full";
}

TEST(RateTable, LooksWithoutTaking) {
  RateTable table({.rate = 1, .burst = 2}, 64, 1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(table.charge(7, 0, kStart).passed);
  EXPECT_TRUE(table.charge(7, 2, kStart).passed);
  EXPECT_FALSE(table.charge(7, 0, kStart).passed);
  EXPECT_TRUE(table.charge(7, 0, kStart + seconds(1)).passed);
}

TEST(RateTable, NeverGivesMoreThanItShould) {
  const auto seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  std::minstd_rand random(seed);
  RateTable table({.rate = 50, .burst = 200}, 64, 1);
  auto now = kStart;
  std::uint64_t given = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += milliseconds(random() % 40);
    const std::uint64_t items = random() % 20 + 1;
    if (table.charge(7, items, now).passed) given += items;
    const double seconds_gone = std::chrono::duration<double>(now - kStart).count();
    ASSERT_LE(static_cast<double>(given), 200 + 50 * seconds_gone + 1) << "seed " << seed;
  }
  const double all = 50 * std::chrono::duration<double>(now - kStart).count();
  EXPECT_GE(static_cast<double>(given), all * 0.95) << "nor much less; seed " << seed;
}

TEST(RateTable, ForgetsWhoeverIsFull) {
  // One set of eight: a ninth client takes the place of one that has nothing to remember.
  RateTable table({.rate = 10, .burst = 10}, 8, 1);
  for (std::uint64_t client = 1; client <= 8; ++client) {
    EXPECT_TRUE(table.charge(client, client == 5 ? 1 : 10, kStart).passed);
  }
  EXPECT_TRUE(table.charge(9, 10, kStart).passed);
  for (const unsigned client : {1U, 2U, 3U, 4U, 6U, 7U, 8U, 9U}) {
    EXPECT_FALSE(table.charge(client, 1, kStart).passed) << client;
  }
}

TEST(RateTable, HoldsUnderAFloodOfClients) {
  RateTable table({.rate = 10, .burst = 10}, 1024, 1);
  for (std::uint64_t client = 0; client < 100'000; ++client) {
    EXPECT_TRUE(table.charge(client, 1, kStart).passed) << "an honest newcomer gets in";
  }
}

TEST(RateTable, IsSharedByThreads) {
  RateTable table({.rate = 1, .burst = 10'000}, 64, 1);
  std::atomic<int> passed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 5'000; ++j) passed += table.charge(7, 1, kStart).passed ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(passed, 10'000);
}

TEST(RateTable, WithoutARateLimitsNobody) {
  RateTable table({.rate = 0, .burst = 1}, 64, 1);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(table.charge(7, 1'000'000, kStart).passed);
}

TEST(RateTable, TakesTheLargestNumbers) {
  RateTable slow({.rate = 1, .burst = ~std::uint64_t{0}}, 8, 1);
  EXPECT_TRUE(slow.charge(1, ~std::uint64_t{0}, kStart).passed);
  EXPECT_FALSE(slow.charge(1, ~std::uint64_t{0}, kStart).passed);
  RateTable fast({.rate = ~std::uint64_t{0}, .burst = 1}, 8, 1);
  EXPECT_TRUE(fast.charge(1, 1, kStart).passed);
}

TEST(RateLimiter, KnowsWhoIsExempt) {
  const std::vector<std::string> loopback_and_proxy = {"127.0.0.0/8", "10.0.0.1"};
  const std::vector<std::string> proxy = {"10.0.0.1"};
  RateLimiter limiter({.client = {1, 1},
                       .exempt = *NetworkList::parse(loopback_and_proxy),
                       .proxies = {.trusted = *NetworkList::parse(proxy)}});
  const auto payer = [&](const char* peer, const HeaderList& headers = {}) {
    return limiter.payer(boost::asio::ip::make_address(peer), headers);
  };
  EXPECT_TRUE(payer("127.0.0.1").exempt);
  EXPECT_FALSE(payer("192.0.2.1").exempt);
  EXPECT_TRUE(payer("10.0.0.1").exempt) << "the proxy for itself";
  for (const char* trick : {"\"", "192.0.2.1, x", "10.0.0.1", ","}) {
    EXPECT_FALSE(payer("10.0.0.1", {{"X-Forwarded-For", trick}}).exempt) << trick;
  }
  EXPECT_TRUE(payer("10.0.0.1", {{"X-Forwarded-For", "127.0.0.1"}}).exempt);
  EXPECT_EQ(payer("10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}}).client,
            payer("192.0.2.1").client);
  EXPECT_TRUE(limiter.charge(payer("127.0.0.1"), 1'000'000).passed);
  EXPECT_TRUE(limiter.charge(payer("192.0.2.1"), 1).passed);
  EXPECT_FALSE(limiter.charge(payer("192.0.2.1"), 1).passed);
  EXPECT_TRUE(RateLimiter(RateOptions{}).payer({}, {}).exempt) << "without a limit everybody is";
}

TEST(RateFields, AreThoseOfTheDraft) {
  RateLimiter limiter({.client = {.rate = 100, .burst = 250}, .token = {.rate = 1, .burst = 5}});
  std::string out;
  append_rate_fields(out, limiter.charge({.client = 1, .exempt = false}, 50));
  EXPECT_EQ(out, "\r\nRateLimit-Policy: \"client\";q=250;w=3\r\nRateLimit: \"client\";r=200;t=1");
  out.clear();
  append_rate_fields(out, limiter.charge_token("a", 2));
  EXPECT_EQ(out, "\r\nRateLimit-Policy: \"token\";q=5;w=5\r\nRateLimit: \"token\";r=3;t=2");
  out.clear();
  append_rate_fields(out, limiter.charge({.client = 1, .exempt = true}, 50));
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace kedge::rpc
