// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/credential/credential.hpp"
#include "node/credential/did_resolver.hpp"
#include "node/credential/document_source.hpp"
#include "node/credential/finding.hpp"

namespace kedge::node {

/// Who is asked for the status of a credential.
struct StatusLookUp {
  /// nullptr: nobody.
  DocumentSource* source = nullptr;
  DidResolver* resolver = nullptr;
  /// Issuers of lists that are believed besides the credential's own.
  std::vector<std::string> list_issuers;
  /// Milliseconds since 1970.
  std::uint64_t now_ms = 0;
};

/// One finding for each entry of the credential, by the path of its member, such as
/// `credential.vc.credentialStatus[0]`. Each list is fetched once.
///
/// A list is believed if its document has the type, address, purpose and dates that the entry and
/// its standard ask for, is issued by the credential's issuer or one in `list_issuers`, and has a
/// signature of that issuer. Whatever is wrong with it is `unknown`: only a list that is believed
/// says revoked, suspended or valid. Entries for other purposes than revocation and suspension say
/// nothing about whether a credential is good and are not looked up.
std::vector<CredentialFinding> check_credential_status(const Credential& credential,
                                                       const StatusLookUp& look_up);

}  // namespace kedge::node
