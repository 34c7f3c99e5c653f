// SPDX-License-Identifier: Apache-2.0
#include "node/api/routes.hpp"

#include "node/api/handlers.hpp"

namespace kedge::node {

std::vector<rpc::Route> make_routes(const Services& services) {
  using rpc::Dispatch;
  using Read = rpc::HttpResponse (*)(const Services&, const rpc::HttpRequest&);
  std::vector<rpc::Route> routes;
  const auto get = [&](const char* path, Dispatch dispatch, Read handler) {
    routes.push_back({.path = path,
                      .dispatch = dispatch,
                      .handler = [&services, handler](const rpc::HttpRequest& request) {
                        return handler(services, request);
                      }});
  };
  get("/v1/proofs/", Dispatch::inline_, api::get_proof);
  get("/v1/batches/", Dispatch::worker, api::get_batch_leaves);
  get("/v1/status/", Dispatch::worker, api::get_status);
  get("/log/checkpoint", Dispatch::inline_, api::get_checkpoint);
  get("/log/tile/", Dispatch::worker, api::get_tile);
  get("/status/", Dispatch::worker, api::get_status_list);
  get("/trusted-issuers-registry/v5/issuers/", Dispatch::worker, api::get_proxied_status_list);
  get("/healthz", Dispatch::inline_, api::get_health);
  get("/readyz", Dispatch::inline_, api::get_readiness);
  return routes;
}

}  // namespace kedge::node
