// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "server_fixture.hpp"

namespace kedge::rpc {
namespace {

using std::chrono::milliseconds;
using test::RawConnection;

class ServerLimitsTest : public test::ServerTest {
 protected:
  ServerLimitsTest() {
    options_.limits.max_body_bytes = 1000;
    options_.limits.max_discard_bytes = 4000;
    options_.limits.max_header_bytes = 1000;
  }

  /// Refused with this status, and the connection is closed.
  void expect_refused(const std::string& text, const std::string& status) {
    RawConnection connection(port());
    connection.send(text);
    EXPECT_EQ(connection.answer().substr(0, 3), status) << text.substr(0, 200);
    EXPECT_TRUE(connection.has_line("Connection: close"));
    EXPECT_TRUE(connection.closed_by_peer());
  }
};

TEST_F(ServerLimitsTest, RefusesLongBodiesAndGoesOn) {
  start();
  RawConnection connection(port());
  connection.send(post(std::string(1001, ' ')));
  EXPECT_EQ(connection.answer(),
            R"(413 {"jsonrpc":"2.0","id":null,"error":{"code":-32600,)"
            R"("message":"invalid request: body: expected a body of at most 1000 octets",)"
            R"("data":{"field":"body","expected":"expected a body of at most 1000 octets"}}})");
  connection.send(post(std::string(5000, ' ')) + call("echo"));
  EXPECT_EQ(connection.answer().substr(0, 3), "413");
  EXPECT_EQ(connection.answer(), result("{}"));
  connection.send("POST /rpc HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4b0\r\n" +
                  std::string(0x4b0, 'x') + "\r\n0\r\n\r\n" + call("echo"));
  EXPECT_EQ(connection.answer().substr(0, 3), "413");
  EXPECT_EQ(connection.answer(), result("{}"));
}

TEST_F(ServerLimitsTest, TellsAClientThatKeepsSending) {
  start();
  RawConnection connection(port());
  const std::string head = "POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
  connection.send(head + std::string(100'000, 'x'));
  EXPECT_TRUE(connection.answer().starts_with(R"(413 {"jsonrpc":"2.0")"));
  EXPECT_TRUE(connection.has_line("Connection: close"));
}

TEST_F(ServerLimitsTest, HangsUpOnAClientThatDoesNotStopSending) {
  options_.limits.max_late_bytes = 50'000;
  start();
  RawConnection connection(port());
  connection.send("POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_TRUE(connection.answer().starts_with(R"(413 {"jsonrpc":"2.0")"));
  // In far less than the second that it may take to hang up.
  const auto begin = std::chrono::steady_clock::now();
  const std::string more(10'000, 'x');
  while (connection.send(more)) {
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(800));
}

TEST_F(ServerLimitsTest, RefusesWhatIsNotHttpOrAmbiguous) {
  start();
  const std::string host = "Host: a\r\n";
  expect_refused("hello\r\n\r\n", "400");
  expect_refused("GET / HTTP/3.0\r\n" + host + "\r\n", "505");
  expect_refused("GET / HTTP/1.1\r\n\r\n", "400");
  expect_refused("GET / HTTP/1.1\r\n" + host + "X: " + std::string(2000, 'x') + "\r\n\r\n", "431");
  expect_refused("GET /" + std::string(20'000, 'x'), "431");
  const std::string rpc = "POST /rpc HTTP/1.1\r\n" + host;
  expect_refused(rpc + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400");
  expect_refused(rpc + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "400");
  expect_refused(rpc + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "400");
  expect_refused(rpc + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501");
  expect_refused(rpc + "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n", "413");
  expect_refused(rpc + "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}", "417");
}

TEST_F(ServerLimitsTest, AnswersWhatCameBeforeARefusal) {
  start();
  RawConnection connection(port());
  connection.send(call("echo") + call("later") + "garbage\r\n\r\n" + call("echo"));
  EXPECT_EQ(connection.answer(), result("{}"));
  EXPECT_EQ(connection.answer(), result("{}"));
  EXPECT_EQ(connection.answer().substr(0, 3), "400");
  EXPECT_TRUE(connection.closed_by_peer());
}

TEST_F(ServerLimitsTest, GivesUpOnSlowHeadersAndBodies) {
  options_.limits.header_timeout = milliseconds(100);
  options_.limits.body_timeout = milliseconds(100);
  options_.limits.idle_timeout = milliseconds(10'000);
  start();
  for (const std::string& slow : {std::string("POST /rpc HTTP/1.1\r\nHost"),
                                  call("echo").substr(0, call("echo").size() - 1)}) {
    RawConnection connection(port());
    const auto begin = std::chrono::steady_clock::now();
    connection.send(call("echo") + slow);
    EXPECT_EQ(connection.answer(), result("{}"));
    EXPECT_EQ(connection.answer().substr(0, 3), "408");
    EXPECT_TRUE(connection.closed_by_peer());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
  }
}

TEST_F(ServerLimitsTest, DoesNotLetOctetsOneByOneKeepARequestAlive) {
  options_.limits.header_timeout = milliseconds(150);
  start();
  RawConnection connection(port());
  const auto begin = std::chrono::steady_clock::now();
  std::string status = "nothing";
  connection.send("GET / HTTP/1.1\r\n");
  while (connection.send("X: y\r\n") &&
         std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)) {
    if (connection.more(milliseconds(10))) {
      status = connection.answer().substr(0, 3);
      break;
    }
  }
  EXPECT_EQ(status, "408");
}

TEST_F(ServerLimitsTest, ClosesIdleConnectionsWithoutAWord) {
  options_.limits.idle_timeout = milliseconds(100);
  start();
  RawConnection silent(port());
  RawConnection used(port());
  used.send(call("echo"));
  EXPECT_EQ(used.answer(), result("{}"));
  EXPECT_EQ(silent.answer(), "closed");
  EXPECT_EQ(used.answer(), "closed");
}

TEST_F(ServerLimitsTest, DoesNotCountTheTimeOfACallAsIdle) {
  options_.limits.idle_timeout = milliseconds(50);
  options_.limits.header_timeout = milliseconds(50);
  start();
  RawConnection connection(port());
  connection.send(call("slow"));
  EXPECT_EQ(connection.answer(), result("\"slow\""));
}

TEST_F(ServerLimitsTest, GivesUpOnClientsThatDoNotRead) {
  options_.limits.write_timeout = milliseconds(100);
  start();
  RawConnection connection(port());
  const int small = 4096;
  ::setsockopt(connection.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  for (int i = 0; i < 64; ++i) connection.send(call("large"));
  std::this_thread::sleep_for(milliseconds(500));
  // The server has gone: the answers end well before the last one.
  int answers = 0;
  while (answers < 64 && connection.answer().starts_with("200")) ++answers;
  EXPECT_LT(answers, 64);
}

TEST_F(ServerLimitsTest, SaysSoWhenAllWorkersAreBusy) {
  options_.worker_threads = 1;
  options_.limits.max_queued_jobs = 1;
  routes_ = {{.path = "/slow", .dispatch = Dispatch::worker, .handler = [](const HttpRequest&) {
                return HttpResponse{};
              }}};
  start();
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 2; ++i) {
    connections.push_back(std::make_unique<RawConnection>(port()));
    connections.back()->send(call("slow"));
    std::this_thread::sleep_for(milliseconds(50));
  }
  RawConnection third(port());
  third.send(call("slow") + get("/slow") + call("echo"));
  EXPECT_EQ(third.answer(),
            R"(503 {"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":)"
            R"("too many requests are waiting; retry later","data":{"retry_after":1}}})");
  EXPECT_TRUE(third.has_line("Retry-After: 1"));
  EXPECT_EQ(third.answer().substr(0, 3), "503");
  EXPECT_EQ(third.answer(), result("{}"));
  for (const auto& connection : connections) EXPECT_EQ(connection->answer(), result("\"slow\""));
}

TEST_F(ServerLimitsTest, BoundsTheBodiesOfAllConnections) {
  options_.limits.max_bodies_bytes = 500;
  options_.limits.small_body_bytes = 0;
  start();
  RawConnection holder(port());
  holder.send(post(std::string(499, ' ') + "x").substr(0, 450));
  std::this_thread::sleep_for(milliseconds(50));
  RawConnection other(port());
  other.send(post(std::string(200, ' ')) + call("echo"));
  EXPECT_TRUE(other.answer().starts_with(R"(503 {"jsonrpc":"2.0","id":null)"));
  EXPECT_EQ(other.answer(), result("{}"));
}

}  // namespace
}  // namespace kedge::rpc
