// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "node/credential/credential.hpp"
#include "node/credential/finding.hpp"

namespace kedge::node {

/// What contradicts the rules of the credential's form, one line each; empty if nothing does.
///
/// JWT VC 1.1: `iss`, `sub`, `jti`, `nbf`, `exp`, `iat` agree with the members of `vc` that they
/// stand for (VCDM 1.1 section 6.3.1), in whole seconds. With what EBSI's verifiers ask beyond that
/// where a credential is one of EBSI's: issued by a did:ebsi, or a VerifiableAttestation, or under
/// one of its schemas. Then all of these are there, `typ` is JWT, `kid` names a key, `issuanceDate`
/// and `validFrom` are the same text, and the required members of its attestation schema are
/// present.
///
/// JWT VC 2.0 and Data Integrity: VCDM sections 4.3 to 4.9; a JWT has neither `vc` nor `vp`, and
/// its claims agree with the members (VC-JOSE-COSE section 3.1).
///
/// SD-JWT VC: `typ`, `vct`; the disclosures belong to the digests (RFC 9901 section 7.1); no claim
/// is disclosed that must stand in the open (SD-JWT VC section 3.2.2.2).
std::vector<std::string> claim_faults(const Credential& credential);

/// The same as a check: `credential.claims`. Disclosures that do not belong have a code of their
/// own.
CredentialFinding check_claims(const Credential& credential);

/// Whether EBSI's rules for JWT VC 1.1 apply.
bool is_ebsi_attestation(const Credential& credential);

}  // namespace kedge::node
