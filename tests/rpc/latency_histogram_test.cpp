// SPDX-License-Identifier: Apache-2.0
#include "rpc/latency_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

TEST(LatencyHistogram, IsNearTheTrueQuantilesAndNeverBelow) {
  constexpr std::uint64_t kSeed = 7;
  std::mt19937_64 random(kSeed);
  std::lognormal_distribution<double> spread(12, 3);
  LatencyHistogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 50'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(spread(random)));
    histogram.add(std::chrono::nanoseconds(values.back()));
  }
  std::sort(values.begin(), values.end());
  EXPECT_EQ(histogram.count(), values.size());
  EXPECT_DOUBLE_EQ(histogram.max_ms(), static_cast<double>(values.back()) / 1e6);
  for (const double part : {0.0001, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size()))) - 1;
    const double exact = static_cast<double>(values[rank]) / 1e6;
    EXPECT_GE(histogram.quantile_ms(part), exact) << "seed " << kSeed << ", part " << part;
    EXPECT_LE(histogram.quantile_ms(part), exact * (1 + 1.0 / 64) + 1e-6)
        << "seed " << kSeed << ", part " << part;
  }
}

TEST(LatencyHistogram, HoldsTheShortestAndTheLongest) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.quantile_ms(0.99), 0);
  histogram.add(std::chrono::nanoseconds(-5));
  EXPECT_EQ(histogram.quantile_ms(1), 0);
  histogram.add(std::chrono::nanoseconds::max());
  EXPECT_EQ(histogram.quantile_ms(1), histogram.max_ms());
  EXPECT_EQ(histogram.count(), 2U);
}

}  // namespace
}  // namespace kedge::rpc
