// SPDX-License-Identifier: Apache-2.0
#include "node/app/observer.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kedge::node {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class NodeObserverTest : public testing::Test {
 protected:
  NodeObserverTest() {
    const auto nothing = [](std::string_view, const rpc::Caller&, std::string&) {
      return Status();
    };
    table_.add({.name = "read", .handler = nothing});
    table_.add({.name = "wait",
                .dispatch = rpc::Dispatch::deferred,
                .deferred = [](std::string_view, const rpc::Caller&, rpc::Reply reply) {
                  reply.ok("1");
                }});
  }

  /// The lines that are written at this level for what `tell` tells.
  template <class Tell>
  std::vector<json> lines(const char* level, Tell tell) {
    testing::internal::CaptureStderr();
    {
      NodeLog log({.level = level, .format = "json"});
      CallCounts calls(table_);
      NodeObserver observer(
          {.log = log, .metrics = metrics_, .calls = calls, .methods = table_, .slow_call = 100ms});
      tell(observer);
    }
    std::istringstream text(testing::internal::GetCapturedStderr());
    std::vector<json> out;
    for (std::string line; std::getline(text, line);) out.push_back(json::parse(line));
    return out;
  }

  const rpc::RequestTag tag_{.series = 1, .number = 31, .given = "order-66", .trace = kTrace};
  rpc::MethodTable table_;
  Metrics metrics_;
};

TEST_F(NodeObserverTest, AFaultIsALineWithItsRequest) {
  const auto found = lines("info", [&](NodeObserver& observer) {
    observer.on_fault("read", {Errc::corrupt, "row 7 \"quoted\"\n"}, tag_);
    observer.on_fault("read", {Errc::corrupt, "of nobody"}, {});
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]["level"], "error");
  EXPECT_EQ(found[0]["method"], "read");
  EXPECT_EQ(found[0]["reason"], "row 7 \"quoted\"\n");
  EXPECT_EQ(found[0]["caller_request_id"], "order-66");
  EXPECT_EQ(found[0]["traceparent"], kTrace);
  const auto id = found[0]["request_id"].get<std::string>();
  EXPECT_TRUE(id.ends_with("-1-1f")) << id;
  EXPECT_FALSE(found[1].contains("request_id"));
  EXPECT_FALSE(found[1].contains("traceparent"));
}

TEST_F(NodeObserverTest, ASlowCallIsNamedUnlessItMayWait) {
  const auto found = lines("info", [&](NodeObserver& observer) {
    observer.on_call("read", 0, 100ms, tag_);
    observer.on_call("read", 0, 101ms, tag_);
    observer.on_call("wait", 0, 10s, tag_);
    observer.on_call({}, -32601, 10s, tag_);
  });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["level"], "warning");
  EXPECT_EQ(found[0]["ms"], "101");
  EXPECT_EQ(found[0]["traceparent"], kTrace);
}

TEST_F(NodeObserverTest, ManySlowCallsDoNotFillTheLog) {
  const auto found = lines("info", [&](NodeObserver& observer) {
    for (int i = 0; i < 10'000; ++i) observer.on_call("read", 0, 200ms, tag_);
  });
  EXPECT_GE(found.size(), NodeObserver::kSlowLines);
  // As many seconds as this may take on a busy machine.
  EXPECT_LE(found.size(), 60 * NodeObserver::kSlowLines);
}

TEST_F(NodeObserverTest, RefusalsAreForWhoeverDebugs) {
  const auto refusals = [&](NodeObserver& observer) {
    observer.on_call("read", -32003, 1ms, tag_);
    observer.on_response(401, tag_);
    observer.on_call("read", 0, 1ms, tag_);
    observer.on_response(200, tag_);
  };
  EXPECT_TRUE(lines("info", refusals).empty());
  const auto found = lines("debug", refusals);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]["code"], "-32003");
  EXPECT_EQ(found[1]["status"], "401");
  for (const json& line : found) EXPECT_EQ(line["caller_request_id"], "order-66");
}

}  // namespace
}  // namespace kedge::node
