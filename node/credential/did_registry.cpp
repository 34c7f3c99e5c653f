// SPDX-License-Identifier: Apache-2.0
#include "node/credential/did_registry.hpp"

#include "crypto/did.hpp"
#include "crypto/rfc3339.hpp"

namespace kedge::node {
namespace {

/// The content types that the API offers; both are the same JSON to this reader.
constexpr std::string_view kAccept = "application/did+ld+json, application/did+json;q=0.9";

}  // namespace

Result<DidRegistry> DidRegistry::create(std::string base, rpc::GetOptions options) {
  if (base.find_first_of("?#") != base.npos) {
    return invalid_argument("expected a URL without a query");
  }
  while (base.ends_with('/')) base.pop_back();
  auto origin = rpc::url_origin(base);
  if (!origin) return std::move(origin).error();
  options.origins = {*origin};
  options.max_bytes = kMaxDidDocument;
  auto get = rpc::HttpGet::create(std::move(options));
  if (!get) return std::move(get).error();
  return DidRegistry(std::move(base), *std::move(origin), *std::move(get));
}

Result<ResolvedDid> DidRegistry::resolve(const std::string& did,
                                         std::optional<std::int64_t> at_ms) {
  // Nothing but base58 is left in it then, so that it can stand in a path.
  if (const Status well_formed = crypto::check_did_ebsi(did); !well_formed) {
    return well_formed.error();
  }
  std::string url = base_ + "/identifiers/" + did;
  if (at_ms && *at_ms >= 0 && static_cast<std::uint64_t>(*at_ms) <= crypto::kMaxTimeMs) {
    url += "?valid-at=" + crypto::format_rfc3339(static_cast<std::uint64_t>(*at_ms));
  }
  if (const auto found = kept_.find(url); found != kept_.end()) {
    if (Clock::now() < found->second.until) return found->second.resolved;
    kept_.erase(found);
  }
  const auto response = get_.get(url, kAccept);
  if (!response) {
    if (response.error().code != Errc::not_found) return response.error();
    return Error{Errc::not_found, host_ + " has no document of " + did};
  }
  auto document = parse_did_document(response->body);
  if (!document) {
    return invalid_argument(host_ + " answers with no DID document: " + document.error().message,
                            document.error().field);
  }
  if (document->id != did) {
    return invalid_argument(host_ + " answers with the document of another DID", "id");
  }
  ResolvedDid resolved{*std::move(document), "the DID Registry at " + host_};
  if (kept_.size() >= kMaxKept) kept_.clear();
  kept_[url] = {resolved, Clock::now() + kKeep};
  return resolved;
}

}  // namespace kedge::node
