// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

namespace kedge::node {

/// Names and values, in the order in which they are shown. Values come from settings or tables and
/// never from a caller: every one makes a series that stays.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// What a metric is called, and what it says, for a person.
struct MetricName {
  const char* name;
  const char* help;
};

/// Collects metrics as Prometheus wants them: all of one name together.
class FamilyList {
 public:
  void gauge(const MetricName& name, double value, const Labels& labels = {});
  void counter(const MetricName& name, double value, const Labels& labels = {});
  /// `counts` has one more element than `bounds`; each value is counted in one of them.
  void histogram(const MetricName& name, std::span<const double> bounds,
                 std::span<const std::uint64_t> counts, double sum, const Labels& labels = {});
  /// Made elsewhere.
  void add(std::vector<prometheus::MetricFamily> families);

  [[nodiscard]] const std::vector<prometheus::MetricFamily>& all() const { return families_; }

 private:
  prometheus::ClientMetric& next(const MetricName& name, prometheus::MetricType type,
                                 const Labels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace kedge::node
