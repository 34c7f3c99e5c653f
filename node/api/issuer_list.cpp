// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "node/api/handlers.hpp"
#include "node/api/token_json.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {

Status issuer_list(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<std::vector<IssuerRow>> issuers = reader->issuers();
  if (!issuers) return issuers.error();
  std::map<std::string, std::uint64_t> good;
  if (services.access.tokens != nullptr) {
    const std::uint64_t now_ms = services.clock.unix_ms();
    for (const TokenRow& row : services.access.tokens->list()) {
      if (is_good(row, now_ms)) ++good[row.issuer];
    }
  }
  rpc::JsonWriter json(out);
  json.begin_object().begin_array("issuers");
  for (const IssuerRow& issuer : *issuers) {
    const Result<std::uint64_t> accepted = reader->next_position(issuer.id);
    if (!accepted) return accepted.error();
    json.begin_object()
        .string("issuer", issuer.name)
        .hash("issuer_hash", issuer.issuer_hash)
        .number("accepted", *accepted)
        .number("sealed", issuer.credential_count)
        .number("tokens", good[issuer.name])
        .end_object();
  }
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
