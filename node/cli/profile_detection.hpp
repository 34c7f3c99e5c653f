// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "crypto/digest_profile.hpp"
#include "crypto/result.hpp"

namespace kedge::node::cli {

/// The profile that a document is anchored under unless the caller says otherwise, by its content:
/// a compact JWS is `jws`, or `jades` if its header says so; a JSON object with a `proof` is `jcs`;
/// a JWS in JSON serialisation is `jades`; everything else is `bytes`. Never fails: whether the
/// document is what its profile says is for crypto::credential_digest to judge.
crypto::DigestProfile detect_profile(std::string_view document);

/// The digest of a document as it comes from a file: text editors end compact tokens with a line
/// feed, which is no part of them.
Result<Hash> document_digest(crypto::DigestProfile profile, std::string_view document);

/// The document without the line feed that its profile does not know.
std::string_view trimmed_document(crypto::DigestProfile profile, std::string_view document);

}  // namespace kedge::node::cli
