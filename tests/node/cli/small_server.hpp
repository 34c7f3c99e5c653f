// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "rpc/client.hpp"
#include "rpc/server.hpp"

namespace kedge::node::cli {

/// A JSON-RPC server with one method, on a free port, open to everybody.
class SmallServer {
 public:
  SmallServer(std::string method, rpc::Handler handler) {
    rpc::Method row;
    row.name = std::move(method);
    row.handler = std::move(handler);
    methods_.add(std::move(row));
    auto server = rpc::Server::start({}, methods_, {}, everybody_, observer_);
    if (!server) throw std::runtime_error(server.error().message);
    server_ = *std::move(server);
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port());
  }

  [[nodiscard]] rpc::Client connect() const {
    auto client = rpc::Client::connect(url());
    if (!client) throw std::runtime_error(client.error().message);
    return *std::move(client);
  }

 private:
  class Everybody : public rpc::Authorizer {
   public:
    Result<rpc::Caller> authorize(std::string_view) const override {
      return rpc::Caller{rpc::Access::issuer, "did:example:issuer"};
    }
  };

  Everybody everybody_;
  rpc::Observer observer_;
  rpc::MethodTable methods_;
  std::unique_ptr<rpc::Server> server_;
};

}  // namespace kedge::node::cli
