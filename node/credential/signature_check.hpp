// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/credential/credential.hpp"
#include "node/credential/did_resolver.hpp"
#include "node/credential/finding.hpp"

namespace kedge::node {

struct SignatureFinding {
  CredentialFinding finding;
  /// Where it passed: the key, and on whose word it is the issuer's, in one line.
  std::string signer;
};

/// Whether the issuer has signed the credential, with a key that it may use for that: ES256, ES256K
/// and EdDSA in JWTs, ecdsa-jcs-2019 and eddsa-jcs-2022 in JSON. Both s and n - s are accepted. The
/// key must be a method of the issuer's own document, controlled by it, and in `assertionMethod` at
/// the time at which the credential says that it was signed. Without a `kid`, the issuer must have
/// one such method and no more. Certificates (`x5c`) and issuers that are no DIDs are not followed
/// unless their documents are pinned.
SignatureFinding check_credential_signature(const Credential& credential, DidResolver& resolver);

/// The same for a JWT that is no credential, such as a Token Status List, by its `issuer`.
SignatureFinding check_token_signature(const Credential& token, DidResolver& resolver);

}  // namespace kedge::node
