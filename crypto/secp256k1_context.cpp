// SPDX-License-Identifier: Apache-2.0
#include "crypto/secp256k1_context.hpp"

#include <array>
#include <stdexcept>

#include "crypto/bytes.hpp"
#include "crypto/random.hpp"

namespace kedge::crypto::detail {

const secp256k1_context* secp256k1_shared_context() {
  static const secp256k1_context* const shared = [] {
    secp256k1_context* made = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    std::array<std::uint8_t, 32> seed;
    random_bytes(seed);
    if (secp256k1_context_randomize(made, seed.data()) != 1) {
      throw std::runtime_error("cannot blind the secp256k1 context");
    }
    secure_clear(seed.data(), seed.size());
    return made;
  }();
  return shared;
}

}  // namespace kedge::crypto::detail
