// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "rpc/http.hpp"
#include "rpc/hub.hpp"
#include "rpc/limits.hpp"
#include "rpc/method_table.hpp"
#include "rpc/observer.hpp"
#include "rpc/rate_limiter.hpp"
#include "rpc/server_tls.hpp"

namespace kedge::rpc {

/// Where to listen: a numeric address, and a port; 0 lets the system choose.
struct ListenAt {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  /// 0 lets the system choose; Server::port() tells.
  std::uint16_t port = 0;
  /// If set, what is for operators (Access::admin, Route::operators) is served there and nowhere
  /// else, besides all that everybody may have. Elsewhere it does not exist.
  std::optional<ListenAt> admin = std::nullopt;
  /// What can be subscribed to, over WebSockets and as server-sent events; must outlive the server.
  /// nullptr: nothing can.
  Hub* hub = nullptr;
  /// Where event streams are, and what a reader of them needs; nothing by default.
  std::string events_path = "/v1/events";
  Scope events_scope = {};
  /// Web pages whose scripts may open WebSockets, such as `https://example.edu`, besides those that
  /// come from here: a browser sends its user's credentials along, whoever wrote the script.
  std::vector<std::string> allowed_origins = {};
  /// Both speak TLS with this, and nothing else; nullptr: plain HTTP.
  std::shared_ptr<ServerTls> tls = nullptr;
  unsigned io_threads = 1;
  unsigned worker_threads = 2;
  /// The value of the Server field of every answer.
  std::string name = "kedge";
  Limits limits;
  /// Not limited by default.
  RateOptions rates;
};

/// What a server has to do at one moment.
struct ServerStatus {
  std::size_t connections = 0;
  /// Of these, those that stay open: WebSockets and event streams.
  std::size_t streams = 0;
  /// Topics that somebody on one of them hears of.
  std::size_t subscriptions = 0;
  /// Jobs that wait for a worker.
  std::size_t queued_jobs = 0;
};

/// HTTP/1.1 with keep-alive and pipelining. `POST /rpc` is JSON-RPC 2.0; routes answer GET.
///
/// HTTP status of a single call: 200 with a result, and with an error that is about the call's own
/// question (-32601, -32602, -32001, -32002); 400 for -32700 and -32600; 401 for -32003; 503 with
/// Retry-After for -32005, 429 where it is about the caller's own rate; 500 for -32603. A
/// notification gets the status alone, 204 if all is well. A batch that could be read gets 200, or
/// 204 if all of it were notifications.
class Server {
 public:
  /// Binds, listens and starts its threads. The table, the authorizer and the observer must outlive
  /// the server. unavailable if the address cannot be bound.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, const MethodTable& methods,
                                               std::vector<Route> routes,
                                               const Authorizer& authorizer, Observer& observer);

  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// 0 without an address for operators.
  [[nodiscard]] virtual std::uint16_t admin_port() const = 0;

  /// From any thread.
  [[nodiscard]] virtual ServerStatus status() const = 0;

  /// Stops accepting, closes idle connections, lets calls in flight finish until the deadline of
  /// the limits, closes the rest and joins all threads. No answer is cut off for it: a connection
  /// ends after a whole answer or before the first octet of one. Idempotent; not from a thread of
  /// the server. Deferred handlers may still answer afterwards: their answers are dropped.
  virtual void stop() = 0;
};

}  // namespace kedge::rpc
