// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/scale/seal_times.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

namespace kedge::bench {
namespace {

constexpr std::string_view kBucket = "kedge_seal_duration_seconds_bucket{le=\"";

/// From the text format of Prometheus.
Result<SealTimes> read_seal_times(std::string_view metrics) {
  SealTimes times;
  for (std::size_t at = metrics.find(kBucket); at != std::string_view::npos;
       at = metrics.find(kBucket, at)) {
    at += kBucket.size();
    const std::string line(metrics.substr(at, metrics.find('\n', at) - at));
    const std::size_t value = line.find("\"} ");
    if (value == std::string::npos) break;
    // strtod reads "+Inf", as the format writes it.
    times.bounds.push_back(
        {std::strtod(line.c_str(), nullptr), std::strtoull(line.c_str() + value + 3, nullptr, 10)});
  }
  if (times.bounds.empty()) {
    return Error{Errc::corrupt, "the node's metrics say nothing about its seals"};
  }
  return times;
}

}  // namespace

SealTimes SealTimes::since(const SealTimes& before) const {
  SealTimes after = *this;
  for (std::size_t i = 0; i < after.bounds.size() && i < before.bounds.size(); ++i) {
    after.bounds[i].seals -= before.bounds[i].seals;
  }
  return after;
}

std::uint64_t SealTimes::count() const {
  return bounds.empty() ? 0 : bounds.back().seals;
}

double SealTimes::at_most_seconds() const {
  for (const Bound& bound : bounds) {
    if (bound.seals == count()) return count() == 0 ? 0 : bound.seconds;
  }
  return 0;
}

Result<SealTimes> seal_times(const node::bench::NodeProcess& process) {
  auto client = process.connect();
  if (!client) return std::move(client).error();
  const auto answer = client->get("/metrics");
  if (!answer) return answer.error();
  return read_seal_times(answer->body);
}

}  // namespace kedge::bench
