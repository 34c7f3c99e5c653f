// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/keys.hpp"

namespace kedge::node {

struct VerificationMethod {
  /// Absolute: `did#fragment`.
  std::string id;
  std::string controller;
  std::string type;
  /// nullopt for keys and types that are not used here (RSA, Bls12381, …).
  std::optional<crypto::PublicKey> key;
};

/// What signatures need of a DID document (W3C DID Core section 5; Controlled Identifiers 1.0).
struct DidDocument {
  /// A DID, or another URI for documents that a verifier pins.
  std::string id;
  std::vector<VerificationMethod> methods;
  /// Ids of methods that may sign credentials, in order.
  std::vector<std::string> assertion_methods;

  [[nodiscard]] const VerificationMethod* find(std::string_view id) const;
  [[nodiscard]] bool may_assert(std::string_view id) const;
};

/// Bounds of a document.
inline constexpr std::size_t kMaxDidDocument = std::size_t{1} << 20;
inline constexpr std::size_t kMaxVerificationMethods = 256;

/// Reads a document in JSON or JSON-LD, strictly: methods of other controllers are kept, methods of
/// the same id are refused, so are references to no method, a method with both or malformed keys of
/// a type that is used here, and private keys. Relative ids (`#key`) are made absolute. The error
/// is invalid_argument with the path of the member.
Result<DidDocument> parse_did_document(std::string_view text);

/// The document that a did:key stands for: one method, which may assert. invalid_argument for
/// anything that is no did:key of a key type that is used here.
Result<DidDocument> did_key_document(std::string_view did);

}  // namespace kedge::node
