// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "rpc/http.hpp"
#include "rpc/limits.hpp"
#include "rpc/method_table.hpp"
#include "rpc/observer.hpp"
#include "rpc/worker_pool.hpp"

namespace kedge::rpc {

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
  };

  /// Whoever has sent the body.
  class Client {
   public:
    virtual ~Client() = default;
    /// Called once, on the thread that has the last answer. Must not throw.
    virtual void answered(std::shared_ptr<Answers> answers) = 0;
  };

  /// All must outlive the dispatcher and every call that it has started.
  Dispatcher(const MethodTable& methods, const Authorizer& authorizer, const Limits& limits,
             WorkerPool& workers, Observer& observer);

  /// Tells `client` once: before it returns if everything could be answered at once, otherwise
  /// later from another thread. `body` and `authorization` must live until the answers have been
  /// written or dropped. The calls of a batch start in their order; deferred ones run side by side.
  void run(std::string_view body, std::string_view authorization,
           std::shared_ptr<Client> client) const;

  [[nodiscard]] Observer& observer() const { return observer_; }

 private:
  class Job;

  const MethodTable& methods_;
  const Authorizer& authorizer_;
  const Limits& limits_;
  WorkerPool& workers_;
  Observer& observer_;
};

}  // namespace kedge::rpc
