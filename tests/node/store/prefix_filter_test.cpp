// SPDX-License-Identifier: Apache-2.0
#include "node/store/prefix_filter.hpp"

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kedge::test {
namespace {

using node::PrefixFilter;

/// How many of a hundred thousand other prefixes a filter with so many bits an entry takes for its
/// own, in percent.
double wrong_hits(std::size_t bits_each) {
  constexpr std::size_t kOctets = std::size_t{1} << 17;
  constexpr int kAsked = 100'000;
  PrefixFilter filter(kOctets);
  std::mt19937_64 random(bits_each);
  std::vector<std::uint64_t> added(kOctets * 8 / bits_each);
  for (std::uint64_t& prefix : added) filter.add(prefix = random());
  for (const std::uint64_t prefix : added) EXPECT_TRUE(filter.may_have(prefix));
  int wrong = 0;
  for (int i = 0; i < kAsked; ++i) wrong += filter.may_have(random()) ? 1 : 0;
  return 100.0 * wrong / kAsked;
}

TEST(PrefixFilter, HasWhatWasAddedAndLittleElse) {
  EXPECT_LT(wrong_hits(16), 0.4);
  EXPECT_LT(wrong_hits(12), 1.0);
  EXPECT_LT(wrong_hits(8), 4.5);
}

TEST(PrefixFilter, HasNothingAtFirst) {
  const PrefixFilter filter(0);
  for (const std::uint64_t prefix : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    EXPECT_FALSE(filter.may_have(prefix));
  }
}

TEST(PrefixFilter, HasTheFirstAndTheLast) {
  PrefixFilter filter(0);
  filter.add(0);
  filter.add(~std::uint64_t{0});
  EXPECT_TRUE(filter.may_have(0));
  EXPECT_TRUE(filter.may_have(~std::uint64_t{0}));
}

/// What one thread has said that it has added, others find.
TEST(PrefixFilter, IsAskedWhileItGrows) {
  constexpr std::uint64_t kCount = 20'000;
  PrefixFilter filter(std::size_t{1} << 16);
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> prefixes(kCount);
  for (std::uint64_t& prefix : prefixes) prefix = random();
  std::atomic<std::uint64_t> added = 0;
  std::atomic<bool> lost = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      for (std::uint64_t sure = 0; sure < kCount; sure = added) {
        if (sure > 0 && !filter.may_have(prefixes[sure - 1])) lost = true;
      }
    });
  }
  for (const std::uint64_t prefix : prefixes) {
    filter.add(prefix);
    ++added;
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(lost);
}

}  // namespace
}  // namespace kedge::test
