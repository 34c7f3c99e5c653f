// SPDX-License-Identifier: Apache-2.0
#include "node/metrics/family_list.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace kedge::node {

prometheus::ClientMetric& FamilyList::next(const MetricName& name, prometheus::MetricType type,
                                           const Labels& labels) {
  auto family = std::find_if(families_.begin(), families_.end(),
                             [&](const auto& known) { return known.name == name.name; });
  if (family == families_.end()) {
    family = families_.insert(families_.end(), prometheus::MetricFamily());
    family->name = name.name;
    family->help = name.help;
    family->type = type;
  }
  prometheus::ClientMetric& metric = family->metric.emplace_back();
  for (const auto& [label, value] : labels) metric.label.push_back({label, value});
  return metric;
}

void FamilyList::gauge(const MetricName& name, double value, const Labels& labels) {
  next(name, prometheus::MetricType::Gauge, labels).gauge.value = value;
}

void FamilyList::counter(const MetricName& name, double value, const Labels& labels) {
  next(name, prometheus::MetricType::Counter, labels).counter.value = value;
}

void FamilyList::histogram(const MetricName& name, std::span<const double> bounds,
                           std::span<const std::uint64_t> counts, double sum,
                           const Labels& labels) {
  auto& histogram = next(name, prometheus::MetricType::Histogram, labels).histogram;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    below += counts[i];
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({.cumulative_count = below, .upper_bound = bound});
  }
  histogram.sample_count = below;
  histogram.sample_sum = sum;
}

void FamilyList::add(std::vector<prometheus::MetricFamily> families) {
  std::move(families.begin(), families.end(), std::back_inserter(families_));
}

}  // namespace kedge::node
