// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// The text of a C2SP tlog-checkpoint: origin, tree size and root, a line each.
struct Checkpoint {
  std::string origin = {};
  std::uint64_t size = 0;
  Hash root{};
  /// Further lines, without newline; Kedge writes none.
  std::vector<std::string> extensions = {};
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Reads the text of a note, without the empty line and the signatures. Strict: decimal without
/// leading zeros, canonical base64 of 32 bytes, no empty line, a newline at the end.
Result<Checkpoint> parse_checkpoint(std::string_view note_text);

/// The text to be signed. Precondition: no line is empty or holds a newline.
std::string format_checkpoint(const Checkpoint& checkpoint);

}  // namespace kedge::crypto
