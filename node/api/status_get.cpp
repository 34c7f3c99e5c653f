// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"
#include "node/api/status_query.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

void read_target(rpc::Params& params, StatusQuery& query) {
  query.digest = params.optional_hash("digest");
  if (query.digest) {
    query.issuer = params.optional_string("issuer", kMaxIssuerName);
    if (params.has("list") || params.has("index")) {
      params.fail("digest", "either digest, or issuer, list and index");
    }
    params.optional_text("list");
    params.optional_text("index");
    return;
  }
  query.issuer = params.string("issuer", kMaxIssuerName);
  query.target.list = static_cast<std::uint32_t>(params.integer("list", 0, 0xffff'ffff));
  query.target.index = params.integer("index", 0, kMaxListSize - 1);
}

void read_moment(rpc::Params& params, StatusQuery& query) {
  const auto text = params.optional_text("at");
  if (!text) return;
  const rpc::JsonKind kind = rpc::kind_of(*text);
  const Result<AtMoment> at = kind == rpc::JsonKind::string ? parse_moment(rpc::string_value(*text))
                                                            : parse_moment(rpc::trim_json(*text));
  if (at) {
    query.at = *at;
  } else {
    params.fail("at", "the number of an epoch, or a time such as 2026-01-31T08:05:09Z");
  }
}

Result<StatusQuery> parse(std::string_view text) {
  rpc::Params params(text);
  StatusQuery query;
  read_target(params, query);
  read_moment(params, query);
  query.proof = params.optional_boolean("proof").value_or(true);
  if (Status status = params.finish(); !status) return status.error();
  return query;
}

}  // namespace

Result<bool> status_get_known(const Services& services, std::string_view text,
                              const rpc::Caller& caller, std::string& out) {
  const Result<StatusQuery> query = parse(text);
  if (!query) return query.error();
  return append_known_status(services, *query, caller, out);
}

Status status_get(const Services& services, std::string_view text, const rpc::Caller& caller,
                  std::string& out) {
  const Result<StatusQuery> query = parse(text);
  if (!query) return query.error();
  return append_status(services, *query, caller, out);
}

}  // namespace kedge::node::api
