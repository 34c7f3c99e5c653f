// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace kedge::rpc {

/// How long many calls took, in constant memory: quantiles are right to 1/64 of their value.
class LatencyHistogram {
 public:
  LatencyHistogram();

  /// Negative counts as none at all.
  void add(std::chrono::nanoseconds taken);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// The time in which at least this part of the calls was done, such as 0.99; in milliseconds,
  /// never below the true one and never above the greatest. 0 if there are no calls.
  [[nodiscard]] double quantile_ms(double part) const;
  [[nodiscard]] double max_ms() const noexcept;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace kedge::rpc
