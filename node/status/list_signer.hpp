// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "crypto/keys.hpp"

namespace kedge::node {

/// The key that signs an issuer's published lists, and the name under which verifiers find its
/// public half. Const members may be called from any thread.
class ListSigner {
 public:
  /// `verification_method` is the DID URL of the key: the `kid` of tokens too.
  ListSigner(crypto::SecretKey key, std::string verification_method)
      : key_(std::move(key)), verification_method_(std::move(verification_method)) {}

  [[nodiscard]] const crypto::PublicKey& public_key() const noexcept { return key_.public_key(); }
  [[nodiscard]] const std::string& verification_method() const noexcept {
    return verification_method_;
  }
  /// Whether there is a Data Integrity cryptosuite for the key: not for secp256k1.
  [[nodiscard]] bool has_data_integrity() const;

  /// A compact JWS with the header `{"alg","kid","typ"[,"cty"]}`. `payload` is a JSON text.
  [[nodiscard]] Result<std::string> sign_jwt(std::string_view typ, std::string_view cty,
                                             std::string_view payload) const;
  /// The document with a Data Integrity proof.
  [[nodiscard]] Result<std::string> sign_document(std::string_view document,
                                                  std::uint64_t created_ms) const;
  /// A tagged COSE_Sign1 (RFC 9052 section 4.2) with `alg` and `typ` (RFC 9596) in the protected
  /// header and `kid` in the other one.
  [[nodiscard]] Result<Bytes> sign_cose(std::string_view typ, ByteView payload) const;

 private:
  crypto::SecretKey key_;
  std::string verification_method_;
};

/// The DID URL of an issuer's key where nothing else is configured: `did#fragment` if the issuer's
/// name is a did:key of this key (in either form), else `<name>#keys-1`, as EBSI numbers them.
std::string default_verification_method(std::string_view issuer, const crypto::PublicKey& key);

}  // namespace kedge::node
