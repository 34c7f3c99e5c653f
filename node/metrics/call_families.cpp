// SPDX-License-Identifier: Apache-2.0
#include "node/metrics/families.hpp"

namespace kedge::node {
namespace {

constexpr MetricName kRequests = {
    "kedge_rpc_requests_total", "Calls answered, by method and JSON-RPC code; code 0 is success."};
constexpr MetricName kDuration = {
    "kedge_rpc_request_duration_seconds",
    "Time from the whole request to its answer, by method; of a call that waits for a later state, "
    "the waiting as well."};
constexpr MetricName kResponses = {"kedge_http_responses_total", "HTTP answers, by status."};
constexpr MetricName kConnections = {"kedge_rpc_connections", "Connections open now."};
constexpr MetricName kStreams = {"kedge_rpc_streams",
                                 "Of these, WebSockets and event streams: the subscribers."};
constexpr MetricName kSubscriptions = {"kedge_rpc_subscriptions",
                                       "Topics that somebody on one of them hears of."};
constexpr MetricName kWorkerQueue = {"kedge_rpc_worker_queue_length",
                                     "Jobs that wait for a worker; bounded by rpc.max_queue."};

void add_method(FamilyList& list, const MethodCounts& counts) {
  for (std::size_t i = 0; i < kCountedCodes.size(); ++i) {
    // What may be asked for with success is there from the start, so that a rate is right at once.
    if (counts.codes[i] == 0 && (i != 0 || counts.method == "unknown")) continue;
    list.counter(kRequests, static_cast<double>(counts.codes[i]),
                 {{"method", counts.method}, {"code", std::to_string(kCountedCodes[i])}});
  }
}

}  // namespace

void add_call_families(FamilyList& list, const MetricsSources& sources) {
  const std::vector<MethodCounts> calls = sources.calls.calls();
  for (const MethodCounts& counts : calls) add_method(list, counts);
  for (const MethodCounts& counts : calls) {
    list.histogram(kDuration, kLatencyBounds, counts.buckets,
                   static_cast<double>(counts.nanoseconds) / 1e9, {{"method", counts.method}});
  }
  std::map<unsigned, std::uint64_t> responses = sources.calls.responses();
  responses.try_emplace(200U);
  for (const auto& [status, count] : responses) {
    list.counter(kResponses, static_cast<double>(count), {{"code", std::to_string(status)}});
  }
  const auto server = sources.server ? sources.server() : std::nullopt;
  if (!server) return;
  list.gauge(kConnections, static_cast<double>(server->connections));
  list.gauge(kStreams, static_cast<double>(server->streams));
  list.gauge(kSubscriptions, static_cast<double>(server->subscriptions));
  list.gauge(kWorkerQueue, static_cast<double>(server->queued_jobs));
}

}  // namespace kedge::node
