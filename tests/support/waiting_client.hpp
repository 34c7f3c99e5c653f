// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rpc/dispatcher.hpp"

namespace kedge::test {

/// Sends one body to a dispatcher and keeps it until the answers are there. They are put into words
/// on the thread that has the last one.
class WaitingClient final : public rpc::Dispatcher::Client {
 public:
  WaitingClient(std::string body, std::string authorization)
      : body_(std::move(body)), authorization_(std::move(authorization)) {}

  static std::future<rpc::HttpResponse> send(const rpc::Dispatcher& dispatcher, std::string body,
                                             std::string authorization) {
    const auto client = std::make_shared<WaitingClient>(std::move(body), std::move(authorization));
    auto response = client->response_.get_future();
    rpc::Sender sender;
    sender.authorization = client->authorization_;
    dispatcher.run(client->body_, sender, client);
    return response;
  }

  /// The same for the calls of a route; waits for what becomes of them.
  static std::vector<rpc::CallOutcome> run(const rpc::Dispatcher& dispatcher, rpc::RouteCalls calls,
                                           std::string authorization) {
    struct Outcomes final : rpc::Dispatcher::Client {
      std::promise<std::vector<rpc::CallOutcome>> promise;
      void answered(std::shared_ptr<rpc::Dispatcher::Answers> answers) override {
        promise.set_value(answers->take());
      }
    };
    const auto client = std::make_shared<Outcomes>();
    auto outcomes = client->promise.get_future();
    rpc::Sender sender;
    sender.authorization = authorization;
    dispatcher.run(std::move(calls), sender, client);
    return outcomes.get();
  }

  void answered(std::shared_ptr<rpc::Dispatcher::Answers> answers) override {
    response_.set_value(answers->write("what the buffer held before"));
  }

 private:
  std::string body_;
  std::string authorization_;
  std::promise<rpc::HttpResponse> response_;
};

}  // namespace kedge::test
