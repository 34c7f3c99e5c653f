// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/published.hpp"

namespace kedge::node::api {

rpc::HttpResponse get_checkpoint(const Services& services, const rpc::HttpRequest&) {
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  Result<CheckpointRow> row = newest_checkpoint(*reader);
  if (!row) return rpc::error_response(row.error());
  rpc::HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(row->note);
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

}  // namespace kedge::node::api
