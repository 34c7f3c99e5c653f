// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/batch_builder.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "crypto/tree.hpp"
#include "tests/node/anchoring/test_log.hpp"

namespace kedge::node {
namespace {

std::vector<Hash> leaves_of(std::size_t count) {
  std::vector<Hash> leaves(count);
  for (std::size_t i = 0; i < count; ++i) leaves[i] = test::digest_of(i);
  return leaves;
}

void expect_tree(BatchBuilder& builder, const std::vector<Hash>& leaves) {
  const crypto::Tree tree(leaves);
  EXPECT_EQ(builder.count(), leaves.size());
  EXPECT_EQ(builder.root(), tree.root());
  const std::vector<std::vector<Hash>> levels = builder.take_levels();
  const std::size_t expected =
      leaves.size() >> kBatchNodeLevel == 0 ? 0 : tree.level_count() - kBatchNodeLevel;
  ASSERT_EQ(levels.size(), expected);
  for (std::uint32_t l = 0; l < levels.size(); ++l) {
    EXPECT_TRUE(std::ranges::equal(levels[l], tree.level(kBatchNodeLevel + l))) << "level " << l;
  }
  EXPECT_EQ(builder.count(), 0U);
  EXPECT_EQ(builder.root(), crypto::empty_root());
}

TEST(BatchBuilder, IsTheTreeForEverySize) {
  BatchBuilder builder;
  for (std::size_t size = 0; size <= 300; ++size) {
    SCOPED_TRACE(size);
    const std::vector<Hash> leaves = leaves_of(size);
    builder.append(leaves);
    expect_tree(builder, leaves);
  }
}

TEST(BatchBuilder, DoesNotDependOnHowTheLeavesArrive) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 100; ++round) {
    const std::vector<Hash> leaves = leaves_of(1 + random() % 2'000);
    BatchBuilder builder;
    std::span<const Hash> rest = leaves;
    while (!rest.empty()) {
      const std::size_t part = std::min<std::size_t>(rest.size(), 1 + random() % 70);
      builder.append(rest.first(part));
      rest = rest.subspan(part);
    }
    expect_tree(builder, leaves);
  }
}

}  // namespace
}  // namespace kedge::node
