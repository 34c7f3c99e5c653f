// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/write.hpp>

#include "hub_fixture.hpp"
#include "socket_client.hpp"

namespace kedge::rpc {
namespace {

using std::chrono::milliseconds;
using test::RawConnection;
using test::SocketClient;

class WebSocketTest : public test::HubTest {
 protected:
  static std::string ok(const std::string& json, const std::string& id = "1") {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + json + "}";
  }
  static std::string news(int number, const std::string& json) {
    return R"({"jsonrpc":"2.0","method":"subscription","params":{"subscription":)" +
           std::to_string(number) + R"(,"result":)" + json + "}}";
  }
  static std::string failed(int code, const std::string& message, const std::string& data) {
    return R"({"jsonrpc":"2.0","id":1,"error":{"code":)" + std::to_string(code) +
           R"(,"message":")" + message + R"(","data":)" + data + "}}";
  }
};

TEST_F(WebSocketTest, AnswersCallsAsHttpDoes) {
  start();
  SocketClient client(port());
  ASSERT_EQ(client.status(), 101U);
  for (const char* method : {"echo", "echo_worker", "later", "written_later", "now"}) {
    EXPECT_EQ(client.call(method, R"({"a": 1})"), ok(R"({"a": 1})")) << method;
  }
  EXPECT_NE(client.call("nothing").find("-32601"), std::string::npos);
  EXPECT_NE(client.call("throws").find("internal error"), std::string::npos);
  client.send("{");
  EXPECT_NE(client.next().find("-32700"), std::string::npos);
  client.send(
      R"([{"jsonrpc":"2.0","id":1,"method":"echo"},{"jsonrpc":"2.0","id":2,"method":"now"}])");
  EXPECT_EQ(client.next(), "[" + ok("{}") + "," + ok("{}", "2") + "]");
  client.send(R"({"jsonrpc":"2.0","method":"echo"})");
  EXPECT_EQ(client.call("echo"), ok("{}")) << "a notification has no answer";
  const std::string large = R"({"a":")" + std::string(1'000'000, 'x') + "\"}";
  EXPECT_EQ(client.call("echo_worker", large), ok(large));
  EXPECT_EQ(observer_.statuses(101), 1);
}

TEST_F(WebSocketTest, KnowsItsCaller) {
  start();
  SocketClient nobody(port());
  EXPECT_NE(nobody.call("who").find("-32003"), std::string::npos);
  SocketClient issuer(port(), {{"Authorization", "Bearer issuer"}});
  EXPECT_EQ(issuer.call("who"), ok("\"did:example:a\""));
  EXPECT_NE(issuer.call("admin").find("-32004"), std::string::npos);
}

TEST_F(WebSocketTest, AnswersCallsSideBySide) {
  start();
  SocketClient client(port());
  client.send(R"({"jsonrpc":"2.0","id":1,"method":"held"})");
  EXPECT_EQ(client.call("echo", "{}", "2"), ok("{}", "2"));
  table_.release();
  EXPECT_EQ(client.next(), ok("\"released\""));
}

TEST_F(WebSocketTest, ReadsNoMoreThanItCanAnswer) {
  options_.limits.max_pipelined = 2;
  start();
  SocketClient client(port());
  for (int i = 0; i < 5; ++i) client.send(R"({"jsonrpc":"2.0","id":1,"method":"held"})");
  EXPECT_TRUE(eventually([&] { return table_.held() == 2; }));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(table_.held(), 2U);
  std::atomic<bool> stop = false;
  std::jthread releasing([&] {
    while (!stop) {
      table_.release();
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.next(), ok("\"released\""));
  stop = true;
}

TEST_F(WebSocketTest, TellsSubscribers) {
  start();
  SocketClient client(port());
  EXPECT_EQ(client.call("subscribe", R"({"topic":"tick"})"), ok(R"({"subscription":1})"));
  EXPECT_EQ(client.call("subscribe", R"({"topic":"thing","name":"a"})"),
            ok(R"({"subscription":2})"));
  EXPECT_EQ(client.call("subscribe", R"({"topic":"tick"})"), ok(R"({"subscription":1})"))
      << "once is enough";
  hub_.publish("tick", "", "{\"n\":1}");
  hub_.publish("thing", "b", "{\"n\":2}");
  hub_.publish("tock", "", "{\"n\":3}");
  hub_.publish("thing", "a", "{\"n\":4}");
  EXPECT_EQ(client.next(), news(1, "{\"n\":1}"));
  EXPECT_EQ(client.next(), news(2, "{\"n\":4}"));
  EXPECT_EQ(client.call("unsubscribe", R"({"subscription":1})"), ok(R"({"unsubscribed":true})"));
  hub_.publish("tick", "", "{\"n\":5}");
  hub_.publish("thing", "a", "{\"n\":6}");
  EXPECT_EQ(client.next(), news(2, "{\"n\":6}"));
  EXPECT_NE(client.call("unsubscribe", R"({"subscription":1})").find("-32001"), std::string::npos);
  EXPECT_EQ(client.call("subscribe", R"({"topic":"tick"})"), ok(R"({"subscription":3})"));
}

TEST_F(WebSocketTest, SaysWhatCannotBeSubscribedTo) {
  options_.limits.max_subscriptions = 1;
  start();
  SocketClient client(port());
  const std::string topics = R"(one of \"thing\", \"tick\", \"tock\")";
  EXPECT_EQ(client.call("subscribe", R"({"topic":"x"})"),
            failed(-32602, "invalid params: topic: expected " + topics,
                   R"({"field":"topic","expected":"expected )" + topics + "\"}"));
  EXPECT_NE(client.call("subscribe", R"({"topic":"thing"})").find("name: expected with the topic"),
            std::string::npos);
  EXPECT_NE(client.call("subscribe", R"({"topic":"tick","name":"a"})").find("-32602"),
            std::string::npos);
  EXPECT_NE(client.call("subscribe", R"({"topic":"thing","name":"bad"})").find("a good one"),
            std::string::npos);
  EXPECT_EQ(open("bad"), 0);
  EXPECT_EQ(client.call("subscribe", R"({"topic":"thing","name":"a"})"),
            ok(R"({"subscription":2})"));
  EXPECT_EQ(client.call("subscribe", R"({"topic":"tick"})"),
            failed(-32005, "a connection has at most 1 subscriptions", R"({"retry_after":1})"));

  RawConnection http(port());
  http.send(call("subscribe", R"({"topic":"tick"})"));
  EXPECT_TRUE(http.answer().starts_with(
      R"(400 {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":)"
      R"("invalid request: method: expected over a WebSocket: GET /rpc")"));
}

TEST_F(WebSocketTest, EndsSubscriptionsWithTheConnection) {
  start();
  {
    SocketClient client(port());
    client.call("subscribe", R"({"topic":"thing","name":"a"})");
    client.call("subscribe", R"({"topic":"thing","name":"b"})");
    client.call("unsubscribe", R"({"subscription":2})");
    EXPECT_EQ(open("a"), 1);
    EXPECT_EQ(open("b"), 0);
    client.close();
  }
  EXPECT_TRUE(eventually([&] { return open("a") == 0; }));
  {
    SocketClient client(port());
    client.call("subscribe", R"({"topic":"thing","name":"a"})");
    client.tcp().close();
  }
  EXPECT_TRUE(eventually([&] { return open("a") == 0; }));
}

TEST_F(WebSocketTest, SubscribesInBatches) {
  start();
  for (int round = 0; round < 50; ++round) {
    SocketClient client(port());
    std::string batch = "[";
    for (int i = 0; i < 10; ++i) {
      batch += (i == 0 ? "" : ",") +
               std::string(R"({"jsonrpc":"2.0","id":1,"method":"subscribe",)") +
               R"("params":{"topic":"thing","name":")" + std::to_string(i) + "\"}}";
    }
    client.send(batch + "]");
    // Half of them go while the worker is still subscribing for them.
    if (round % 2 == 0) {
      EXPECT_TRUE(client.next().starts_with("[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\""));
      hub_.publish("thing", "9", "1");
      EXPECT_EQ(client.next(), news(10, "1"));
    }
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(eventually([&] { return open(std::to_string(i)) == 0; })) << i;
  }
}

TEST_F(WebSocketTest, RefusesBadHandshakes) {
  start();
  EXPECT_EQ(SocketClient(port(), {{"Origin", "https://evil.example"}}).status(), 403U);
  EXPECT_EQ(SocketClient(port(), {{"Sec-WebSocket-Version", "8"}}).status(), 426U);
  RawConnection plain(port());
  plain.send(get("/rpc"));
  EXPECT_EQ(plain.answer().substr(0, 3), "405");
  RawConnection ahead(port());
  ahead.send(
      "GET /rpc HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\x81");
  EXPECT_EQ(ahead.answer().substr(0, 3), "400") << "nothing may be sent before the answer";
}

TEST_F(WebSocketTest, LetsThePagesInThatItKnows) {
  options_.allowed_origins = {"https://app.example"};
  start();
  EXPECT_EQ(SocketClient(port(), {{"Origin", "https://app.example"}}).status(), 101U);
  EXPECT_EQ(
      SocketClient(port(), {{"Origin", "http://127.0.0.1:" + std::to_string(port())}}).status(),
      101U);
}

TEST_F(WebSocketTest, ClosesWithAReason) {
  options_.limits.max_body_bytes = 1000;
  start();
  SocketClient binary(port());
  binary.send("{}", false);
  EXPECT_EQ(binary.next(), "closed 1003 expected text messages");
  SocketClient large(port());
  large.send(std::string(1001, ' '));
  EXPECT_TRUE(large.next().starts_with("closed 1009"));
}

TEST_F(WebSocketTest, SaysWhyToAClientThatKeepsSending) {
  start();
  SocketClient client(port());
  const std::string no_frame("\x83\x80\0\0\0\0", 6);
  boost::asio::write(client.tcp(), boost::asio::buffer(no_frame + std::string(1'000'000, ' ')));
  EXPECT_TRUE(client.next().starts_with("closed 1002"));
}

TEST_F(WebSocketTest, HangsUpOnAClientThatDoesNotStopSending) {
  options_.limits.max_late_bytes = 50'000;
  start();
  SocketClient client(port());
  // In far less than the second that it may take to hang up.
  const auto begin = std::chrono::steady_clock::now();
  std::string text("\x83\x80\0\0\0\0", 6);
  boost::system::error_code error;
  while (!error) {
    boost::asio::write(client.tcp(), boost::asio::buffer(text), error);
    text.assign(10'000, ' ');
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(800));
}

TEST_F(WebSocketTest, DoesNotWaitForTheEndOfAMessage) {
  options_.limits.body_timeout = milliseconds(100);
  start();
  SocketClient client(port());
  client.send_part("{");
  EXPECT_EQ(client.next(), "closed 1008 a message took too long");
}

TEST_F(WebSocketTest, SharesTheMemoryForBodies) {
  options_.limits.small_body_bytes = 1000;
  options_.limits.max_bodies_bytes = 100'000;
  start();
  SocketClient first(port());
  first.send_part(std::string(90'000, ' '));
  std::this_thread::sleep_for(milliseconds(50));
  SocketClient second(port());
  second.send_part(std::string(90'000, ' '));
  EXPECT_TRUE(second.next().starts_with("closed 1013 too many messages"));
  first.tcp().close();
  EXPECT_TRUE(eventually([&] {
    SocketClient third(port());
    return third.call("echo", R"({"a":")" + std::string(90'000, 'x') + "\"}").starts_with("{");
  }));
}

TEST_F(WebSocketTest, PingsAndLosesPatience) {
  options_.limits.idle_timeout = milliseconds(300);
  start();
  // Reads, and so answers pings.
  SocketClient alive(port());
  // Does neither.
  SocketClient dead(port());
  ASSERT_TRUE(alive.connected() && dead.connected());
  const auto end = std::chrono::steady_clock::now() + milliseconds(900);
  std::jthread waiting([&] { EXPECT_EQ(alive.call("slow"), ok("\"slow\"")); });
  waiting.join();
  while (std::chrono::steady_clock::now() < end) {
    EXPECT_EQ(alive.call("echo"), ok("{}"));
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_EQ(dead.next().substr(0, 6), "closed");
}

TEST_F(WebSocketTest, DropsASlowReaderAndNobodyElse) {
  options_.limits.max_waiting_events = 8;
  start();
  SocketClient slow(port());
  SocketClient quick(port());
  slow.call("subscribe", R"({"topic":"thing","name":"s"})");
  quick.call("subscribe", R"({"topic":"tick"})");
  slow.call("subscribe", R"({"topic":"tick"})");
  const std::string data = "\"" + std::string(100'000, 'x') + "\"";
  int told = 0;
  const auto tell = [&] {
    hub_.publish("tick", "", data);
    ++told;
    return quick.next() == news(1, data);
  };
  // Until the kernel takes no more for the one, and what may wait is full.
  while (open("s") != 0 && told < 500) ASSERT_TRUE(tell()) << told;
  EXPECT_EQ(open("s"), 0) << "it hears no more";
  std::string last;
  int heard = 0;
  while (!(last = slow.next()).starts_with("closed")) ++heard;
  EXPECT_LT(heard, told);
  EXPECT_EQ(last, "closed 1008 too slow a reader: notifications were lost");
  EXPECT_TRUE(tell()) << "the other goes on";
}

TEST_F(WebSocketTest, AreLimitedInNumberAndMakeRoom) {
  options_.limits.max_connections = 3;
  options_.limits.max_streams = 2;
  options_.limits.eviction_grace = milliseconds(0);
  start();
  SocketClient one(port());
  SocketClient two(port());
  ASSERT_TRUE(one.connected() && two.connected());
  EXPECT_EQ(SocketClient(port()).status(), 503U);
  one.call("subscribe", R"({"topic":"tick"})");
  // Room is made by the one that has nothing to wait for.
  RawConnection a(port());
  a.send(call("held"));
  EXPECT_TRUE(eventually([&] { return table_.held() == 1; }));
  RawConnection b(port());
  b.send(call("held"));
  EXPECT_TRUE(eventually([&] { return table_.held() == 2; }));
  EXPECT_TRUE(two.next().starts_with("closed"));
  hub_.publish("tick", "", "1");
  EXPECT_EQ(one.next(), news(1, "1"));
  table_.release();
}

TEST_F(WebSocketTest, DrainsWithTheServer) {
  start();
  SocketClient resting(port());
  resting.call("subscribe", R"({"topic":"tick"})");
  SocketClient busy(port());
  busy.send(R"({"jsonrpc":"2.0","id":1,"method":"slow"})");
  std::this_thread::sleep_for(milliseconds(50));
  std::jthread stopping([&] { server_->stop(); });
  EXPECT_EQ(busy.next(), ok("\"slow\"")) << "what was begun is answered";
  EXPECT_EQ(busy.next(), "closed 1001 the node is stopping");
  EXPECT_EQ(resting.next(), "closed 1001 the node is stopping");
}

TEST_F(WebSocketTest, AreLimitedInRate) {
  options_.rates.client = {.rate = 1, .burst = 4};
  start();
  SocketClient client(port());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.call("echo"), ok("{}"));
  EXPECT_NE(client.call("echo").find("-32005"), std::string::npos);
}

}  // namespace
}  // namespace kedge::rpc
