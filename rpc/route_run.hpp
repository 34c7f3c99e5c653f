// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "rpc/io_thread.hpp"

namespace kedge::rpc {

/// One request to a route on its way: through its handler, or through the calls that it stands for.
/// Kept alive by whatever still has to answer.
class RouteRun final : public Dispatcher::Client, public std::enable_shared_from_this<RouteRun> {
 public:
  /// `core` and `route` outlive every session; `client` keeps the request's body and what `sender`
  /// points to. `charge`: what the request has cost already; it then pays for its call, too.
  RouteRun(ServerCore& core, const Route& route, HttpRequest request, const Sender& sender,
           const Charge& charge, std::shared_ptr<Dispatcher::Client> client)
      : core_(core),
        route_(route),
        request_(std::move(request)),
        sender_(sender),
        charge_(charge),
        client_(std::move(client)) {}

  /// From the session's thread. `client` is told once.
  void start();

  /// The calls have been run. From any thread: only workers put large answers into words, and
  /// compress them.
  void answered(std::shared_ptr<Dispatcher::Answers> answers) override;

  /// Puts the outcomes of the calls into an answer.
  HttpResponse respond(Dispatcher::Answers& outcomes, bool may_compress) noexcept;
  /// What the request has cost, or else its calls.
  [[nodiscard]] Charge charge(const Dispatcher::Answers& outcomes) const;

 private:
  void run();
  void finish(HttpResponse response);
  HttpResponse refuse(Error error) noexcept;

  ServerCore& core_;
  const Route& route_;
  const HttpRequest request_;
  const Sender sender_;
  const Charge charge_;
  const std::shared_ptr<Dispatcher::Client> client_;
  /// Set before the calls are run.
  decltype(RoutePlan::answer) answer_;
};

}  // namespace kedge::rpc
