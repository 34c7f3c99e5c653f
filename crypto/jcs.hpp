// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// Greatest nesting of arrays and objects that is canonicalised.
inline constexpr std::size_t kJcsMaxDepth = 64;

/// The JSON Canonicalization Scheme of RFC 8785: no white space, members sorted by the UTF-16 code
/// units of their names, numbers in the ECMAScript form, the shortest string escapes.
///
/// The input must be I-JSON (RFC 7493). Refused with invalid_argument, because two readers could
/// take such a text for different values: invalid UTF-8, lone surrogates, a byte order mark,
/// duplicate names (also when only their escapes differ), non-finite numbers, and integers beyond
/// ±2^53, where an integer is a number whose canonical form has neither fraction nor exponent (so
/// that 1e30 is none, and every canonical form is its own). Also refused: nesting deeper than
/// kJcsMaxDepth. May be called from any thread.
Result<std::string> jcs_canonicalize(std::string_view json);

/// The same for a JSON object without its top-level member `proof`: what a Data Integrity JCS suite
/// hashes (VC Data Integrity section 4.2), and the input of the `jcs` digest profile. A text that
/// is not an object is refused.
Result<std::string> jcs_without_proof(std::string_view json);

/// Appends a finite number in the form of ECMAScript's Number::toString (RFC 8785 section 3.2.2.3).
/// Precondition: std::isfinite(value).
void append_es6_number(std::string& out, double value);

}  // namespace kedge::crypto
