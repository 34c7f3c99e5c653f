// SPDX-License-Identifier: Apache-2.0
#include "rpc/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace kedge::rpc {
namespace {

/// Each power of two is cut into so many buckets.
constexpr std::uint64_t kParts = 64;
constexpr unsigned kPartBits = 6;
constexpr double kNanosecondsPerMs = 1e6;

/// Values below kParts have a bucket each; then come kParts buckets for every power of two.
std::size_t bucket_of(std::uint64_t value) {
  if (value < kParts) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kPartBits;
  return (shift + 1) * kParts + ((value >> shift) - kParts);
}

/// The greatest value of a bucket.
std::uint64_t top_of(std::size_t bucket) {
  if (bucket < kParts) return bucket;
  const std::size_t shift = bucket / kParts - 1;
  return ((kParts + bucket % kParts + 1) << shift) - 1;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : buckets_((64 - kPartBits + 1) * kParts) {}

void LatencyHistogram::add(std::chrono::nanoseconds taken) {
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(taken.count(), 0));
  ++buckets_[bucket_of(value)];
  ++count_;
  max_ = std::max(max_, value);
}

double LatencyHistogram::quantile_ms(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen > 0) {
      return static_cast<double>(std::min(top_of(bucket), max_)) / kNanosecondsPerMs;
    }
  }
  return 0;
}

double LatencyHistogram::max_ms() const noexcept {
  return static_cast<double>(max_) / kNanosecondsPerMs;
}

}  // namespace kedge::rpc
