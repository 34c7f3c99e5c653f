// SPDX-License-Identifier: Apache-2.0
#include "node/proof/bounded_cache.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

std::shared_ptr<const std::uint64_t> number(std::uint64_t value) {
  return std::make_shared<const std::uint64_t>(value);
}

TEST(BoundedCache, RemembersAndReplaces) {
  BoundedCache<std::uint64_t> cache(1 << 20);
  EXPECT_EQ(cache.find(3), nullptr);
  cache.remember(3, number(30), 8);
  const std::size_t one = cache.octets();
  cache.remember(3, number(31), 8);
  ASSERT_NE(cache.find(3), nullptr);
  EXPECT_EQ(*cache.find(3), 31u);
  EXPECT_EQ(cache.octets(), one);
  EXPECT_EQ(cache.find(4), nullptr);
}

TEST(BoundedCache, NeverHoldsMoreThanItsBound) {
  constexpr std::size_t kBound = 64 << 10;
  BoundedCache<std::uint64_t> cache(kBound);
  std::size_t kept = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    cache.remember(i, number(i), i % 300);
    ASSERT_LE(cache.octets(), kBound);
  }
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const auto found = cache.find(i);
    if (found == nullptr) continue;
    EXPECT_EQ(*found, i);
    ++kept;
  }
  EXPECT_GT(kept, 100u);
  cache.remember(1, number(1), kBound);
  EXPECT_LE(cache.octets(), kBound);
}

TEST(BoundedCache, KeepsWhatIsAskedForAgainAndAgain) {
  BoundedCache<std::uint64_t> cache(64 << 10);
  cache.remember(7, number(7), 8);
  for (std::uint64_t i = 100; i < 20'000; ++i) {
    ASSERT_NE(cache.find(7), nullptr) << i;
    cache.remember(i, number(i), 8);
  }
}

TEST(BoundedCache, ServesManyThreads) {
  BoundedCache<std::uint64_t> cache(16 << 10);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache, &wrong, thread] {
      for (std::uint64_t i = 0; i < 20'000; ++i) {
        const std::uint64_t name = (i * 7 + thread) % 960;
        if (const auto value = cache.find(name); value != nullptr && *value != name) ++wrong;
        cache.remember(name, number(name), 8);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace kedge::node
