// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/digest_profile.hpp"
#include "node/proof/bundle.hpp"
#include "node/proof/trust.hpp"
#include "node/proof/verdict.hpp"

/// Verification of bundles: pure functions over values, without I/O and without a clock, but for
/// what `Trust::block_hashes` does where the verifier trusts nodes of the chain.
namespace kedge::node {

/// The secured document that somebody holds. Without a profile, the bundle's own is taken.
struct CredentialClaim {
  Bytes credential;
  std::optional<crypto::DigestProfile> profile;
};

/// What the bundle is said to prove: nothing given (the digest in the bundle), a digest, or a
/// credential.
using Claim = std::variant<std::monostate, Hash, CredentialClaim>;

/// Whether the bundle proves the claim. Does every check that it can, also after one has failed.
/// Thread-safe.
Verdict verify(const Bundle& bundle, const Trust& trust, const Claim& claim);

/// The same for a document in JSON or CBOR, told apart by its first octet. One that cannot be
/// decoded is invalid (`malformed`), one of another version unknown (`format-unsupported`).
Verdict verify_document(ByteView document, const Trust& trust, const Claim& claim);

/// Decodes either form. Errors as those of bundle_from_json and bundle_from_cbor.
Result<Bundle> decode_bundle(ByteView document);

}  // namespace kedge::node
