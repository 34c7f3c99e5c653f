// SPDX-License-Identifier: Apache-2.0
#include "node/access/token_row.hpp"

#include "crypto/rfc3339.hpp"
#include "node/access/scopes.hpp"
#include "rpc/json_text.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMaxDepth = 2;
constexpr std::size_t kTimeChars = 24;

std::uint64_t read_time(rpc::Params& params, std::string_view name, const std::string& text) {
  const auto time = crypto::parse_rfc3339(text);
  if (time) return *time;
  params.fail(name, "a time such as 2026-01-31T08:05:09.042Z");
  return 0;
}

TokenRow read_issue(rpc::Params& params) {
  TokenRow row;
  row.hash = params.hash("hash");
  row.issuer = params.string("issuer", kMaxIssuerOctets);
  const auto scopes = parse_scopes(params.array("scopes", 4));
  if (scopes) {
    row.scopes = *scopes;
  } else {
    params.fail("scopes", scopes.error().message);
  }
  row.label = params.string("label", kMaxTokenLabel);
  row.created_ms = read_time(params, "created", params.string("created", kTimeChars));
  if (const auto expires = params.optional_string("expires", kTimeChars)) {
    row.expires_ms = read_time(params, "expires", *expires);
  }
  return row;
}

}  // namespace

ChainFormat token_format() {
  // A token is shown to its owner when its line is there.
  return {.name = "kedge-tokens/1", .append_lines = 1};
}

std::string format_token_line(const TokenLine& line) {
  std::string out;
  rpc::JsonWriter json(out);
  if (const auto* revoked = std::get_if<TokenRevocation>(&line)) {
    json.begin_object()
        .string("do", "revoke")
        .hash("hash", revoked->hash)
        .time("time", revoked->time_ms)
        .end_object();
    return out;
  }
  const auto& row = std::get<TokenRow>(line);
  json.begin_object()
      .string("do", "issue")
      .hash("hash", row.hash)
      .string("issuer", row.issuer)
      .begin_array("scopes");
  for (const std::string_view name : scope_names(row.scopes)) json.string({}, name);
  json.end_array().string("label", row.label).time("created", row.created_ms);
  if (row.expires_ms) json.time("expires", *row.expires_ms);
  json.end_object();
  return out;
}

Result<TokenLine> parse_token_line(std::string_view body) {
  if (const Status json = rpc::check_json(body, kMaxDepth); !json) return json.error();
  rpc::Params params(body);
  TokenLine line;
  if (params.choice("do", {"issue", "revoke"}) == 0) {
    line = read_issue(params);
  } else {
    TokenRevocation revoked;
    revoked.hash = params.hash("hash");
    revoked.time_ms = read_time(params, "time", params.string("time", kTimeChars));
    line = revoked;
  }
  if (const Status done = params.finish(); !done) return done.error();
  if (format_token_line(line) != body) return invalid_argument("it would be written otherwise");
  return line;
}

Result<rpc::Scopes> parse_scopes(const std::vector<std::string_view>& elements) {
  rpc::Scopes scopes = 0;
  for (const std::string_view element : elements) {
    std::optional<rpc::Scope> scope;
    if (rpc::kind_of(element) == rpc::JsonKind::string) {
      scope = scope_named(rpc::string_value(element));
    }
    if (!scope || (scopes & scope->bit) != 0) {
      return invalid_argument(
          "a list of \"anchor:write\", \"status:write\", \"read\" and \"admin\", "
          "each once",
          "scopes");
    }
    scopes |= scope->bit;
  }
  if (scopes == 0) return invalid_argument("a list of at least one scope", "scopes");
  return scopes;
}

}  // namespace kedge::node
