// SPDX-License-Identifier: Apache-2.0
#include "crypto/rfc3339.hpp"
#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "node/api/handlers.hpp"
#include "node/api/token_json.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

/// A token that nobody remembers ends by itself.
constexpr std::uint64_t kDefaultLifeMs = std::uint64_t{365} * 24 * 3'600'000;
constexpr std::size_t kMaxTime = 40;
constexpr std::string_view kNever = "never";

std::optional<std::uint64_t> read_expiry(rpc::Params& params, std::uint64_t now_ms) {
  const auto text = params.optional_string("expires", kMaxTime);
  if (!text) return now_ms + kDefaultLifeMs;
  if (*text == kNever) return std::nullopt;
  const auto time = crypto::parse_date_time(*text);
  if (time && *time > 0 && static_cast<std::uint64_t>(*time) > now_ms) {
    return static_cast<std::uint64_t>(*time);
  }
  params.fail("expires", "a time to come such as 2031-01-31T08:05:09Z, or never");
  return std::nullopt;
}

Result<TokenRequest> parse(std::string_view text, std::uint64_t now_ms) {
  rpc::Params params(text);
  TokenRequest request;
  request.issuer = params.string("issuer", kMaxIssuerOctets);
  const auto scopes = parse_scopes(params.array("scopes", 4));
  if (scopes) {
    request.scopes = *scopes;
  } else {
    params.fail("scopes", scopes.error().message);
  }
  request.label = params.optional_string("label", kMaxTokenLabel).value_or("");
  request.expires_ms = read_expiry(params, now_ms);
  if (const Status done = params.finish(); !done) return done.error();
  return request;
}

}  // namespace

Status issuer_token(const Services& services, std::string_view text, const rpc::Caller& caller,
                    std::string& out) {
  const std::uint64_t now_ms = services.clock.unix_ms();
  const Result<TokenRequest> request = parse(text, now_ms);
  if (!request) return request.error();
  const Result<TokenStore*> tokens = tokens_of(services);
  if (!tokens) return tokens.error();
  const Writer writer = writer_of(caller);
  if (Status allowed = check_operator(writer); !allowed) return allowed;
  const Result<IssuerRow> issuer = services.store.snapshot()->issuer_by_name(request->issuer);
  if (!issuer && issuer.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no such issuer; issuer_add makes it", "issuer"};
  }
  if (!issuer) return issuer.error();

  const Result<IssuedToken> issued = (*tokens)->issue(*request, now_ms);
  const std::string id = issued ? token_id(issued->row.hash) : std::string();
  services.writes.note_operation(writer, issued ? "issuer_token " + id : "issuer_token",
                                 request->issuer, issued ? Status() : Status(issued.error()));
  if (!issued) return issued.error();
  rpc::JsonWriter json(out);
  json.begin_object().string("token", issued->text);
  write_token_members(json, issued->row, now_ms);
  json.end_object();
  return {};
}

}  // namespace kedge::node::api
