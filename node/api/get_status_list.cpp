// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <nlohmann/json.hpp>

#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "node/api/accept.hpp"
#include "node/api/handlers.hpp"
#include "node/api/list_address.hpp"
#include "node/api/list_response.hpp"
#include "node/status/list_encoding.hpp"

/// Published status lists: `/status/…`, and `/trusted-issuers-registry/…` for EBSI's verifier. What
/// is served are stored octets; nothing is encoded or signed here.
namespace kedge::node::api {
namespace {

constexpr std::string_view kJson = "application/json";
/// A Data Integrity document is JSON-LD: the same octets under each of its names.
constexpr std::array<std::string_view, 4> kBitstringTypes = {kVcType, "application/ld+json", kJson,
                                                             kVcJwtType};
constexpr std::array<std::string_view, 2> kTokenTypes = {kTokenJwtType, kTokenCwtType};
/// What EBSI's registry answers with is a bare JWT.
constexpr std::array<std::string_view, 2> kEbsiTypes = {"text/plain", "application/jwt"};

std::string_view accept_of(const rpc::HttpRequest& request) {
  return rpc::find_header(request.headers, "Accept").value_or("");
}

bool is_suspension(StatusPurpose purpose) {
  return purpose == StatusPurpose::suspension;
}

/// One request for a list of an issuer.
struct ListRequest {
  const Services& services;
  const rpc::HttpRequest& http;
  const StoreReader& reader;
  IssuerId issuer;
  std::uint32_t list;
  rpc::HeaderList query;
};

rpc::HttpResponse respond(const ListRequest& request, ListEncoding encoding,
                          std::string_view content_type, const ListVersion& version) {
  auto document =
      find_published(request.reader, request.issuer, request.list, encoding, version.at_ms);
  if (!document && document.error().code == Errc::not_found) {
    return no_such_list(version.at_ms ? "the list had not been published at that time"
                                      : "there is no such list, or it is not published yet");
  }
  if (!document) return list_problem(document.error());
  return list_response(*std::move(document), content_type, version, request.services.lists.ttl_ms);
}

rpc::HttpResponse get_bitstring(const ListRequest& request, StatusPurpose purpose) {
  const ListEncoding document = is_suspension(purpose) ? ListEncoding::bitstring_suspension
                                                       : ListEncoding::bitstring_revocation;
  const ListEncoding jwt = is_suspension(purpose) ? ListEncoding::bitstring_suspension_jwt
                                                  : ListEncoding::bitstring_revocation_jwt;
  const auto version = parse_version(request.query, "timestamp", request.services.clock);
  if (!version) return list_problem(version.error());
  // Without a cryptosuite for the issuer's key there is the JWT alone.
  const bool has_document =
      find_published(request.reader, request.issuer, request.list, document, version->at_ms)
          .has_value();
  const std::span<const std::string_view> offered =
      has_document ? std::span<const std::string_view>(kBitstringTypes)
                   : std::span<const std::string_view>(kBitstringTypes).last(1);
  const auto type = negotiate(accept_of(request.http), offered);
  if (!type) return list_not_acceptable(offered);
  const bool takes_jwt = offered[*type] == kVcJwtType;
  return respond(request, takes_jwt ? jwt : document, offered[*type], *version);
}

rpc::HttpResponse get_token(const ListRequest& request) {
  const auto type = negotiate(accept_of(request.http), kTokenTypes);
  if (!type) return list_not_acceptable(kTokenTypes);
  const auto version = parse_version(request.query, "time", request.services.clock);
  if (!version) return list_problem(version.error());
  return respond(request, *type == 0 ? ListEncoding::token_jwt : ListEncoding::token_cwt,
                 kTokenTypes[*type], *version);
}

rpc::HttpResponse get_ebsi(const ListRequest& request, StatusPurpose purpose) {
  const auto type = negotiate(accept_of(request.http), kEbsiTypes);
  if (!type) return list_not_acceptable(kEbsiTypes);
  const auto version = parse_version(request.query, "timestamp", request.services.clock);
  if (!version) return list_problem(version.error());
  return respond(request,
                 is_suspension(purpose) ? ListEncoding::status_list_2021_suspension
                                        : ListEncoding::status_list_2021_revocation,
                 kEbsiTypes[*type], *version);
}

/// Token Status List section 9.1, over what is published: the URIs as they stand in the tokens.
rpc::HttpResponse get_aggregation(const ListRequest& request) {
  const auto lists = request.reader.status_lists(request.issuer);
  if (!lists) return list_problem(lists.error());
  std::vector<std::string> uris;
  for (const StatusListRow& list : *lists) {
    const auto token =
        find_published(request.reader, request.issuer, list.list, ListEncoding::token_jwt, {});
    if (!token && token.error().code == Errc::not_found) continue;
    if (!token) return list_problem(token.error());
    const auto summary = summarise_token(token->document);
    if (!summary) return list_problem(summary.error());
    uris.push_back(summary->uri);
  }
  rpc::HttpResponse response;
  response.content_type = kJson;
  response.body = token_aggregation(uris);
  response.headers.emplace_back(
      "Cache-Control", "public, max-age=" + std::to_string(request.services.lists.ttl_ms / 1000));
  return response;
}

/// The public JWK, with the name under which documents refer to it.
rpc::HttpResponse get_key(const ListRequest& request) {
  const auto issuer = request.reader.issuer(request.issuer);
  if (!issuer) return list_problem(issuer.error());
  const auto signer = request.services.lists.signers
                          ? request.services.lists.signers(*issuer)
                          : Result<std::shared_ptr<const ListSigner>>(Error{Errc::not_found, ""});
  if (!signer && signer.error().code != Errc::not_found) return list_problem(signer.error());
  if (!signer) return no_such_list("the issuer has no key for status lists");
  nlohmann::json jwk = crypto::jwk_from_public_key((*signer)->public_key());
  jwk["kid"] = (*signer)->verification_method();
  jwk["alg"] = crypto::jws_algorithm((*signer)->public_key().type());
  jwk["use"] = "sig";
  rpc::HttpResponse response;
  response.content_type = "application/jwk+json";
  response.body = jwk.dump();
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

rpc::HttpResponse dispatch(const ListRequest& request, const ListAddress& address) {
  switch (address.form) {
    case ListForm::bitstring:
      return get_bitstring(request, address.purpose);
    case ListForm::status_list_2021:
      return get_ebsi(request, address.purpose);
    case ListForm::token:
      return get_token(request);
    case ListForm::aggregation:
      return get_aggregation(request);
    case ListForm::key:
      return get_key(request);
  }
  return no_such_list("nothing has this path");
}

}  // namespace

rpc::HttpResponse get_status_list(const Services& services, const rpc::HttpRequest& request) {
  const auto address = parse_list_address(request.path);
  if (!address) return no_such_list("nothing has this path");
  auto query = rpc::parse_query(request.query);
  if (!query) return list_problem(query.error());
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const auto issuer = services.lists.issuers->find(*reader, address->issuer_hash);
  if (!issuer) return list_problem(issuer.error());
  return dispatch({services, request, *reader, *issuer, address->list, *std::move(query)},
                  *address);
}

rpc::HttpResponse get_proxied_status_list(const Services& services,
                                          const rpc::HttpRequest& request) {
  const auto address = parse_proxied_list_address(request.path);
  if (!address) return no_such_list("nothing has this path");
  auto query = rpc::parse_query(request.query);
  if (!query) return list_problem(query.error());
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const auto issuer = reader->issuer_by_name(address->issuer);
  if (!issuer) return list_problem({Errc::not_found, "there is no such issuer", "issuer"});
  return get_ebsi({services, request, *reader, issuer->id, address->list, *std::move(query)},
                  address->purpose);
}

}  // namespace kedge::node::api
