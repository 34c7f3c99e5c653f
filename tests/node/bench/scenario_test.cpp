// SPDX-License-Identifier: Apache-2.0
#include "node/bench/scenario.hpp"

#include <gtest/gtest.h>

namespace kedge::node::bench {
namespace {

TEST(Bench, SpreadHasTheMiddleValue) {
  const Spread odd = spread_of({3, 1, 2});
  EXPECT_EQ(odd.least, 1);
  EXPECT_EQ(odd.median, 2);
  EXPECT_EQ(odd.most, 3);
  EXPECT_EQ(spread_of({1, 2, 3, 4}).median, 2.5);
  EXPECT_EQ(spread_of({7}).median, 7);
}

TEST(Bench, BothWaysOfHashingATreeAgree) {
  const auto tree = make_tree_scenario();
  BenchOptions options;
  options.seconds = 0;
  ASSERT_TRUE(tree->prepare(options));
  const auto figures = tree->measure();
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->size(), 3U);
  EXPECT_EQ(tree->remarks().size(), 1U) << "no peers were given";
  EXPECT_GT((*figures)[0].value, 0);
}

}  // namespace
}  // namespace kedge::node::bench
