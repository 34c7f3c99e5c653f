// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "config/trust_file.hpp"
#include "node/credential/did_registry.hpp"
#include "node/credential/verify_credential.hpp"

namespace kedge::node {

/// What a trust file says of credentials, ready to be asked. Connects to nobody before a credential
/// needs it, and to nobody at all that the file does not name.
class CredentialSettings {
 public:
  /// Reads the pinned DID documents. invalid_argument for one that is none, and for URLs that are
  /// none; not_found for a file that cannot be read.
  static Result<CredentialSettings> create(const config::TrustedCredentials& trusted);

  /// Valid as long as this object.
  [[nodiscard]] CredentialTrust trust(std::uint64_t now_ms,
                                      std::optional<Requirements> required) const;

 private:
  CredentialSettings() = default;

  /// On the heap, so that what refers to them survives a move.
  std::unique_ptr<DidRegistry> registry_;
  std::unique_ptr<DidResolvers> resolvers_ = std::make_unique<DidResolvers>();
  std::unique_ptr<WebDocuments> source_;
  std::vector<std::string> list_issuers_;
};

}  // namespace kedge::node
