// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rpc/http.hpp"
#include "rpc/rate_limiter.hpp"
#include "rpc/request_tag.hpp"

namespace kedge::rpc {

/// What the head of an answer says besides the response itself.
struct HeadContext {
  std::string_view server;
  std::string_view date;
  /// Version of the request: 10 or 11.
  unsigned version = 11;
  bool close = false;
  /// The answer has no length: it ends with the connection.
  bool until_close = false;
  /// What the request has cost whom.
  Charge charge = {};
  /// Named in X-Request-Id: as the caller has named it, else as we have. Not if it is of no
  /// request.
  RequestTag tag = {};
};

/// Appends the status line and the header fields with the empty line that ends them. One text, one
/// write: this is a hot path.
void append_head(std::string& out, const HttpResponse& response, const HeadContext& context);

std::string_view reason_phrase(unsigned status);

/// Refusals below JSON-RPC: a problem document, with Retry-After where it is 503.
HttpResponse plain_error(unsigned status, std::string_view message);

}  // namespace kedge::rpc
