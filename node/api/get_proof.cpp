// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "crypto/hex.hpp"
#include "node/api/accept.hpp"
#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kPrefix = "/v1/proofs/";
constexpr std::array<std::string_view, 4> kOffered = {kBundleJsonType, kBundleCborType,
                                                      "application/json", "application/cbor"};

struct ProofRequest {
  Hash digest{};
  std::optional<std::string> issuer;
  bool cbor = false;
};

Result<ProofRequest> parse(const rpc::HttpRequest& request, std::size_t type) {
  ProofRequest parsed;
  parsed.cbor = type % 2 == 1;
  const Result<Hash> digest =
      crypto::hash_from_hex(std::string_view(request.path).substr(kPrefix.size()));
  if (!digest) return invalid_argument("expected 64 lower-case hex characters", "digest");
  parsed.digest = *digest;
  Result<rpc::HeaderList> query = rpc::parse_query(request.query);
  if (!query) return query.error();
  for (auto& [name, value] : *query) {
    if (name != "issuer") return invalid_argument("unknown field; known: issuer", name);
    parsed.issuer = std::move(value);
  }
  return parsed;
}

rpc::HttpResponse not_acceptable() {
  rpc::HttpResponse response;
  response.status = 406;
  response.body = R"({"error":{"code":406,"message":"expected Accept to take )" +
                  std::string(kBundleJsonType) + " or " + std::string(kBundleCborType) + "\"}}\n";
  return response;
}

void set_caching(rpc::HttpResponse& response, bool complete) {
  // Nothing is added to a complete bundle; any other may be another one at the next look.
  response.headers.emplace_back("Cache-Control",
                                complete ? "public, max-age=31536000, immutable" : "no-cache");
}

rpc::HttpResponse respond(const Proof& proof, bool cbor) {
  rpc::HttpResponse response;
  if (cbor) {
    response.content_type = kBundleCborType;
    response.body = as_text(bundle_to_cbor(*proof.bundle));
  } else {
    response.content_type = kBundleJsonType;
    append_bundle_json(response.body, *proof.bundle);
  }
  set_caching(response, proof.complete());
  return response;
}

rpc::HttpResponse answer(const Services& services, const rpc::HttpRequest& request) {
  const auto type = negotiate(rpc::find_header(request.headers, "Accept").value_or(""), kOffered);
  if (!type) return not_acceptable();
  const Result<ProofRequest> parsed = parse(request, *type);
  if (!parsed) return rpc::error_response(parsed.error());
  const std::unique_ptr<StoreReader> latest = services.store.latest();
  const Result<Location> where = find_one(*latest, parsed->digest, parsed->issuer, std::nullopt);
  if (!where) return rpc::error_response(where.error());
  if (!parsed->cbor) {
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
  if (proof->bundle) return respond(*proof, parsed->cbor);
  return rpc::error_response(
      {Errc::not_found, "there is no proof yet: the credential is accepted and not sealed"});
}

}  // namespace

rpc::HttpResponse get_proof(const Services& services, const rpc::HttpRequest& request) {
  rpc::HttpResponse response = answer(services, request);
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

}  // namespace kedge::node::api
