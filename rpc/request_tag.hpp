// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kedge::rpc {

/// What the answer to a request and the lines of a log about it have in common. Every request has
/// one, so it is a few numbers, put into words only where somebody reads them.
struct RequestTag {
  /// Of the thread that has read the request.
  std::uint32_t series = 0;
  /// From 1 on; 0: about no request.
  std::uint64_t number = 0;
  /// The name that the caller has for it (is_request_id), and its `traceparent` (is_traceparent);
  /// empty without. They live as long as the request.
  std::string_view given = {};
  std::string_view trace = {};

  /// The same for whoever may outlive the request.
  [[nodiscard]] RequestTag without_words() const { return {.series = series, .number = number}; }
};

/// Appends the node's own name for the request, such as `5f0c9a31-0-1f`: unique among the requests
/// of this process, and with great probability among those of all. Precondition: number is not 0.
void append_request_id(std::string& out, const RequestTag& tag);

/// Whether a value of `X-Request-Id` is taken: 1 to 64 letters, digits, `.`, `_` and `-`. Nothing
/// in it can end a line of a log or a header field.
[[nodiscard]] bool is_request_id(std::string_view text);

/// Whether it is a `traceparent` (W3C Trace Context, section 3.2) of version 00.
[[nodiscard]] bool is_traceparent(std::string_view text);

/// A new one, of no request: of a trace that begins here.
[[nodiscard]] std::string new_traceparent();

}  // namespace kedge::rpc
