// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <boost/asio/read_until.hpp>

#include "hub_fixture.hpp"
#include "rpc/subscription.hpp"
#include "tests/support/temp_dir.hpp"
#include "tls_server.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;

class StreamTlsTest : public test::HubTest {
 protected:
  StreamTlsTest() {
    auto tls = ServerTls::create(own_.certificate, own_.key);
    if (!tls) throw std::runtime_error(tls.error().message);
    options_.tls = *tls;
    std::ofstream(ca_file_) << own_.certificate;
  }

  const test::Certificate own_{"IP:127.0.0.1"};
  kedge::test::TempDir dir_;
  const std::string ca_file_ = (dir_.path() / "ca.pem").string();
};

TEST_F(StreamTlsTest, WebSocketsAreTold) {
  start();
  SubscriptionOptions options;
  options.ca_file = ca_file_;
  auto subscription =
      Subscription::create("wss://127.0.0.1:" + std::to_string(port()) + "/rpc", options);
  ASSERT_TRUE(subscription) << subscription.error().message;
  std::atomic<int> heard = 0;
  (*subscription)->start({.method = "subscribe", .params = R"({"topic":"thing","name":"a"})"}, [&] {
    ++heard;
  });
  ASSERT_TRUE(eventually([&] { return open("a") == 1; })) << (*subscription)->trouble();
  for (int i = 0; i < 20; ++i) hub_.publish("thing", "a", "\"" + std::string(50'000, 'x') + "\"");
  EXPECT_TRUE(eventually([&] { return heard == 20; })) << heard;
  (*subscription)->stop();
  subscription->reset();
  EXPECT_TRUE(eventually([&] { return open("a") == 0; }));
}

TEST_F(StreamTlsTest, EventStreamsAreTold) {
  start();
  net::io_context context;
  net::ssl::context tls(net::ssl::context::tls_client);
  net::ssl::stream<net::ip::tcp::socket> stream(context, tls);
  stream.next_layer().connect({net::ip::make_address("127.0.0.1"), port()});
  stream.handshake(net::ssl::stream_base::client);
  net::write(stream,
             net::buffer(std::string("GET /v1/events?topics=tick HTTP/1.1\r\nHost: a\r\n\r\n")));
  std::string text;
  net::read_until(stream, net::dynamic_buffer(text), "\r\n\r\n");
  EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 200");
  for (int i = 0; i < 20; ++i) {
    hub_.publish("tick", "", std::to_string(i));
    net::read_until(stream, net::dynamic_buffer(text), "data: " + std::to_string(i) + "\n\n");
  }
}

}  // namespace
}  // namespace kedge::rpc
