// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/credential/did_document.hpp"

namespace kedge::node {

/// A document, and on whose word it is the issuer's.
struct ResolvedDid {
  DidDocument document;
  /// One line for a person.
  std::string source;
};

/// Finds the keys of an issuer.
class DidResolver {
 public:
  virtual ~DidResolver() = default;

  /// The document of `did` as it was at `at_ms` (milliseconds since 1970), or as it is. Its id is
  /// `did`. not_found: nobody who may be asked knows it; unavailable: whoever knows could not be
  /// asked; invalid_argument: what came is no document of it.
  virtual Result<ResolvedDid> resolve(const std::string& did,
                                      std::optional<std::int64_t> at_ms) = 0;
};

/// did:key in both of its forms, which needs nobody's word; then the documents that the verifier
/// has pinned, by their ids; then, for did:ebsi, a registry.
class DidResolvers final : public DidResolver {
 public:
  /// already_exists if one of this id is pinned.
  Status pin(DidDocument document);
  /// Must outlive this object; nullptr: none.
  void set_ebsi(DidResolver* registry) { ebsi_ = registry; }

  Result<ResolvedDid> resolve(const std::string& did, std::optional<std::int64_t> at_ms) override;

 private:
  std::map<std::string, DidDocument> pinned_;
  DidResolver* ebsi_ = nullptr;
};

}  // namespace kedge::node
