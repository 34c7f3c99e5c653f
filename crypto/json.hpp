// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// Bounds that are checked before anything is built from the input.
struct JsonLimits {
  std::size_t max_bytes = std::size_t{8} << 20;
  /// Arrays and objects within one another; `[[1]]` has depth 2, a bare number 0.
  std::size_t max_depth = 64;
};

/// Parses a whole JSON text (RFC 8259) as strictly as I-JSON asks (RFC 7493 section 2): no byte
/// order mark, valid UTF-8 without lone surrogates, no duplicate keys, no integer beyond 64 bits,
/// no number beyond a double, nothing after the value. The error is invalid_argument; its message
/// says what was found, in printable ASCII, a syntax error with its octet (counted from 0); its
/// field is the path of the value that was being read, such as `items[3].digest`.
Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// The same rules and errors, for callers that need to know only whether, and if not why: holds no
/// more than the names of the objects that are open.
Status check_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace kedge::crypto
