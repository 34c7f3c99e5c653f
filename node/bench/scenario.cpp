// SPDX-License-Identifier: Apache-2.0
#include "node/bench/scenario.hpp"

#include <algorithm>

namespace kedge::node::bench {

Figure& Figure::with_latencies(const rpc::LatencyHistogram& latencies) {
  p50_ms = latencies.quantile_ms(0.5);
  p99_ms = latencies.quantile_ms(0.99);
  p999_ms = latencies.quantile_ms(0.999);
  max_ms = latencies.max_ms();
  return *this;
}

Figure& Figure::beside(std::string name, double its_value) {
  peer = std::move(name);
  peer_value = its_value;
  return *this;
}

std::vector<std::unique_ptr<Scenario>> make_scenarios() {
  std::vector<std::unique_ptr<Scenario>> scenarios;
  scenarios.push_back(make_tree_scenario());
  scenarios.push_back(make_digest_scenario());
  scenarios.push_back(make_jcs_scenario());
  scenarios.push_back(make_es256_scenario());
  scenarios.push_back(make_accept_scenario());
  scenarios.push_back(make_prove_scenario());
  scenarios.push_back(make_limits_scenario());
  scenarios.push_back(make_bundles_scenario());
  scenarios.push_back(make_status_scenario());
  scenarios.push_back(make_storage_scenario());
  return scenarios;
}

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {values.front(), median, values.back()};
}

}  // namespace kedge::node::bench
