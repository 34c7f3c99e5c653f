// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "rpc/http.hpp"
#include "rpc/limits.hpp"
#include "rpc/method_table.hpp"
#include "rpc/observer.hpp"

namespace kedge::rpc {

struct ServerOptions {
  /// A numeric address.
  std::string address = "127.0.0.1";
  /// 0 lets the system choose; Server::port() tells.
  std::uint16_t port = 0;
  unsigned io_threads = 1;
  unsigned worker_threads = 2;
  /// The value of the Server field of every answer.
  std::string name = "kedge";
  Limits limits;
};

/// HTTP/1.1 with keep-alive and pipelining. `POST /rpc` is JSON-RPC 2.0; routes answer GET.
///
/// HTTP status of a single call: 200 with a result, and with an error that is about the call's own
/// question (-32601, -32602, -32001, -32002); 400 for -32700 and -32600; 401 for -32003; 503 with
/// Retry-After for -32005; 500 for -32603. A notification gets the status alone, 204 if all is
/// well. A batch that could be read gets 200, or 204 if all of it were notifications.
class Server {
 public:
  /// Binds, listens and starts its threads. The table, the authorizer and the observer must outlive
  /// the server. unavailable if the address cannot be bound.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, const MethodTable& methods,
                                               std::vector<Route> routes,
                                               const Authorizer& authorizer, Observer& observer);

  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;

  /// Stops accepting, closes idle connections, lets calls in flight finish until the deadline of
  /// the limits, closes the rest and joins all threads. Idempotent; not from a thread of the
  /// server. Deferred handlers may still answer afterwards: their answers are dropped.
  virtual void stop() = 0;
};

}  // namespace kedge::rpc
