// SPDX-License-Identifier: Apache-2.0
#include "node/api/routes.hpp"

#include "node/api/get_documents.hpp"
#include "node/api/handlers.hpp"
#include "node/api/rest.hpp"

namespace kedge::node {

std::vector<rpc::Route> make_routes(const Services& services, const rpc::MethodTable& methods) {
  using rpc::Dispatch;
  using Read = rpc::HttpResponse (*)(const Services&, const rpc::HttpRequest&);
  std::vector<rpc::Route> routes = rest_routes(services, methods);
  for (rpc::Route& route : document_routes(methods, services.version)) {
    routes.push_back(std::move(route));
  }
  const auto get = [&](const char* path, Dispatch dispatch, Read handler) {
    routes.push_back({.path = path,
                      .dispatch = dispatch,
                      .handler = [&services, handler](const rpc::HttpRequest& request) {
                        return handler(services, request);
                      }});
  };
  // What is here has a row in resource_table().
  get("/log/checkpoint", Dispatch::inline_, api::get_checkpoint);
  get("/log/tile/", Dispatch::worker, api::get_tile);
  get("/status/", Dispatch::worker, api::get_status_list);
  get("/trusted-issuers-registry/v5/issuers/", Dispatch::worker, api::get_proxied_status_list);
  get("/healthz", Dispatch::inline_, api::get_health);
  get("/readyz", Dispatch::inline_, api::get_readiness);
  return routes;
}

}  // namespace kedge::node
