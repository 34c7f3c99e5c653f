// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "crypto/hex.hpp"
#include "crypto/tlog_proof.hpp"
#include "node/api/accept.hpp"
#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"
#include "node/api/rest.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "rpc/json_text.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kPrefix = "/v1/proofs/";
/// C2SP names an ending for such files, and no type; the text is plain.
constexpr std::string_view kTlogType = "text/plain";
constexpr std::array<std::string_view, 5> kOffered = {
    kBundleJsonType, kBundleCborType, "application/json", "application/cbor", kTlogType};

enum class Form : std::uint8_t { json, cbor, tlog };

struct ProofRequest {
  Hash digest{};
  std::optional<std::string> issuer;
  Form form = Form::json;
};

Form form_of(std::string_view type) {
  if (type == kTlogType) return Form::tlog;
  return type.ends_with("cbor") ? Form::cbor : Form::json;
}

Result<ProofRequest> parse(const rpc::HttpRequest& request, std::size_t type) {
  ProofRequest parsed;
  parsed.form = form_of(kOffered.at(type));
  const Result<Hash> digest =
      crypto::hash_from_hex(std::string_view(request.path).substr(kPrefix.size()));
  if (!digest) return invalid_argument("expected 64 lower-case hex characters", "digest");
  parsed.digest = *digest;
  Result<rpc::HeaderList> query = rpc::parse_query(request.query);
  if (!query) return query.error();
  for (auto& [name, value] : *query) {
    if (name != "issuer")
      return invalid_argument("unknown field; known: issuer", rpc::shown_name(name));
    parsed.issuer = std::move(value);
  }
  return parsed;
}

/// The inclusion of the batch's log entry as a C2SP tlog-proof. What leads from the credential to
/// the entry is its extra data: the members `credential` and `batch` of the bundle's JSON.
std::string tlog_proof_of(const Bundle& bundle) {
  const std::string json = bundle_to_json(bundle);
  std::string extra = "{";
  for (const rpc::Member& member : rpc::object_members(json)) {
    if (member.name != "credential" && member.name != "batch") continue;
    if (extra.size() > 1) extra += ',';
    extra.append("\"").append(member.name).append("\":").append(member.value);
  }
  extra += '}';
  const ByteView octets = as_bytes(extra);
  return crypto::format_tlog_proof({.extra = Bytes(octets.begin(), octets.end()),
                                    .index = bundle.log.index,
                                    .path = bundle.log.path,
                                    .checkpoint = bundle.log.checkpoint});
}

void set_caching(rpc::HttpResponse& response, bool complete) {
  // Nothing is added to a complete bundle; any other may be another one at the next look.
  response.headers.emplace_back("Cache-Control",
                                complete ? "public, max-age=31536000, immutable" : "no-cache");
}

rpc::HttpResponse respond(const Proof& proof, Form form) {
  rpc::HttpResponse response;
  switch (form) {
    case Form::json:
      response.content_type = kBundleJsonType;
      append_bundle_json(response.body, *proof.bundle);
      break;
    case Form::cbor:
      response.content_type = kBundleCborType;
      response.body = as_text(bundle_to_cbor(*proof.bundle));
      break;
    case Form::tlog:
      response.content_type = "text/plain; charset=utf-8";
      response.body = tlog_proof_of(*proof.bundle);
      break;
  }
  set_caching(response, proof.complete());
  return response;
}

rpc::HttpResponse answer(const Services& services, const rpc::HttpRequest& request) {
  const auto type = negotiate(rpc::find_header(request.headers, "Accept").value_or(""), kOffered);
  if (!type) return not_acceptable(kOffered);
  const Result<ProofRequest> parsed = parse(request, *type);
  if (!parsed) return rpc::error_response(parsed.error());
  const std::unique_ptr<StoreReader> latest = services.store.latest();
  const Result<Location> where = find_one(*latest, parsed->digest, parsed->issuer, std::nullopt);
  if (!where) return rpc::error_response(where.error());
  if (parsed->form == Form::json) {
    rpc::HttpResponse response;
    const Result<bool> appended = services.prover.append_complete(*latest, *where, response.body);
    if (!appended) return rpc::error_response(appended.error());
    response.content_type = kBundleJsonType;
    set_caching(response, true);
    if (*appended) return response;
  }
  // What may still change is read from one moment, which is after that of the location.
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<Proof> proof = services.prover.prove(*reader, *where);
  if (!proof) return rpc::error_response(proof.error());
  if (proof->bundle) return respond(*proof, parsed->form);
  return rpc::error_response(
      {Errc::not_found, "there is no proof yet: the credential is accepted and not sealed"});
}

}  // namespace

rpc::HttpResponse get_proof(const Services& services, const rpc::HttpRequest& request) {
  rpc::HttpResponse response = answer(services, request);
  if (response.status != 406) response.headers.emplace_back("Vary", "Accept");
  return response;
}

}  // namespace kedge::node::api
