// SPDX-License-Identifier: Apache-2.0
#include "rpc/route_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace kedge::rpc {
namespace {

void append(std::string& list, std::string_view method) {
  if (!list.empty()) list += ", ";
  list += method;
}

void append_methods(std::string& list, const Route& route) {
  append(list, route.method);
  if (route.method == "GET") append(list, "HEAD");
}

}  // namespace

RouteTable::RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    if (static_cast<bool>(route.plan) == static_cast<bool>(route.handler) ||
        route.dispatch == Dispatch::deferred) {
      throw std::logic_error("route '" + route.path + "' needs a handler, or a plan");
    }
  }
  std::ranges::stable_sort(routes_, std::ranges::greater(), [](const Route& route) {
    return std::min(route.path.find('{'), route.path.size());
  });
}

RouteTable::Found RouteTable::find(std::string_view path, std::string_view method,
                                   bool operators) const {
  Found found;
  const Route* first = nullptr;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    if (first == nullptr ? !matches(route.path, path) : route.path != first->path) continue;
    if (route.operators && !operators) continue;
    first = &route;
    if (route.method == wanted) {
      // The way of every good request: nobody asks what else there would be.
      found.route = &route;
      found.allowed = route.method;
      return found;
    }
    append_methods(found.allowed, route);
    if (route.open) append_methods(found.open, route);
  }
  if (first != nullptr) append(found.allowed, "OPTIONS");
  return found;
}

HttpResponse preflight(const RouteTable::Found& found) {
  HttpResponse response;
  response.status = 204;
  response.headers.emplace_back("Allow", found.allowed);
  if (found.open.empty()) return response;
  const bool posts = found.open.find("POST") != std::string::npos;
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Allow-Methods", found.open + ", OPTIONS");
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                posts ? "Accept, Content-Type" : "Accept, If-None-Match");
  response.headers.emplace_back("Access-Control-Max-Age", "86400");
  return response;
}

}  // namespace kedge::rpc
