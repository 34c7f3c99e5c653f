// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/result.hpp"
#include "rpc/errors.hpp"
#include "rpc/method_table.hpp"

namespace kedge::rpc {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// The value of the first field of this name, compared without case; nullopt if there is none.
std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name);

/// A request to a route, complete and within the limits.
struct HttpRequest {
  /// One that the route answers; HEAD where it answers GET.
  std::string method;
  /// The target up to `?`, as received: neither decoded nor normalised.
  std::string path;
  /// The target behind `?`, as received.
  std::string query;
  HeaderList headers;
  /// Decoded from its transfer coding; lives until the request is answered.
  std::string_view body = {};
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

/// A call of the method table that a request stands for. `params` need not be checked yet.
struct RouteCall {
  std::string method;
  std::string params;
};
using RouteCalls = std::vector<RouteCall>;
/// What became of one of them: the JSON text of its result, or its error.
using CallOutcome = std::variant<std::string, WireError>;

/// How a request is answered by calls, which are authorised, run and counted like any others.
struct RoutePlan {
  /// At least one.
  RouteCalls calls;
  /// Puts the outcomes of all calls, in their order, into an answer. Called once, on any thread.
  std::function<HttpResponse(const HttpRequest&, std::vector<CallOutcome>)> answer;
};
/// Or answers at once. Thread-safe.
using RoutePlanner = std::function<std::variant<RoutePlan, HttpResponse>(const HttpRequest&)>;

/// A resource and one thing that can be done with it. Of several routes whose paths match, the one
/// with the most literal path counts: the longest up to its first `{`.
struct Route {
  /// Begins with `/`. Matches itself alone; `{name}` is any one segment; one that ends with `/`
  /// matches everything below it.
  std::string path;
  /// Not `deferred`: where `handler` or `plan` runs. What has a body of more than
  /// Limits::max_inline_body_bytes runs on a worker.
  Dispatch dispatch = Dispatch::worker;
  /// Either this,
  RouteHandler handler = {};
  /// or this.
  RoutePlanner plan = {};
  /// GET (which answers HEAD, too), POST, ...
  std::string method = "GET";
  /// Everybody gets the same answer, also the scripts of other web pages; OPTIONS tells them so
  /// (Fetch section 3.3, "CORS protocol").
  bool open = true;
  /// Where operators have an address of their own, it is there and nowhere else.
  bool operators = false;
};

/// Whether a route of this path answers for `path`.
bool matches(std::string_view route_path, std::string_view path);
/// The segment of `path` that `{name}` of the route's path stands for, as received. Precondition:
/// it matches and has such a segment.
std::string_view path_segment(std::string_view route_path, std::string_view path,
                              std::string_view name);

/// Decodes percent escapes (RFC 3986; `+` is a plus). invalid_argument for `field` on a broken one,
/// and on octets that are not UTF-8.
Result<std::string> percent_decode(std::string_view text, std::string_view field);
/// The same the other way round: all but unreserved characters are escaped.
std::string percent_encode(std::string_view text);

/// Decodes `a=b&c=d` with percent escapes (RFC 3986; `+` is a plus). invalid_argument on a broken
/// escape, an octet sequence that is not UTF-8, an empty name, or a name that comes twice.
Result<HeaderList> parse_query(std::string_view query);

/// The media type of problem documents (RFC 9457).
inline constexpr std::string_view kProblemType = "application/problem+json";

/// A problem document. `type` is a URI, or empty where the status says it all
/// (`about:blank`); `title` may be empty then, too.
HttpResponse problem(unsigned status, std::string_view type, std::string_view title,
                     std::string_view detail);

/// The same for an error of the table, with the members `code`, and where there is something to
/// say `field` and `expected`.
HttpResponse problem(const WireError& error);
HttpResponse error_response(const Error& error);

/// The HTTP status of an error where nothing but the error is answered.
unsigned resource_status(const WireError& error);

}  // namespace kedge::rpc
