// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.hpp"

#include <cerrno>
#include <stdexcept>

#include <sys/random.h>

namespace kedge::crypto {

void random_bytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("the operating system gives no randomness");
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace kedge::crypto
