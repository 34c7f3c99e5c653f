// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "raw_connection.hpp"
#include "rpc/server.hpp"
#include "test_table.hpp"

namespace kedge::rpc::test {

/// A real server on a free port.
class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    options_.limits.tick = std::chrono::milliseconds(10);
    options_.limits.stop_deadline = std::chrono::milliseconds(3000);
  }

  void start() {
    auto server = Server::start(options_, table_.methods, routes_, authorizer_, observer_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  static std::string body(const std::string& method, const std::string& params = "{}") {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
  }

  static std::string post(const std::string& text, const std::string& headers = {}) {
    return "POST /rpc HTTP/1.1\r\nHost: a\r\n" + headers +
           "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  }

  static std::string call(const std::string& method, const std::string& params = "{}") {
    return post(body(method, params));
  }

  static std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  static std::string result(const std::string& json) {
    return R"(200 {"jsonrpc":"2.0","id":1,"result":)" + json + "}";
  }

  ServerOptions options_;
  TestAuthorizer authorizer_;
  RecordingObserver observer_;
  TestTable table_;
  std::vector<Route> routes_;
  std::unique_ptr<Server> server_;
};

}  // namespace kedge::rpc::test
