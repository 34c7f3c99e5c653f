// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/keys.hpp"

/// W3C Data Integrity proofs that need no JSON-LD: ecdsa-jcs-2019 with P-256 (VC Data Integrity
/// ECDSA Cryptosuites 1.0 section 3.3) and eddsa-jcs-2022 with Ed25519 (EdDSA Cryptosuites 1.0
/// section 3.3).
namespace kedge::crypto {

/// The cryptosuite of a key type; invalid_argument for secp256k1, which has none.
Result<std::string_view> cryptosuite_of(KeyType type);

struct ProofOptions {
  /// DID URL of the key.
  std::string verification_method;
  /// XSD dateTimeStamp, such as 2026-06-30T12:00:00Z.
  std::string created;
  std::string proof_purpose = "assertionMethod";
};

/// The document with a proof added as its last member, in compact JSON with the members in their
/// order. A document that is not an object, is not I-JSON or has a proof already is refused.
Result<std::string> add_data_integrity_proof(std::string_view document, const ProofOptions& options,
                                             const SecretKey& key);

/// What a proof says of itself; nothing of it has been verified.
struct DataIntegrityProof {
  std::string cryptosuite;
  std::string verification_method;
  std::string proof_purpose;
  std::optional<std::string> created;
};

/// The proofs of a document in their order: one object, or the array of a proof set.
Result<std::vector<DataIntegrityProof>> data_integrity_proofs(std::string_view document);

/// Checks one proof of a document with a given key: type, cryptosuite, purpose `assertionMethod`,
/// that the proof's `@context` begins that of the document, and the signature. Whether the key
/// belongs to the verification method and the issuer is the caller's question. Proof chains
/// (`previousProof`) and expired proofs are not judged: the first are refused, the second not
/// looked at. invalid_argument says which rule failed.
Status verify_data_integrity_proof(std::string_view document, std::size_t index,
                                   const PublicKey& key);

}  // namespace kedge::crypto
