// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/openrpc.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {

Status rpc_discover(OpenrpcDocument& served, std::string_view text, std::string& out) {
  rpc::Params params(text);
  if (Status status = params.finish(); !status) return status;
  out.append(served.text());
  return {};
}

}  // namespace kedge::node::api
