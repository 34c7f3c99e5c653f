// SPDX-License-Identifier: Apache-2.0
#include "crypto/utf8.hpp"

#include <simdjson.h>

namespace kedge::crypto {

bool is_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace kedge::crypto
