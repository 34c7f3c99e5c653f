// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "crypto/sha256_batch.hpp"

namespace kedge::test {

/// Every backend that this processor can run.
inline std::vector<crypto::Sha256Backend> sha256_backends() {
  std::vector<crypto::Sha256Backend> found;
  for (const auto backend : {crypto::Sha256Backend::portable, crypto::Sha256Backend::sha_ni,
                             crypto::Sha256Backend::avx512}) {
    if (crypto::sha256_supports(backend)) found.push_back(backend);
  }
  return found;
}

/// Uses one backend until the end of the scope.
class ForcedBackend {
 public:
  explicit ForcedBackend(crypto::Sha256Backend backend) : before_(crypto::sha256_backend()) {
    crypto::force_sha256_backend(backend);
  }
  ForcedBackend(const ForcedBackend&) = delete;
  ForcedBackend& operator=(const ForcedBackend&) = delete;
  ~ForcedBackend() { crypto::force_sha256_backend(before_); }

 private:
  crypto::Sha256Backend before_;
};

}  // namespace kedge::test
