// SPDX-License-Identifier: Apache-2.0
#include "node/api/guard.hpp"

#include <string>
#include <utility>

#include "node/access/scopes.hpp"
#include "node/api/rest_table.hpp"
#include "rpc/access.hpp"

namespace kedge::node {
namespace {

bool says_how_the_node_does(std::string_view path) {
  return path == "/healthz" || path == "/readyz";
}

/// Calls are refused by the dispatcher; but what a resource answers may be made without one.
bool answers_itself(const rpc::Route& route) {
  for (const RestRow& row : rest_table()) {
    if (row.path == route.path && row.http_method == route.method) return row.negotiated;
  }
  return false;
}

rpc::HttpResponse refused(const rpc::WireError& error) {
  return rpc::problem(error);
}

}  // namespace

std::vector<rpc::Route> guard_routes(std::vector<rpc::Route> routes,
                                     const rpc::Authorizer& authorizer) {
  for (rpc::Route& route : routes) {
    if (says_how_the_node_does(route.path)) continue;
    route.open = false;
    if (route.plan && !answers_itself(route)) continue;
    const auto refuse = [&authorizer, path = route.path](const rpc::HttpRequest& request) {
      const auto shown = rpc::find_header(request.headers, "Authorization");
      const auto identity = authorizer.authorize(shown.value_or(std::string_view()));
      return rpc::refuse_call(authorizer, path, rpc::Access::open, kRead, identity);
    };
    if (route.plan) {
      route.plan =
          [refuse, plan = std::move(route.plan)](
              const rpc::HttpRequest& request) -> std::variant<rpc::RoutePlan, rpc::HttpResponse> {
        if (const auto refusal = refuse(request)) return refused(*refusal);
        return plan(request);
      };
      continue;
    }
    route.handler = [refuse, handler = std::move(route.handler)](const rpc::HttpRequest& request) {
      const auto refusal = refuse(request);
      return refusal ? refused(*refusal) : handler(request);
    };
  }
  return routes;
}

}  // namespace kedge::node
