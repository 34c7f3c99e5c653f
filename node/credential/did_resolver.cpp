// SPDX-License-Identifier: Apache-2.0
#include "node/credential/did_resolver.hpp"

namespace kedge::node {

Status DidResolvers::pin(DidDocument document) {
  std::string id = document.id;
  if (pinned_.emplace(id, std::move(document)).second) return {};
  return Error{Errc::already_exists, "there are two documents of " + id};
}

Result<ResolvedDid> DidResolvers::resolve(const std::string& did,
                                          std::optional<std::int64_t> at_ms) {
  // A document may be pinned for a did:key too, but could only say less.
  if (did.starts_with("did:key:")) {
    auto document = did_key_document(did);
    if (!document) return std::move(document).error();
    return ResolvedDid{*std::move(document), "the key is the identifier itself"};
  }
  if (const auto found = pinned_.find(did); found != pinned_.end()) {
    return ResolvedDid{found->second, "pinned by the verifier"};
  }
  if (!did.starts_with("did:ebsi:")) {
    return Error{Errc::not_found, "no document of " + did + " is pinned"};
  }
  if (ebsi_ == nullptr) {
    return Error{Errc::not_found,
                 "no document of " + did + " is pinned, and no DID Registry is configured"};
  }
  return ebsi_->resolve(did, at_ms);
}

}  // namespace kedge::node
