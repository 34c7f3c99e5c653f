// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/result.hpp"
#include "rpc/method_table.hpp"

namespace kedge::rpc {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// The value of the first field of this name, compared without case; nullopt if there is none.
std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name);

/// A request to a route, complete and within the limits.
struct HttpRequest {
  /// GET or HEAD.
  std::string method;
  /// The target up to `?`, as received: neither decoded nor normalised.
  std::string path;
  /// The target behind `?`, as received.
  std::string query;
  HeaderList headers;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  /// Further fields; Content-Length, Content-Type, Connection and Date are the server's.
  HeaderList headers;
  /// A fault of ours behind this answer: for the observer, never sent.
  std::optional<Error> fault = {};
};

/// Thread-safe. May throw std::bad_alloc; any exception is answered 500.
using RouteHandler = std::function<HttpResponse(const HttpRequest&)>;

/// A resource that is read with GET (HEAD: the same without the body), by everybody, also by the
/// scripts of other web pages: OPTIONS allows that. The longest matching path wins.
struct Route {
  /// Begins with `/`. Matches itself alone, or, if it ends with `/`, everything below it.
  std::string path;
  /// Not `deferred`.
  Dispatch dispatch = Dispatch::worker;
  RouteHandler handler;
};

/// Decodes `a=b&c=d` with percent escapes (RFC 3986; `+` is a plus). invalid_argument on a broken
/// escape, an octet sequence that is not UTF-8, an empty name, or a name that comes twice.
Result<HeaderList> parse_query(std::string_view query);

/// A JSON error document `{"error":{"code","message"[,"data"]}}` with the status of the table.
HttpResponse error_response(const Error& error);

}  // namespace kedge::rpc
