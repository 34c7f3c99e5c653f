// SPDX-License-Identifier: Apache-2.0
#include "node/status/slot_permutation.hpp"

#include <random>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

SlotKey key_of(std::uint8_t first) {
  SlotKey key{};
  for (std::uint8_t& octet : key) octet = first++;
  return key;
}

/// Every slot gets an index of its own and leads back to itself: with as many indexes as slots that
/// is a bijection.
void expect_bijection(const SlotPermutation& permutation, std::uint64_t size) {
  std::vector<bool> taken(size, false);
  for (std::uint64_t slot = 0; slot < size; ++slot) {
    const std::uint64_t index = permutation.index_of(slot);
    ASSERT_LT(index, size) << "slot " << slot << " of " << size;
    ASSERT_FALSE(taken[index]) << "index " << index << " of " << size << " twice";
    taken[index] = true;
    ASSERT_EQ(permutation.slot_of(index), slot) << "of " << size;
  }
}

TEST(SlotPermutation, IsABijectionForEverySmallSize) {
  for (std::uint64_t size = 2; size <= 300; ++size) {
    expect_bijection(SlotPermutation(key_of(static_cast<std::uint8_t>(size)), size), size);
  }
}

TEST(SlotPermutation, IsABijectionAroundTheSmallestListAndThePowersOfTwo) {
  for (const std::uint64_t size : {131'071U, 131'072U, 131'073U, 200'000U, 262'144U}) {
    expect_bijection(SlotPermutation(key_of(1), size), size);
  }
}

TEST(SlotPermutation, LeadsBackInTheLargestLists) {
  std::mt19937_64 random(20'260'101);
  for (const std::uint64_t size : {SlotPermutation::kMaxSize, SlotPermutation::kMaxSize - 1,
                                   (SlotPermutation::kMaxSize / 2) + 1}) {
    const SlotPermutation permutation(key_of(9), size);
    for (int i = 0; i < 5'000; ++i) {
      const std::uint64_t slot = random() % size;
      const std::uint64_t index = permutation.index_of(slot);
      ASSERT_LT(index, size);
      ASSERT_EQ(permutation.slot_of(index), slot) << "of " << size;
    }
  }
}

// The indexes of a stored list follow from its key for ever.
TEST(SlotPermutation, IsFixedByKeyAndSize) {
  const SlotPermutation smallest(key_of(0), 131'072);
  const SlotPermutation odd(key_of(0), 1'000'003);
  EXPECT_EQ(smallest.index_of(0), 723U);
  EXPECT_EQ(smallest.index_of(1), 112'109U);
  EXPECT_EQ(odd.index_of(0), 534'893U);
  EXPECT_NE(SlotPermutation(key_of(1), 131'072).index_of(0), smallest.index_of(0));
}

// What 1,024 consecutive slots get looks as if drawn by lot: spread over all sixteenths of the
// list (64 expected in each; 4.5 standard deviations), in no order.
TEST(SlotPermutation, ScattersConsecutiveSlots) {
  const SlotPermutation permutation(key_of(3), 131'072);
  std::array<int, 16> counts{};
  int ascending = 0;
  std::uint64_t before = permutation.index_of(0);
  for (std::uint64_t slot = 0; slot < 1'024; ++slot) {
    const std::uint64_t index = permutation.index_of(slot);
    ++counts[index / 8'192];
    if (index > before) ++ascending;
    before = index;
  }
  for (const int count : counts) {
    EXPECT_GT(count, 29);
    EXPECT_LT(count, 99);
  }
  EXPECT_GT(ascending, 450);
  EXPECT_LT(ascending, 575);
}

TEST(SlotPermutation, RefusesWhatIsBeyond) {
  EXPECT_THROW(SlotPermutation(key_of(0), 1), std::invalid_argument);
  EXPECT_THROW(SlotPermutation(key_of(0), SlotPermutation::kMaxSize + 1), std::invalid_argument);
  const SlotPermutation permutation(key_of(0), 131'072);
  EXPECT_THROW((void)permutation.index_of(131'072), std::out_of_range);
  EXPECT_THROW((void)permutation.slot_of(131'072), std::out_of_range);
}

}  // namespace
}  // namespace kedge::node
