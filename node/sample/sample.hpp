// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/digest_profile.hpp"
#include "node/sample/forms.hpp"

namespace kedge::node::sample {

/// A signed micro-credential of an invented learner at an invented university.
struct Sample {
  crypto::DigestProfile profile;
  /// `micro-000123.jwt`, `.json` (Data Integrity) or `.sd-jwt`.
  std::string file_name;
  /// Exactly what is to be hashed; no line feed at its end.
  std::string document;
};

/// Makes realistic micro-credentials with the eleven mandatory elements of the Council
/// Recommendation 2022/C 243/02, in the forms that are in use in Europe: about half of them EBSI
/// JWTs (ES256 and ES256K), the rest Data Integrity (ecdsa-jcs-2019) and SD-JWT VC. Every issuer is
/// a did:key, so that any verifier can check the signatures without a registry.
///
/// What a sample says depends on the seed and the index alone; the issuers' keys are made on the
/// spot, so that identifiers and signatures differ from run to run.
class SampleMaker {
 public:
  /// Makes the keys; throws std::runtime_error if the system has no randomness.
  explicit SampleMaker(std::uint64_t seed);

  /// May be called from any thread.
  [[nodiscard]] Result<Sample> make(std::uint64_t index) const;

 private:
  /// The keys of one university.
  struct Issuer {
    IssuerKey ebsi_es256;
    IssuerKey ebsi_es256k;
    IssuerKey multikey_es256;
  };

  std::uint64_t seed_;
  std::vector<Issuer> issuers_;
};

}  // namespace kedge::node::sample
