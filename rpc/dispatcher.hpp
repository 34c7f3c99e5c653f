// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "rpc/http.hpp"
#include "rpc/limits.hpp"
#include "rpc/method_table.hpp"
#include "rpc/observer.hpp"
#include "rpc/rate_limiter.hpp"
#include "rpc/subscriptions.hpp"
#include "rpc/worker_pool.hpp"

namespace kedge::rpc {

/// Who has sent a body, as far as the connection tells.
struct Sender {
  /// The value of the field Authorization; empty if there is none.
  std::string_view authorization = {};
  Payer payer = {};
  /// Came in where what is for operators exists.
  bool operators = true;
  /// Of the request that has brought the body.
  RequestTag tag = {};
  /// Of the connection, if it can be told things; must live as long as the body.
  Subscriptions* subscriptions = nullptr;
};

/// Runs the calls of one JSON-RPC body against the table: who may call what, where it runs, and
/// how the answers come together. Knows no sockets. Thread-safe.
class Dispatcher {
 public:
  /// The answers to the calls of one body, complete, and put into words when they are sent.
  class Answers {
   public:
    virtual ~Answers() = default;
    /// Status, body and, with 503, Retry-After. `content_type` is empty: JSON. `buffer` is emptied
    /// and becomes the body. Call once; may throw what writing results throws.
    virtual HttpResponse write(std::string buffer) = 0;
    /// What the last of the calls has cost; under no policy if nothing is limited.
    [[nodiscard]] virtual Charge charge() const { return {}; }
    /// Instead of `write`, where calls were run: what became of each, in their order.
    virtual std::vector<CallOutcome> take() { return {}; }
    /// About how many octets the results have together.
    [[nodiscard]] virtual std::size_t size_hint() const { return 0; }
  };

  /// Whoever has sent the body.
  class Client {
   public:
    virtual ~Client() = default;
    /// Called once, on the thread that has the last answer. Must not throw.
    virtual void answered(std::shared_ptr<Answers> answers) = 0;
  };

  /// All must outlive the dispatcher and every call that it has started. Without a limiter nobody
  /// is limited.
  Dispatcher(const MethodTable& methods, const Authorizer& authorizer, const Limits& limits,
             WorkerPool& workers, Observer& observer, RateLimiter* limiter = nullptr);

  /// Tells `client` once: before it returns if everything could be answered at once, otherwise
  /// later from another thread. `body` and what `sender` points to must live until the answers have
  /// been written or dropped. The calls of a batch start in their order; deferred ones run side by
  /// side.
  void run(std::string_view body, const Sender& sender, std::shared_ptr<Client> client) const;
  /// The same for calls that a route has made, at least one; a body that is not JSON or not an
  /// object is the error of its call. From a worker of the pool, or an I/O thread.
  void run(RouteCalls calls, const Sender& sender, std::shared_ptr<Client> client) const;

  [[nodiscard]] Observer& observer() const { return observer_; }

 private:
  class Job;

  const MethodTable& methods_;
  const Authorizer& authorizer_;
  const Limits& limits_;
  WorkerPool& workers_;
  Observer& observer_;
  RateLimiter* limiter_;
};

}  // namespace kedge::rpc
