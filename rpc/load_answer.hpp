// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kedge::rpc {

/// What a client under load has to know of the head of an answer.
struct LoadAnswerHead {
  unsigned status = 0;
  /// Octets of the head, its empty line included.
  std::size_t size = 0;
  std::size_t content_length = 0;
};

/// Reads the head at the beginning of `text`. nullopt if it is not there yet, or is no HTTP/1.1
/// answer with a Content-Length (RFC 9112 section 6.2): then `broken` is true.
std::optional<LoadAnswerHead> read_load_answer_head(std::string_view text, bool& broken);

}  // namespace kedge::rpc
