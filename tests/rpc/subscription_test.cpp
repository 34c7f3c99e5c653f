// SPDX-License-Identifier: Apache-2.0
#include "rpc/subscription.hpp"

#include <atomic>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <gtest/gtest.h>

#include "tests/rpc/canned_server.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
using net::ip::tcp;
using std::chrono::milliseconds;

const std::string kSubscribed = R"({"jsonrpc":"2.0","id":1,"result":"0x1"})";
const std::string kNews =
    R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{}}})";

/// A WebSocket server for one connection after the other: answers what it is asked with the given
/// messages, then closes, or waits until the other side does.
class SocketServer {
 public:
  SocketServer(std::vector<std::string> messages, bool keep)
      : messages_(std::move(messages)),
        keep_(keep),
        acceptor_(context_, tcp::endpoint(net::ip::address_v4::loopback(), 0)),
        thread_([this] { run(); }) {}
  ~SocketServer() {
    stopping_ = true;
    // Ends the accept that is under way.
    boost::system::error_code ignored;
    tcp::socket last(context_);
    last.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  [[nodiscard]] std::string url(const std::string& user = {}) const {
    return "ws://" + user + "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) +
           "/ws?key=secret";
  }

  std::atomic<int> connections_{0};
  std::string asked_;
  std::string head_;

 private:
  void run() {
    while (!stopping_) {
      boost::system::error_code error;
      tcp::socket peer(context_);
      acceptor_.accept(peer, error);
      if (!error && !stopping_) serve(std::move(peer));
    }
  }

  void serve(tcp::socket peer) {
    boost::system::error_code error;
    beast::flat_buffer buffer;
    beast::http::request<beast::http::string_body> head;
    beast::http::read(peer, buffer, head, error);
    if (error) return;
    beast::websocket::stream<tcp::socket> socket(std::move(peer));
    socket.accept(head, error);
    if (error) return;
    beast::flat_buffer message;
    socket.read(message, error);
    if (error) return;
    if (connections_ == 0) {
      head_ = head.target();
      head_ += " " + std::string(head[beast::http::field::authorization]);
      asked_ = beast::buffers_to_string(message.data());
    }
    for (const std::string& text : messages_) socket.write(net::buffer(text), error);
    ++connections_;
    if (keep_) socket.read(message, error);
    socket.close(beast::websocket::close_code::normal, error);
  }

  std::vector<std::string> messages_;
  bool keep_;
  net::io_context context_;
  tcp::acceptor acceptor_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

SubscriptionOptions quick() {
  SubscriptionOptions options;
  options.connect_timeout = milliseconds(500);
  options.backoff_first = options.backoff_last = milliseconds(5);
  options.max_message_bytes = 4096;
  return options;
}

class SubscriptionTest : public testing::Test {
 protected:
  void start(const std::string& url, const SubscriptionOptions& options = quick()) {
    auto made = Subscription::create(url, options);
    ASSERT_TRUE(made) << made.error().message;
    subscription_ = *std::move(made);
    subscription_->start({"eth_subscribe", R"(["newHeads"])"}, [this] { ++heard_; });
  }

  static bool await(const std::function<bool()>& condition) {
    for (int i = 0; i < 5'000 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(1));
    return condition();
  }

  std::atomic<int> heard_{0};
  std::unique_ptr<Subscription> subscription_;
};

TEST_F(SubscriptionTest, HearsWhatItHasAskedFor) {
  SocketServer server({kSubscribed, kNews, kNews, kNews}, true);
  start(server.url("user:pass@"));
  EXPECT_TRUE(await([&] { return heard_ == 3; }));
  EXPECT_EQ(subscription_->trouble(), "");
  EXPECT_EQ(server.head_, "/ws?key=secret Basic dXNlcjpwYXNz");
  EXPECT_EQ(server.asked_,
            R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})");
  EXPECT_EQ(subscription_->name().find("secret"), std::string::npos);
  subscription_->stop();
  subscription_->stop();
  EXPECT_EQ(server.connections_, 1);
}

TEST_F(SubscriptionTest, ConnectsAgainWhenItEnds) {
  SocketServer server({kSubscribed, kNews}, false);
  start(server.url());
  EXPECT_TRUE(await([&] { return heard_ >= 3; }));
  EXPECT_GE(server.connections_, 3);
  subscription_->stop();
  const int heard = heard_;
  std::this_thread::sleep_for(milliseconds(30));
  EXPECT_EQ(heard_, heard) << "nothing after stop";
}

TEST_F(SubscriptionTest, NoNonsenseIsHeard) {
  const std::vector<std::string> all = {
      "no JSON",
      "[]",
      R"({"jsonrpc":"2.0","result":1})",
      R"({"jsonrpc":"2.0","id":7,"method":"x"})",
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such method"}})",
      std::string(100, '['),
      std::string(5'000, ' '),
  };
  for (const std::string& text : all) {
    SocketServer server({text, kNews}, true);
    heard_ = 0;
    start(server.url());
    EXPECT_TRUE(await([&] { return server.connections_ >= 2; })) << text.substr(0, 60);
    EXPECT_FALSE(subscription_->trouble().empty());
    subscription_->stop();
    EXPECT_EQ(heard_, 0) << text.substr(0, 60);
  }
}

TEST_F(SubscriptionTest, AServerWithoutWebSocketsIsTrouble) {
  test::CannedServer server(test::CannedServer::http("{}"));
  start("ws://127.0.0.1:" + std::to_string(server.port()));
  EXPECT_TRUE(await([&] { return server.connections() >= 2; }));
  EXPECT_TRUE(await([&] { return !subscription_->trouble().empty(); }));
  EXPECT_EQ(subscription_->trouble().find("127.0.0.1:"), 0U);
  subscription_->stop();
  EXPECT_EQ(heard_, 0);
}

TEST_F(SubscriptionTest, StopsWhileNobodyAnswers) {
  // Accepts and says nothing.
  net::io_context context;
  tcp::acceptor silent(context, tcp::endpoint(net::ip::address_v4::loopback(), 0));
  SubscriptionOptions options = quick();
  options.connect_timeout = std::chrono::minutes(10);
  start("ws://127.0.0.1:" + std::to_string(silent.local_endpoint().port()), options);
  std::this_thread::sleep_for(milliseconds(20));
  const auto before = std::chrono::steady_clock::now();
  subscription_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST_F(SubscriptionTest, WhatIsNoWebSocketUrlIsRefused) {
  for (const char* url : {"http://127.0.0.1/", "ws:/x", "", "wss://"}) {
    const auto made = Subscription::create(url, {});
    ASSERT_FALSE(made) << url;
    EXPECT_EQ(made.error().code, Errc::invalid_argument);
  }
  SubscriptionOptions options;
  options.token = "two\nlines";
  EXPECT_FALSE(Subscription::create("ws://127.0.0.1/", options));
  // Never started.
  EXPECT_TRUE(Subscription::create("ws://127.0.0.1/", {}));
}

}  // namespace
}  // namespace kedge::rpc
