// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include "rpc/dispatcher.hpp"
#include "test_table.hpp"
#include "tests/support/waiting_client.hpp"

namespace kedge::rpc {
namespace {

/// JSON text in, `<status> <JSON text>` out.
class DispatchTest : public ::testing::Test {
 protected:
  std::string run(const std::string& body, const std::string& authorization = {}) {
    WorkerPool workers(2, limits_.max_queued_jobs);
    const Dispatcher dispatcher(table_.methods, authorizer_, limits_, workers, observer_);
    const HttpResponse answer =
        kedge::test::WaitingClient::send(dispatcher, body, authorization).get();
    EXPECT_EQ(answer.status == 503, find_header(answer.headers, "Retry-After").has_value());
    return std::to_string(answer.status) + " " + answer.body;
  }

  static std::string call(const std::string& method, const std::string& params = "{}") {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
  }

  static std::string result(const std::string& json) {
    return R"({"jsonrpc":"2.0","id":1,"result":)" + json + "}";
  }

  static std::string error(int code, const std::string& message, const std::string& data = {}) {
    return R"({"jsonrpc":"2.0","id":1,"error":{"code":)" + std::to_string(code) +
           R"(,"message":")" + message + "\"" + (data.empty() ? "" : ",\"data\":" + data) + "}}";
  }

  Limits limits_;
  test::TestAuthorizer authorizer_;
  test::RecordingObserver observer_;
  test::TestTable table_;
};

TEST_F(DispatchTest, AnswersFromEveryDispatch) {
  for (const char* method : {"echo", "echo_worker", "later", "written_later", "now"}) {
    EXPECT_EQ(run(call(method, R"({"a": 1})")), "200 " + result(R"({"a": 1})")) << method;
    EXPECT_EQ(observer_.calls(std::string(method) + " 0"), 1);
  }
  EXPECT_EQ(run(R"({"jsonrpc":"2.0","id":1,"method":"echo"})"), "200 " + result("{}"));
}

TEST_F(DispatchTest, SaysWhatWentWrong) {
  EXPECT_EQ(run(call("nothing")), "200 " + error(-32601, "unknown method: nothing"));
  EXPECT_EQ(run(call("refuse")),
            "200 " + error(-32602, "invalid params: items[3].digest: expected something else",
                           R"({"field":"items[3].digest","expected":"expected something else"})"));
  EXPECT_EQ(run(call("missing")), "200 " + error(-32001, "no such thing"));
  EXPECT_EQ(run(call("busy")), "503 " + error(-32005, "the queue is full", R"({"retry_after":1})"));
  EXPECT_EQ(observer_.calls(" -32601"), 1);
  EXPECT_EQ(observer_.calls("refuse -32602"), 1);
  EXPECT_TRUE(run("{").starts_with(
      R"(400 {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error: )"));
  EXPECT_TRUE(run(R"({"jsonrpc":"2.0","id":1})").starts_with("400 "));
}

TEST_F(DispatchTest, TellsTheLogAndNotTheCallerWhatIsBroken) {
  for (const char* method : {"broken", "throws", "dropped", "deferred_throws"}) {
    EXPECT_EQ(run(call(method)), "500 " + error(-32603, "internal error")) << method;
  }
  const std::vector<std::string> faults = observer_.faults();
  EXPECT_NE(std::ranges::find(faults, "broken: row 7 of a secret file"), faults.end());
  EXPECT_NE(std::ranges::find(faults, "throws: a secret exception"), faults.end());
  EXPECT_NE(std::ranges::find(faults, "deferred_throws: a secret exception"), faults.end());
}

TEST_F(DispatchTest, LetsInWhoMay) {
  const std::string refused = "401 " + error(-32003, "unauthorized");
  EXPECT_EQ(run(call("who")), refused);
  EXPECT_EQ(run(call("who"), "Bearer wrong"), refused);
  EXPECT_EQ(run(call("who"), "Bearer issuer"), "200 " + result("\"did:example:a\""));
  EXPECT_EQ(run(call("who"), "Bearer admin"), "200 " + result("\"did:example:a\""));
  EXPECT_EQ(run(call("admin"), "Bearer issuer"),
            "403 " + error(-32004, "forbidden: for operators"));
  EXPECT_EQ(run(call("admin"), "Bearer admin"), "200 " + result("\"did:example:a\""));
  EXPECT_EQ(run(call("echo"), "Bearer wrong"), "200 " + result("{}"));
}

TEST_F(DispatchTest, GivesNotificationsNothingButAStatus) {
  EXPECT_EQ(run(R"({"jsonrpc":"2.0","method":"echo"})"), "204 ");
  EXPECT_EQ(run(R"({"jsonrpc":"2.0","method":"later"})"), "204 ");
  EXPECT_EQ(run(R"({"jsonrpc":"2.0","method":"nothing"})"), "204 ");
  EXPECT_EQ(run(R"({"jsonrpc":"2.0","method":"who"})"), "401 ");
  EXPECT_EQ(run(R"({"jsonrpc":"2.0","method":"busy"})"), "503 ");
}

TEST_F(DispatchTest, AnswersBatchesInOrder) {
  EXPECT_EQ(run("[" + call("echo", "{\"n\":1}") + "," + call("written_later", "{\"n\":2}") +
                R"(,{"jsonrpc":"2.0","method":"echo"},5,)" + call("who") + "," +
                call("echo_worker", "{\"n\":3}") + "]"),
            "200 [" + result("{\"n\":1}") + "," + result("{\"n\":2}") + "," +
                R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,)" +
                R"("message":"invalid request: [3]: expected a request object",)" +
                R"("data":{"field":"[3]","expected":"expected a request object"}}},)" +
                error(-32003, "unauthorized") + "," + result("{\"n\":3}") + "]");
  EXPECT_EQ(run(R"([{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"later"}])"),
            "204 ");
}

TEST_F(DispatchTest, BoundsBatches) {
  limits_.max_batch_entries = 2;
  EXPECT_TRUE(run("[1,2,3]").starts_with("400 ")) << run("[1,2,3]");
  limits_.max_batch_entries = 10;
  limits_.max_batch_answer_bytes = 1 << 20;
  const std::string answer =
      run("[" + call("large") + "," + call("large") + "," + call("large") + "]");
  EXPECT_LT(answer.size(), (std::size_t{2} << 20) + 1000);
  EXPECT_TRUE(answer.ends_with(
      "," + error(-32005, "the answer to this batch is too large", R"({"retry_after":1})") + "]"));
}

TEST_F(DispatchTest, CountsWhatIsNotWrittenYetTowardsTheBoundOfABatch) {
  limits_.max_batch_answer_bytes = 10;
  const std::string body = "[" + call("now_written", R"({"n":12345})") + "," + call("echo") + "]";
  EXPECT_EQ(run(body),
            "200 [" + result(R"({"n":12345})") + "," +
                error(-32005, "the answer to this batch is too large", R"({"retry_after":1})") +
                "]");
}

TEST_F(DispatchTest, BoundsDepth) {
  limits_.max_json_depth = 3;
  EXPECT_EQ(run(call("echo", "[[1]]")), "200 " + result("[[1]]"));
  EXPECT_TRUE(run(call("echo", "[[[1]]]")).starts_with("400 "));
}

TEST_F(DispatchTest, ParsesLargeBodiesOnAWorker) {
  limits_.max_inline_body_bytes = 10;
  EXPECT_EQ(run(call("echo")), "200 " + result("{}"));
  EXPECT_EQ(run(call("later")), "200 " + result("{}"));
  limits_.max_queued_jobs = 0;
  EXPECT_EQ(run(call("echo")).substr(0, 4), "503 ");
}

TEST_F(DispatchTest, SaysSoWhenNoWorkerIsToBeHad) {
  limits_.max_queued_jobs = 0;
  EXPECT_EQ(run(call("echo")), "200 " + result("{}"));
  const std::string busy = "too many requests are waiting; retry later";
  EXPECT_EQ(run(call("echo_worker")), "503 " + error(-32005, busy, R"({"retry_after":1})"));
  EXPECT_EQ(run("[" + call("echo") + "]").substr(0, 4), "503 ");
}

TEST(MethodTable, RefusesTwoOfOneNameAndTheWrongHandler) {
  MethodTable table;
  const Handler handler = [](std::string_view, const Caller&, std::string&) { return Status(); };
  table.add({.name = "a", .handler = handler});
  EXPECT_THROW(table.add({.name = "a", .handler = handler}), std::logic_error);
  EXPECT_THROW(table.add({.name = "b"}), std::logic_error);
  EXPECT_THROW(table.add({.name = "c", .dispatch = Dispatch::deferred, .handler = handler}),
               std::logic_error);
  EXPECT_NE(table.find("a"), nullptr);
  EXPECT_EQ(table.find("b"), nullptr);
}

TEST(Reply, AnswersOnceAndNeverNot) {
  struct Answers final : Reply::Sink {
    void settle(std::size_t call, Result<CallResult> result) override {
      all.push_back(std::to_string(call) + " " +
                    (result ? std::get<std::string>(*result) : result.error().message));
    }
    std::vector<std::string> all;
  };
  const auto sink = std::make_shared<Answers>();
  {
    Reply a(sink, 0);
    Reply b(std::move(a));
    b.ok("1");
    EXPECT_THROW(b.ok("2"), std::logic_error);
  }
  { Reply c(sink, 1); }
  {
    Reply d(sink, 2);
    Reply e(sink, 3);
    e = std::move(d);
    e.fail({Errc::not_found, "3"});
  }
  const std::vector<std::string> expected = {"0 1", "1 a call was dropped unanswered",
                                             "3 a call was dropped unanswered", "2 3"};
  EXPECT_EQ(sink->all, expected);
}

}  // namespace
}  // namespace kedge::rpc
