// SPDX-License-Identifier: Apache-2.0
#include "rpc/endpoint.hpp"

#include <regex>

#include <gtest/gtest.h>

#include "canned_server.hpp"

namespace kedge::rpc {
namespace {

using namespace std::chrono_literals;
using test::CannedServer;

const std::vector<CallRequest> kOne{{.method = "m", .params = "[1]"}};
const std::vector<CallRequest> kTwo{{.method = "a"}, {.method = "b"}};

/// Answers every call with its own method's name.
std::string obedient(const std::string& request) {
  const std::string body = request.substr(request.find("\r\n\r\n") + 4);
  std::string answers;
  const std::regex call("\"id\":([0-9]+),\"method\":(\"[^\"]*\")");
  for (std::sregex_iterator it(body.begin(), body.end(), call), end; it != end; ++it) {
    if (!answers.empty()) answers += ",";
    answers += R"({"jsonrpc":"2.0","id":)" + it->str(1) + R"(,"result":)" + it->str(2) + "}";
  }
  return CannedServer::http(body.starts_with("[") ? "[" + answers + "]" : answers);
}

std::unique_ptr<Endpoint> endpoint(const std::string& url, EndpointOptions options = {}) {
  options.backoff_first = 1ms;
  options.backoff_last = 2ms;
  auto made = Endpoint::create(url, std::move(options));
  EXPECT_TRUE(made) << made.error().message;
  return *std::move(made);
}

TEST(Endpoint, CallsOneAndMany) {
  CannedServer server(obedient, true);
  const auto remote = endpoint(server.url());
  const auto one = remote->call(kOne);
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->front().result, "\"m\"");
  const auto two = remote->call(kTwo);
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ((*two)[0].result, "\"a\"");
  EXPECT_EQ((*two)[1].result, "\"b\"");
  EXPECT_EQ(server.connections(), 1U) << "the connection is kept";
  EXPECT_EQ(remote->name(), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(Endpoint, SendsSecretsOnlyToTheServer) {
  CannedServer server(CannedServer::http("", "502 Bad Gateway"));
  const std::string host = "127.0.0.1:" + std::to_string(server.port());
  const auto remote = endpoint("http://alice:s3cret@" + host + "/v3/k3y?t=t0ken");
  const auto refused = remote->call(kOne);
  ASSERT_FALSE(refused);
  const std::string sent = server.requests().at(0);
  EXPECT_EQ(sent.find("POST /v3/k3y?t=t0ken HTTP/1.1\r\n"), 0U);
  EXPECT_NE(sent.find("Authorization: Basic YWxpY2U6czNjcmV0\r\n"), std::string::npos);
  for (const std::string& shown :
       {refused.error().message, remote->health().trouble, remote->name()}) {
    EXPECT_NE(shown.find(host), std::string::npos) << shown;
    for (const char* secret : {"s3cret", "k3y", "t0ken", "alice"}) {
      EXPECT_EQ(shown.find(secret), std::string::npos) << shown;
    }
  }
}

TEST(Endpoint, SaysWhichTraceItsCallsBelongTo) {
  CannedServer server(obedient, true);
  const auto remote = endpoint(server.url());
  ASSERT_TRUE(remote->call(kOne));
  remote->set_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_TRUE(remote->call(kOne));
  remote->set_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b8-01");
  ASSERT_TRUE(remote->call(kTwo));
  remote->set_trace({});
  ASSERT_TRUE(remote->call(kOne));
  const std::vector<std::string> sent = server.requests();
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(sent[0].find("traceparent"), std::string::npos);
  EXPECT_NE(sent[1].find("\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
                         "\r\n"),
            std::string::npos);
  EXPECT_EQ(sent[2].find("902b7"), std::string::npos);
  EXPECT_NE(sent[2].find("902b8-01\r\n"), std::string::npos);
  EXPECT_EQ(sent[3].find("traceparent"), std::string::npos);
  EXPECT_EQ(remote->health().answered_total, 4U);
  EXPECT_EQ(remote->health().failed_total, 0U);
}

TEST(Endpoint, TakesNoTroubleForAnAnswer) {
  const std::string good = R"({"jsonrpc":"2.0","id":1,"result":1})";
  for (const std::string& text : {
           std::string(),
           std::string("garbage\r\n\r\n"),
           CannedServer::http(""),
           CannedServer::http("<html>502</html>"),
           CannedServer::http(good, "500 Oops"),
           CannedServer::http(good, "429 Too Many Requests"),
           CannedServer::http(good, "302 Found", "Location: http://127.0.0.1:1/\r\n"),
           CannedServer::http(R"({"jsonrpc":"2.0","id":2,"result":1})"),
           std::string("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n") + good,
       }) {
    CannedServer server(text);
    const auto remote = endpoint(server.url());
    const auto answers = remote->call(kOne);
    ASSERT_FALSE(answers) << text;
    EXPECT_EQ(answers.error().code, Errc::unavailable);
    EXPECT_EQ(remote->health().failures, 1U);
    EXPECT_NE(remote->health().trouble, "");
  }
}

TEST(Endpoint, AnswersWithErrorStatusAreAnswersWhereTheQuestionWasAtFault) {
  CannedServer server(CannedServer::http(
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"x"}})", "400 Bad Request"));
  const auto answers = endpoint(server.url())->call(kOne);
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ(answers->front().error->code, -32601);
}

TEST(Endpoint, LeavesAFailingServerAlone) {
  CannedServer server(CannedServer::http("", "503 Busy", "Retry-After: 100\r\n"));
  const auto remote = endpoint(server.url(), {.max_retry_after = 150ms});
  EXPECT_FALSE(remote->call(kOne));
  const auto at_once = remote->call(kOne);
  ASSERT_FALSE(at_once);
  EXPECT_EQ(at_once.error().code, Errc::too_busy);
  EXPECT_EQ(server.requests().size(), 1U);
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(remote->call(kOne).error().code, Errc::unavailable);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(remote->health().failures, 2U);
}

/// A greeting that counts how often it was answered.
Greeting counting(int& count) {
  return {{.method = "who"}, [&count](const Answer& answer) -> Status {
            EXPECT_EQ(answer.result, "\"who\"");
            ++count;
            return {};
          }};
}

/// Answers, and says after every `last`-th answer that it closes the connection.
CannedServer::Reply closing_after(int last) {
  return [last, calls = 0](const std::string& request) mutable {
    std::string text = obedient(request);
    if (++calls % last == 0) text.insert(text.find("\r\n") + 2, "Connection: close\r\n");
    return text;
  };
}

TEST(Endpoint, GreetsEveryConnection) {
  CannedServer server(closing_after(3), true);
  int greeted = 0;
  const auto remote = endpoint(server.url(), {.greeting = counting(greeted)});
  EXPECT_TRUE(remote->call(kOne));
  EXPECT_TRUE(remote->call(kTwo));
  EXPECT_EQ(greeted, 1);
  EXPECT_TRUE(remote->call(kOne));
  EXPECT_EQ(greeted, 2);
}

TEST(Endpoint, GreetsInTheBatchWhereNoConnectionIsKept) {
  CannedServer server(closing_after(1), true);
  int greeted = 0;
  const auto remote = endpoint(server.url(), {.greeting = counting(greeted)});
  const auto answers = remote->call(kOne);
  ASSERT_TRUE(answers) << answers.error().message;
  ASSERT_EQ(answers->size(), 1U);
  EXPECT_EQ(answers->front().result, "\"m\"");
  EXPECT_EQ(greeted, 2);
}

TEST(Endpoint, BelievesNobodyWhoGreetsWrongly) {
  CannedServer server(obedient, true);
  const auto remote =
      endpoint(server.url(), {.greeting = Greeting{{.method = "who"}, [](const Answer&) -> Status {
                                                     return invalid_argument("another chain");
                                                   }}});
  const auto answers = remote->call(kOne);
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().code, Errc::invalid_argument);
  EXPECT_NE(answers.error().message.find("another chain"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 1U) << "the call itself was not sent";
}

TEST(Endpoint, GivesUpInTime) {
  CannedServer server([](const std::string&) {
    std::this_thread::sleep_for(400ms);
    return std::string();
  });
  const auto remote = endpoint(server.url(), {.call_timeout = 50ms});
  const auto answers = remote->call(kOne);
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().code, Errc::unavailable);
}

TEST(Endpoint, StopEndsTheCallThatIsUnderWay) {
  CannedServer server([](const std::string&) {
    std::this_thread::sleep_for(500ms);
    return std::string();
  });
  const auto remote = endpoint(server.url(), {.call_timeout = 600s});
  std::jthread stopper([&] {
    while (server.requests().empty()) std::this_thread::sleep_for(1ms);
    remote->stop();
  });
  EXPECT_EQ(remote->call(kOne).error().code, Errc::unavailable);
  std::this_thread::sleep_for(3ms);
  EXPECT_FALSE(remote->call(kOne));
}

}  // namespace
}  // namespace kedge::rpc
