// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/token_json.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::size_t kIdChars = 16;

}  // namespace

Status token_revoke(const Services& services, std::string_view text, const rpc::Caller& caller,
                    std::string& out) {
  rpc::Params params(text);
  const std::string id = params.string("id", kIdChars);
  if (Status status = params.finish(); !status) return status;
  const Result<TokenStore*> tokens = tokens_of(services);
  if (!tokens) return tokens.error();
  const Writer writer = writer_of(caller);
  if (Status allowed = check_operator(writer); !allowed) return allowed;

  const std::uint64_t now_ms = services.clock.unix_ms();
  const Result<TokenRow> row = (*tokens)->revoke(id, now_ms);
  services.writes.note_operation(writer, row ? "token_revoke " + id : "token_revoke",
                                 row ? row->issuer : std::string(),
                                 row ? Status() : Status(row.error()));
  if (!row) return row.error();
  rpc::JsonWriter json(out);
  json.begin_object();
  write_token_members(json, *row, now_ms);
  json.end_object();
  return {};
}

}  // namespace kedge::node::api
