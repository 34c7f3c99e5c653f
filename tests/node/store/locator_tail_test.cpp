// SPDX-License-Identifier: Apache-2.0
#include "node/store/locator_tail.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace kedge::test {
namespace {

using node::LocatorTail;
using Entries = std::vector<LocatorTail::Entry>;

Entries in_order(const LocatorTail& tail) {
  Entries out;
  tail.each_in_order([&](std::span<const LocatorTail::Entry> some) {
    EXPECT_FALSE(some.empty());
    out.insert(out.end(), some.begin(), some.end());
  });
  return out;
}

/// Puts them in, and expects to find them, one by one and all in order.
void expect_holds(LocatorTail& tail, Entries entries) {
  for (const auto& entry : entries) {
    EXPECT_FALSE(tail.find(entry.prefix));
    tail.insert(entry);
    EXPECT_EQ(tail.find(entry.prefix), entry.location);
  }
  EXPECT_EQ(tail.size(), entries.size());
  for (const auto& entry : entries) EXPECT_EQ(tail.find(entry.prefix), entry.location);
  std::sort(entries.begin(), entries.end());
  EXPECT_EQ(in_order(tail), entries);
}

/// `count` different prefixes from `first` on, `apart` from each other, in random order.
Entries spread(std::uint64_t first, std::uint64_t apart, std::size_t count, std::uint64_t seed) {
  Entries out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back({first + i * apart, i});
  std::shuffle(out.begin(), out.end(), std::mt19937_64(seed));
  return out;
}

TEST(LocatorTail, HoldsAsManyAsItSays) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const std::size_t capacity : {0U, 1U, 10U, 11U, 1'000U, 50'000U}) {
    LocatorTail tail(capacity);
    ASSERT_GE(tail.capacity(), capacity);
    Entries entries;
    for (std::uint64_t i = 0; i < tail.capacity(); ++i) entries.push_back({random(), i << 20});
    expect_holds(tail, entries);
    EXPECT_FALSE(tail.find(random()));
  }
}

/// Every table of ten entries out of sixteen: four each meant for the first slot, for the last but
/// one, and for the beginning and the end of the last, which find the end of the table full.
TEST(LocatorTail, KeepsTheOrderWhereverItsEntriesStand) {
  for (unsigned chosen = 0; chosen < 1U << 16; ++chosen) {
    if (std::popcount(chosen) != 10) continue;
    LocatorTail tail(10);
    ASSERT_EQ(tail.capacity(), 10U);
    Entries entries;
    for (std::uint64_t i = 0; i < 16; ++i) {
      constexpr std::array<std::uint64_t, 4> kFirst = {0, 14ULL << 60, 15ULL << 60, -4ULL};
      const std::uint64_t prefix = kFirst[i / 4] + i % 4;
      if ((chosen >> i & 1U) != 0) entries.push_back({prefix, i});
    }
    std::shuffle(entries.begin(), entries.end(), std::mt19937_64(chosen));
    for (const auto& entry : entries) tail.insert(entry);
    std::sort(entries.begin(), entries.end());
    ASSERT_EQ(in_order(tail), entries) << chosen;
    for (const auto& entry : entries) ASSERT_EQ(tail.find(entry.prefix), entry.location) << chosen;
  }
}

TEST(LocatorTail, HoldsThoseThatHaveOneSlot) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  for (const std::uint64_t first : {std::uint64_t{0}, kAll / 2, kAll - 299}) {
    LocatorTail tail(300);
    expect_holds(tail, spread(first, 1, 300, first));
  }
}

TEST(LocatorTail, IsEmptyOnceCleared) {
  LocatorTail tail(1'000);
  const auto old = spread(1, 0x00'30'00'00'00'00'00'01, 1'000, 1);
  expect_holds(tail, old);
  tail.clear();
  EXPECT_EQ(tail.size(), 0U);
  EXPECT_TRUE(in_order(tail).empty());
  for (const auto& entry : old) EXPECT_FALSE(tail.find(entry.prefix));
  expect_holds(tail, spread(2, 0x00'30'00'00'00'00'00'01, 1'000, 2));
}

TEST(LocatorTail, IsReadAndTouchedWhileItIsFilled) {
  // Large enough to be touched in several parts.
  LocatorTail tail(400'000);
  const auto entries = spread(7, 0x00'02'00'00'00'00'00'01, 20'000, 3);
  std::atomic<std::size_t> there = 0;
  std::thread toucher([&] {
    while (tail.touch()) {
    }
  });
  std::thread reader([&] {
    for (std::size_t done = 0; done < entries.size();) {
      done = there;
      for (std::size_t i = done > 100 ? done - 100 : 0; i < done; ++i) {
        ASSERT_EQ(tail.find(entries[i].prefix), entries[i].location);
      }
    }
  });
  for (const auto& entry : entries) {
    tail.insert(entry);
    ++there;
  }
  reader.join();
  toucher.join();
}

}  // namespace
}  // namespace kedge::test
