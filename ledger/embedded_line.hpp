// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "ledger/embedded_record.hpp"

namespace kedge::ledger {

/// One anchor in the embedded ledger's file: its record and the signed note of its checkpoint.
struct EmbeddedAnchor {
  EmbeddedRecord record;
  std::string note;
  friend bool operator==(const EmbeddedAnchor&, const EmbeddedAnchor&) = default;
};

/// No line is longer, its newline included.
inline constexpr std::size_t kMaxEmbeddedLine = 65'536;

/// `<64 hex> <text>\n` with text = the RFC 8785 form of `{"note":…,"record":{…}}` and the hex its
/// SHA-256. invalid_argument if the line would be longer than kMaxEmbeddedLine or the note is not
/// UTF-8.
Result<std::string> format_embedded_line(const EmbeddedAnchor& anchor);

/// Strict: exactly what format_embedded_line writes, newline included, with the record's `head`
/// checked.
Result<EmbeddedAnchor> parse_embedded_line(std::string_view line);

}  // namespace kedge::ledger
