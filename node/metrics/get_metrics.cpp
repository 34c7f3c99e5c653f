// SPDX-License-Identifier: Apache-2.0
#include "node/metrics/get_metrics.hpp"

#include "node/access/scopes.hpp"
#include "rpc/access.hpp"

namespace kedge::node {
namespace {

constexpr const char* kPath = "/metrics";
/// Prometheus' text exposition format.
constexpr const char* kType = "text/plain; version=0.0.4; charset=utf-8";

std::optional<rpc::WireError> refusal_of(const rpc::Authorizer& authorizer,
                                         const rpc::HttpRequest& request) {
  const auto shown = rpc::find_header(request.headers, "Authorization");
  const auto identity = authorizer.authorize(shown.value_or(std::string_view()));
  return rpc::refuse_call(authorizer, kPath, rpc::Access::admin, kAdmin, identity);
}

}  // namespace

rpc::Route metrics_route(const Metrics& metrics, MetricsSources sources,
                         const rpc::Authorizer* authorizer) {
  rpc::Route route;
  route.path = kPath;
  route.dispatch = rpc::Dispatch::inline_;
  route.open = false;
  route.operators = true;
  route.handler = [&metrics, sources = std::move(sources),
                   authorizer](const rpc::HttpRequest& request) {
    if (authorizer != nullptr) {
      if (const auto refusal = refusal_of(*authorizer, request)) return rpc::problem(*refusal);
    }
    rpc::HttpResponse response;
    response.content_type = kType;
    response.body = metrics.text(sources);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
  };
  return route;
}

}  // namespace kedge::node
