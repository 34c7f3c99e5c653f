// SPDX-License-Identifier: Apache-2.0
#include "rpc/server.hpp"

#include <atomic>
#include <thread>

#include "server_fixture.hpp"

namespace kedge::rpc {
namespace {

using test::RawConnection;
using test::ServerTest;

TEST_F(ServerTest, AnswersOnOneConnectionAgainAndAgain) {
  start();
  RawConnection connection(port());
  for (const char* method : {"echo", "echo_worker", "later", "written_later", "now", "echo"}) {
    ASSERT_TRUE(connection.send(call(method, R"({"a":1})")));
    EXPECT_EQ(connection.answer(), result(R"({"a":1})")) << method;
    EXPECT_TRUE(connection.has_line("Content-Type: application/json"));
    EXPECT_TRUE(connection.has_line("Server: kedge"));
    EXPECT_FALSE(connection.has_line("Connection: close"));
  }
  EXPECT_EQ(observer_.statuses(200), 6);
}

TEST_F(ServerTest, GivesErrorsTheirStatus) {
  start();
  RawConnection connection(port());
  const auto status = [&](const std::string& text) {
    connection.send(text);
    return connection.answer().substr(0, 3);
  };
  EXPECT_EQ(status(call("nothing")), "200");
  EXPECT_EQ(status(call("missing")), "200");
  EXPECT_EQ(status(post("{")), "400");
  EXPECT_EQ(status(post("")), "400");
  EXPECT_EQ(status(post("\xFF")), "400");
  EXPECT_EQ(status(call("who")), "401");
  EXPECT_TRUE(connection.has_line("WWW-Authenticate: Bearer"));
  EXPECT_EQ(status(post(body("who"), "Authorization: Bearer issuer\r\n")), "200");
  EXPECT_EQ(status(post(body("who"), "aUTHORIZATION: Bearer issuer\r\n")), "200");
  EXPECT_EQ(status(call("busy")), "503");
  EXPECT_TRUE(connection.has_line("Retry-After: 1"));
  EXPECT_EQ(status(call("broken")), "500");
  EXPECT_EQ(status(post(R"({"jsonrpc":"2.0","method":"echo"})")), "204");
  EXPECT_FALSE(connection.has_line("Content-Length: 0"));
  EXPECT_EQ(status(get("/rpc")), "405");
  EXPECT_TRUE(connection.has_line("Allow: POST"));
  EXPECT_EQ(status(get("/nothing")), "404");
  EXPECT_EQ(status("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "404");
  EXPECT_EQ(status(call("echo")), "200");
}

TEST_F(ServerTest, GoesOnWhenAResultCannotBeWritten) {
  start();
  RawConnection connection(port());
  for (const char* method : {"written_later", "now_written"}) {
    ASSERT_TRUE(connection.send(call(method, R"({"a":"throw"})")));
    EXPECT_EQ(connection.answer().substr(0, 3), "500") << method;
    ASSERT_TRUE(connection.send(call("echo")));
    EXPECT_EQ(connection.answer(), result("{}"));
  }
  const std::vector<std::string> expected(2, ": a secret exception");
  EXPECT_EQ(observer_.faults(), expected);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawConnection connection(port());
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    const char* methods[] = {"echo", "now", "echo", "later"};
    requests +=
        call(i % 50 == 7 ? "echo_worker" : methods[i % 4], "{\"n\":" + std::to_string(i) + "}");
  }
  ASSERT_TRUE(connection.send(requests));
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(connection.answer(), result("{\"n\":" + std::to_string(i) + "}"));
  }
}

TEST_F(ServerTest, ReadsRequestsThatComeInPieces) {
  start();
  RawConnection connection(port());
  for (const char c : call("echo") + call("later")) {
    ASSERT_TRUE(connection.send(std::string(1, c)));
  }
  EXPECT_EQ(connection.answer(), result("{}"));
  EXPECT_EQ(connection.answer(), result("{}"));
}

TEST_F(ServerTest, AnswersAClientThatHasFinishedSending) {
  start();
  RawConnection connection(port());
  connection.send(call("later"));
  connection.half_close();
  EXPECT_EQ(connection.answer(), result("{}"));
  EXPECT_TRUE(connection.closed_by_peer());
}

TEST_F(ServerTest, KeepsOldClientsOnlyIfTheyAsk) {
  start();
  const std::string text = body("echo");
  const auto old = [&](const std::string& headers) {
    return "POST /rpc HTTP/1.0\r\n" + headers + "Content-Length: " + std::to_string(text.size()) +
           "\r\n\r\n" + text;
  };
  RawConnection keeps(port());
  keeps.send(old("Connection: keep-alive\r\n"));
  EXPECT_EQ(keeps.answer(), result("{}"));
  EXPECT_TRUE(keeps.has_line("Connection: keep-alive"));
  keeps.send(old(""));
  EXPECT_EQ(keeps.answer(), result("{}"));
  EXPECT_TRUE(keeps.has_line("Connection: close"));
  EXPECT_TRUE(keeps.closed_by_peer());
  RawConnection closes(port());
  closes.send(post(text, "Connection: close\r\n"));
  EXPECT_EQ(closes.answer(), result("{}"));
  EXPECT_TRUE(closes.closed_by_peer());
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAskedFor) {
  start();
  RawConnection connection(port());
  const std::string text = body("echo");
  connection.send("POST /rpc HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " +
                  std::to_string(text.size()) + "\r\n\r\n");
  EXPECT_EQ(connection.answer(), "100 ");
  connection.send(text);
  EXPECT_EQ(connection.answer(), result("{}"));
}

TEST_F(ServerTest, SendsLargeAnswersToSlowReaders) {
  start();
  RawConnection connection(port());
  constexpr int kCalls = 20;
  for (int i = 0; i < kCalls; ++i) connection.send(call("large"));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  for (int i = 0; i < kCalls; ++i) {
    EXPECT_EQ(connection.answer().size(), result("").size() + (1 << 20) + 2);
  }
}

TEST_F(ServerTest, AnswersRoutes) {
  const auto tell = [](const HttpRequest& request) {
    HttpResponse response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.path + " " + request.query + " " +
                    std::string(find_header(request.headers, "accept").value_or("-"));
    response.headers = {{"Cache-Control", "no-store"}};
    return response;
  };
  routes_ = {
      {.path = "/things/", .dispatch = Dispatch::inline_, .handler = tell},
      {.path = "/things/one", .dispatch = Dispatch::worker, .handler = tell},
      {.path = "/throws",
       .dispatch = Dispatch::worker,
       .handler =
           [](const HttpRequest&) { return throw std::runtime_error("a secret"), HttpResponse{}; }},
      {.path = "/broken", .dispatch = Dispatch::inline_, .handler = [](const HttpRequest&) {
         return error_response({Errc::corrupt, "row 7"});
       }}};
  start();
  RawConnection connection(port());
  connection.send(get("/things/two?a=b"));
  EXPECT_EQ(connection.answer(), "200 GET /things/two a=b -");
  EXPECT_TRUE(connection.has_line("Content-Type: text/plain"));
  EXPECT_TRUE(connection.has_line("Cache-Control: no-store"));
  connection.send("GET http://node.example/things/one HTTP/1.1\r\nHost: a\r\nAccept: x\r\n\r\n");
  EXPECT_EQ(connection.answer(), "200 GET /things/one  x");
  connection.send(get("/things"));
  EXPECT_EQ(connection.answer().substr(0, 3), "404");
  connection.send(get("/things/one/more"));
  EXPECT_EQ(connection.answer(), "200 GET /things/one/more  -");
  connection.send("POST /things/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(connection.answer().substr(0, 3), "405");
  EXPECT_TRUE(connection.has_line("Allow: GET, HEAD, OPTIONS"));
  connection.send("OPTIONS /things/two HTTP/1.1\r\nHost: a\r\nOrigin: https://b.example\r\n\r\n");
  EXPECT_EQ(connection.answer().substr(0, 3), "204");
  EXPECT_TRUE(connection.has_line("Access-Control-Allow-Origin: *"));
  EXPECT_TRUE(connection.has_line("Access-Control-Allow-Methods: GET, HEAD, OPTIONS"));
  EXPECT_TRUE(connection.has_line("Access-Control-Allow-Headers: Accept, If-None-Match"));
  connection.send(get("/things/two"));
  EXPECT_EQ(connection.answer().substr(0, 3), "200");
  EXPECT_TRUE(connection.has_line("Access-Control-Allow-Origin: *"));
  connection.send(get("/throws"));
  EXPECT_EQ(connection.answer().substr(0, 3), "500");
  connection.send(get("/broken"));
  EXPECT_EQ(connection.answer(),
            "500 {\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,"
            "\"detail\":\"internal error\",\"code\":-32603}\n");
  const std::vector<std::string> faults = {"/throws: a secret", "/broken: row 7"};
  EXPECT_EQ(observer_.faults(), faults);
  connection.head_only(true);
  connection.send("HEAD /things/two HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(connection.answer(), "200 ");
  EXPECT_TRUE(connection.has_line("Content-Length: 19"));
}

TEST_F(ServerTest, ServesManyConnectionsOnSeveralThreads) {
  options_.io_threads = 3;
  options_.worker_threads = 3;
  start();
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 12; ++t) {
    threads.emplace_back([&, t] {
      RawConnection connection(port());
      for (int i = 0; i < 100; ++i) {
        const char* methods[] = {"echo", "echo_worker", "later", "now"};
        const std::string params = "{\"n\":" + std::to_string(t * 1000 + i) + "}";
        connection.send(call(methods[(i + t) % 4], params));
        right += connection.answer() == result(params) ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 1200);
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  ServerOptions same = options_;
  same.port = port();
  const auto second = Server::start(same, table_.methods, {}, authorizer_, observer_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_NE(second.error().message.find("cannot bind 127.0.0.1:"), std::string::npos);
  same.address = "localhost";
  EXPECT_EQ(Server::start(same, table_.methods, {}, authorizer_, observer_).error().code,
            Errc::invalid_argument);
}

TEST_F(ServerTest, StopsGracefully) {
  start();
  RawConnection idle(port());
  idle.send(call("echo"));
  EXPECT_EQ(idle.answer(), result("{}"));
  RawConnection slow(port());
  slow.send(call("slow"));
  RawConnection held(port());
  held.send(call("held"));
  while (table_.held() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::jthread releaser([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    table_.release();
  });
  const std::uint16_t old_port = port();
  server_->stop();
  EXPECT_EQ(idle.answer(), "closed");
  EXPECT_EQ(slow.answer(), result("\"slow\""));
  EXPECT_TRUE(slow.has_line("Connection: close"));
  EXPECT_EQ(held.answer(), result("\"released\""));
  EXPECT_FALSE(RawConnection(old_port).connected());
  server_->stop();
}

TEST_F(ServerTest, StopsInTimeWhateverIsStillHeldAndTakesLateAnswers) {
  options_.limits.stop_deadline = std::chrono::milliseconds(50);
  start();
  RawConnection held(port());
  held.send(call("held"));
  RawConnection half(port());
  half.send("POST /rpc HT");
  while (table_.held() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto begin = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_EQ(held.answer(), "closed");
  server_.reset();
  table_.release();
}

TEST_F(ServerTest, DropsAnswersToClientsThatHaveGone) {
  start();
  {
    RawConnection gone(port());
    gone.send(call("held"));
    while (table_.held() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  table_.release();
  RawConnection other(port());
  other.send(call("echo"));
  EXPECT_EQ(other.answer(), result("{}"));
}

}  // namespace
}  // namespace kedge::rpc
