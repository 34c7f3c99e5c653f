// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/access/token_store.hpp"
#include "node/api/services.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node::api {

/// The members `id`, `issuer`, `scopes`, `label`, `created`, `expires`, `revoked` and `state` of
/// the object that is open.
void write_token_members(rpc::JsonWriter& json, const TokenRow& row, std::uint64_t now_ms);

/// Whether it lets anybody in.
[[nodiscard]] bool is_good(const TokenRow& row, std::uint64_t now_ms);

/// unavailable where the node has no API tokens.
Result<TokenStore*> tokens_of(const Services& services);

}  // namespace kedge::node::api
