// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/sample/achievement.hpp"

/// One achievement in the forms that secure it.
namespace kedge::node::sample {

/// A university's key and the did:key that it is known by.
struct IssuerKey {
  crypto::SecretKey key;
  std::string did;
  /// DID URL of the key: `kid` and `verificationMethod`.
  std::string url;
};

/// W3C VCDM 1.1 in a JWT as EBSI writes and verifies it: `typ` JWT, the claims of the JWT mirror
/// the members of `vc`. ES256 or ES256K, by the issuer's key.
Result<std::string> ebsi_jwt(const Achievement& achievement, const IssuerKey& issuer);

/// W3C VCDM 2.0 with a Data Integrity proof, ecdsa-jcs-2019; the key is P-256.
Result<std::string> data_integrity_credential(const Achievement& achievement,
                                              const IssuerKey& issuer);

/// SD-JWT VC (`dc+sd-jwt`) bound to the learner's key; everything that identifies the learner, the
/// grade and each learning outcome can be withheld. Salts come from the dice.
Result<std::string> sd_jwt_credential(const Achievement& achievement, const IssuerKey& issuer,
                                      Dice& dice);

}  // namespace kedge::node::sample
