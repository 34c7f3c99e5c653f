// SPDX-License-Identifier: Apache-2.0
#include "node/api/token_json.hpp"

#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"

namespace kedge::node::api {
namespace {

void write_time(rpc::JsonWriter& json, std::string_view name,
                const std::optional<std::uint64_t>& time_ms) {
  if (time_ms) {
    json.time(name, *time_ms);
  } else {
    json.null(name);
  }
}

}  // namespace

bool is_good(const TokenRow& row, std::uint64_t now_ms) {
  return !row.revoked_ms && (!row.expires_ms || now_ms < *row.expires_ms);
}

void write_token_members(rpc::JsonWriter& json, const TokenRow& row, std::uint64_t now_ms) {
  json.string("id", token_id(row.hash)).string("issuer", row.issuer).begin_array("scopes");
  for (const std::string_view name : scope_names(row.scopes)) json.string({}, name);
  json.end_array().string("label", row.label).time("created", row.created_ms);
  write_time(json, "expires", row.expires_ms);
  write_time(json, "revoked", row.revoked_ms);
  json.string("state", row.revoked_ms ? "revoked" : is_good(row, now_ms) ? "active" : "expired");
}

Result<TokenStore*> tokens_of(const Services& services) {
  if (services.access.tokens != nullptr) return services.access.tokens;
  return Error{Errc::unavailable, "this node has no API tokens"};
}

}  // namespace kedge::node::api
