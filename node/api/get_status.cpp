// SPDX-License-Identifier: Apache-2.0
#include "crypto/hex.hpp"
#include "node/api/handlers.hpp"
#include "node/api/status_query.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kPrefix = "/v1/status/";

Result<StatusQuery> parse(const rpc::HttpRequest& request) {
  StatusQuery query;
  const Result<Hash> digest =
      crypto::hash_from_hex(std::string_view(request.path).substr(kPrefix.size()));
  if (!digest) return invalid_argument("expected 64 lower-case hex characters", "digest");
  query.digest = *digest;
  Result<rpc::HeaderList> fields = rpc::parse_query(request.query);
  if (!fields) return fields.error();
  for (auto& [name, value] : *fields) {
    if (name == "issuer") {
      query.issuer = std::move(value);
    } else if (name == "at") {
      const Result<AtMoment> at = parse_moment(value);
      if (!at) return at.error();
      query.at = *at;
    } else {
      return invalid_argument("unknown field; known: issuer, at", name);
    }
  }
  return query;
}

}  // namespace

rpc::HttpResponse get_status(const Services& services, const rpc::HttpRequest& request) {
  const Result<StatusQuery> query = parse(request);
  if (!query) return rpc::error_response(query.error());
  rpc::HttpResponse response;
  response.content_type = "application/json";
  const Status done = append_status(services, *query, rpc::Caller{}, response.body);
  if (!done) return rpc::error_response(done.error());
  // It may be another one at the next look; what was asked of the past, too, for its anchors.
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

}  // namespace kedge::node::api
