// SPDX-License-Identifier: Apache-2.0
#include "node/store/located_prefixes.hpp"

#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace kedge::test {
namespace {

using node::LocatedPrefixes;

constexpr std::size_t kGroupOctets = 4 * LocatedPrefixes::kEntryOctets;

TEST(LocatedPrefixes, FindsWhatWasPutAndNothingElse) {
  LocatedPrefixes located(1024 * kGroupOctets);
  std::mt19937_64 random(1);
  std::map<std::uint64_t, std::uint64_t> put;
  for (std::uint64_t i = 0; i < 500; ++i) put[random()] = i;
  for (const auto& [prefix, location] : put) {
    EXPECT_FALSE(located.find(prefix));
    located.put(prefix, location);
    EXPECT_EQ(located.find(prefix), location);
  }
  std::size_t kept = 0;
  for (const auto& [prefix, location] : put) {
    const auto found = located.find(prefix);
    EXPECT_EQ(found.value_or(location), location);
    kept += found ? 1U : 0U;
    EXPECT_FALSE(located.find(prefix ^ 1));
  }
  // Half an entry a group on average: no two neighbours have more than eight.
  EXPECT_EQ(kept, 500U);
}

TEST(LocatedPrefixes, HasTheFirstAndTheLastOfEverything) {
  LocatedPrefixes located(0);
  for (const std::uint64_t prefix : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    EXPECT_FALSE(located.find(prefix));
    located.put(prefix, prefix >> 1);
    EXPECT_EQ(located.find(prefix), prefix >> 1);
  }
}

TEST(LocatedPrefixes, TakesNoMoreMemoryThanItWasMadeFor) {
  for (const std::size_t groups : {2U, 64U, 4096U}) {
    EXPECT_EQ(LocatedPrefixes(groups * kGroupOctets).octets(), groups * kGroupOctets);
  }
}

TEST(LocatedPrefixes, AFullGroupTakesANewEntryForAnOldOne) {
  LocatedPrefixes located(64 * kGroupOctets);
  // All in the first group and its neighbour, because the upper bits choose it.
  for (std::uint64_t prefix = 1; prefix <= 100; ++prefix) {
    located.put(prefix, prefix);
    EXPECT_EQ(located.find(prefix), prefix);
  }
  std::size_t kept = 0;
  for (std::uint64_t prefix = 1; prefix <= 100; ++prefix) kept += located.find(prefix) ? 1U : 0U;
  EXPECT_EQ(kept, 8U);
}

TEST(LocatedPrefixes, ALargerOneTakesEverythingOverPartByPart) {
  // Less than a part, and several of them.
  for (const std::size_t groups : {16U, 131'072U}) {
    LocatedPrefixes small(groups * kGroupOctets);
    std::mt19937_64 random(2);
    std::vector<std::uint64_t> kept;
    for (std::uint64_t i = 0; i < 3 * groups; ++i) {
      const std::uint64_t prefix = random();
      small.put(prefix, i);
      kept.push_back(prefix);
    }
    LocatedPrefixes large(64 * groups * kGroupOctets);
    std::size_t parts = 1;
    for (auto from = large.put_part(small, 0); from; from = large.put_part(small, *from)) {
      // What comes meanwhile goes into both behind this, and comes with its part before.
      const std::uint64_t prefix = random();
      kept.push_back(prefix);
      small.put(prefix, parts);
      if (small.is_before(prefix, *from)) large.put(prefix, parts);
      ++parts;
    }
    EXPECT_EQ(parts, groups == 16 ? 1U : 8U);
    for (const std::uint64_t prefix : kept) {
      const auto found = small.find(prefix);
      ASSERT_EQ(found ? large.find(prefix) : found, found);
    }
  }
}

/// Threads that write one group at once, and read it: whatever is found belongs to its prefix.
TEST(LocatedPrefixes, NeverMixesTwoEntries) {
  LocatedPrefixes located(2 * kGroupOctets);
  constexpr std::uint64_t kPrefixes = 16;
  std::vector<std::thread> threads;
  std::atomic<std::size_t> wrong = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937_64 random(seed);
      for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t prefix = random() % kPrefixes;
        located.put(prefix, prefix * 1'000'003);
        const std::uint64_t asked = random() % kPrefixes;
        const auto found = located.find(asked);
        if (found && *found != asked * 1'000'003) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace kedge::test
