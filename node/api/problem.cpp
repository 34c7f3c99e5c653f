// SPDX-License-Identifier: Apache-2.0
#include "node/api/problem.hpp"

#include <nlohmann/json.hpp>

namespace kedge::node::api {

rpc::HttpResponse problem(unsigned status, std::string_view type, std::string_view title,
                          std::string_view detail) {
  const nlohmann::ordered_json body = {{"type", type.empty() ? "about:blank" : type},
                                       {"title", title},
                                       {"status", status},
                                       {"detail", detail}};
  rpc::HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  // What somebody has sent may stand in the detail.
  response.body =
      body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace kedge::node::api
