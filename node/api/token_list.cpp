// SPDX-License-Identifier: Apache-2.0
#include "node/access/scopes.hpp"
#include "node/api/handlers.hpp"
#include "node/api/token_json.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {

Status token_list(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const auto issuer = params.optional_string("issuer", kMaxIssuerOctets);
  if (Status status = params.finish(); !status) return status;
  const Result<TokenStore*> tokens = tokens_of(services);
  if (!tokens) return tokens.error();

  const std::uint64_t now_ms = services.clock.unix_ms();
  rpc::JsonWriter json(out);
  json.begin_object().begin_array("tokens");
  for (const TokenRow& row : (*tokens)->list(issuer.value_or(""))) {
    json.begin_object();
    write_token_members(json, row, now_ms);
    json.end_object();
  }
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
