// SPDX-License-Identifier: Apache-2.0
#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class AnchorSubmitTest : public ApiTest {
 protected:
  static std::string hash(std::string_view text) {
    return crypto::to_hex(crypto::sha256(as_bytes(text)));
  }

  /// Begins a call that waits, and does not return before it does.
  std::future<rpc::HttpResponse> begin_waiting(json params, const char* state) {
    params["wait"] = state;
    auto waiting = begin_call("anchor_submit", params);
    while (services().progress.waits() == 0 &&
           waiting.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    }
    return waiting;
  }
};

TEST_F(AnchorSubmitTest, AcceptsInOrderAndKnowsWhatItHas) {
  EXPECT_EQ(send(request("anchor_submit", items(0, 2)), "Bearer " + kCookie),
            R"(200 {"jsonrpc":"2.0","id":1,"result":{"items":[{"digest":")" + digest(0) +
                R"(","position":0,"state":"accepted","duplicate":false},{"digest":")" + digest(1) +
                R"(","position":1,"state":"accepted","duplicate":false}]}})");
  const json again = call("anchor_submit", {{"items", {item(1), item(2), item(2), item(0)}}});
  const auto row = [&](std::size_t i) {
    return std::pair(again["items"][i]["position"].get<int>(),
                     again["items"][i]["duplicate"].get<bool>());
  };
  EXPECT_EQ(row(0), std::pair(1, true));
  EXPECT_EQ(row(1), std::pair(2, false));
  EXPECT_EQ(row(2), std::pair(2, true));
  EXPECT_EQ(row(3), std::pair(0, true));
}

TEST_F(AnchorSubmitTest, HashesWhatItIsGiven) {
  const std::string token = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln";
  const std::string body =
      R"({"jsonrpc":"2.0","id":1,"method":"anchor_submit","params":{"items":[)"
      R"({"profile":"bytes","content":"aGVsbG8="},{"profile":"jws","credential":")" +
      token +
      R"("},{"profile":"jcs","credential":{"b":1,"a":"x","proof":{"z":0}}},)"
      R"({"credential":"{\"b\":1.0,\"a\":\"x\",\"proof\":{}}","profile":"jcs"},)"
      R"({"profile":"external","digest":")" +
      digest(9) +
      R"("},{"profile":"jcs","credential": { "n" : 1E1, "\u0061":"\u00e4" } , "digest":null}]}})";
  const json answer = json::parse(begin(body, "Bearer " + kCookie).get().body);
  const json& rows = answer["result"]["items"];
  ASSERT_EQ(rows.size(), 6U) << answer;
  EXPECT_EQ(rows[0]["digest"], hash("hello"));
  EXPECT_EQ(rows[1]["digest"], hash("eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ"));
  EXPECT_EQ(rows[2]["digest"], hash(R"({"a":"x","b":1})"));
  EXPECT_EQ(rows[3]["digest"], rows[2]["digest"]);
  EXPECT_EQ(rows[3]["duplicate"], true);
  EXPECT_EQ(rows[4]["digest"], digest(9));
  EXPECT_EQ(rows[5]["digest"], hash("{\"a\":\"\xC3\xA4\",\"n\":10}"));
}

TEST_F(AnchorSubmitTest, AnswersWhenAStateIsReached) {
  auto sealed = begin_waiting(items(0, 3), "sealed");
  call("anchor_seal");
  const json after_seal = json::parse(sealed.get().body)["result"]["items"];
  ASSERT_EQ(after_seal.size(), 3U);
  for (const json& row : after_seal) EXPECT_NE(row["state"], "accepted");
  for (const char* state : {"anchored", "final"}) {
    const std::uint64_t first = state[0] == 'a' ? 10 : 20;
    auto waiting = begin_waiting(items(first, 3), state);
    EXPECT_NE(waiting.wait_for(std::chrono::milliseconds(20)), std::future_status::ready);
    call("anchor_seal");
    const json rows = json::parse(waiting.get().body)["result"]["items"];
    ASSERT_EQ(rows.size(), 3U);
    for (const json& row : rows) EXPECT_TRUE(row["state"] == "final" || row["state"] == state);
  }
}

TEST_F(AnchorSubmitTest, AnswersAtOnceIfTheStateIsReachedAlready) {
  anchored(0, 2);
  json params = items(0, 2);
  params["wait"] = "final";
  const json answer = call("anchor_submit", params);
  EXPECT_EQ(answer["items"][1]["state"], "final");
  EXPECT_EQ(answer["items"][1]["duplicate"], true);
  EXPECT_EQ(call("anchor_submit", items(0, 1))["items"][0]["state"], "final");
}

TEST_F(AnchorSubmitTest, AnswersAtTheTimeoutWithTheStatesOfThen) {
  sequencer().hold_sealing("test", "so that nothing goes on");
  json params = items(0, 1);
  params["timeout_ms"] = 0;
  EXPECT_EQ(json::parse(begin_waiting(params, "sealed").get().body)["result"]["items"][0]["state"],
            "accepted");
  params = items(1, 1);
  params["timeout_ms"] = 120'000;
  auto waiting = begin_waiting(params, "final");
  clock_.advance(std::chrono::milliseconds(119'999));
  EXPECT_NE(waiting.wait_for(std::chrono::milliseconds(20)), std::future_status::ready);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(json::parse(waiting.get().body)["result"]["items"][0]["state"], "accepted");
}

TEST_F(AnchorSubmitTest, AnswersThoseWhoWaitWhenTheNodeStops) {
  auto waiting = begin_waiting(items(0, 1), "final");
  services().progress.stop();
  EXPECT_EQ(json::parse(waiting.get().body)["result"]["items"][0]["position"], 0);
}

TEST_F(AnchorSubmitTest, RefusesTheWholeCallForOneItem) {
  json params = items(0, 10'000);
  params["items"][4711]["digest"] = "ab";
  EXPECT_EQ(refusal("anchor_submit", params),
            "-32602 items[4711].digest: expected 64 lower-case hex characters");
  EXPECT_EQ(refusal("anchor_get", {{"digest", digest(0)}}).substr(0, 6), "-32001");
  EXPECT_EQ(call("anchor_submit", items(5, 1))["items"][0]["position"], 0);
}

TEST_F(AnchorSubmitTest, BoundsACall) {
  const std::string expected = "-32602 items: expected an array of 1 to 10000 items";
  EXPECT_EQ(refusal("anchor_submit", items(0, 0)), expected);
  EXPECT_EQ(refusal("anchor_submit", items(0, 10'001)), expected);
  EXPECT_EQ(call("anchor_submit", items(0, 10'000))["items"].size(), 10'000U);
}

TEST_F(AnchorSubmitTest, SaysSoWhenTheQueueIsFullOrTheNodeStops) {
  node::SequencerOptions options;
  options.queue_items = 4;
  restart(options);
  EXPECT_EQ(send(request("anchor_submit", items(0, 5)), "Bearer " + kCookie),
            R"(503 {"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"the queue is full",)"
            R"("data":{"retry_after":1}}})");
  EXPECT_EQ(call("anchor_submit", items(0, 4))["items"][0]["position"], 0);
  sequencer().stop();
  const std::string stopped = send(request("anchor_submit", items(9, 1)), "Bearer " + kCookie);
  EXPECT_TRUE(stopped.starts_with(R"(503 {"jsonrpc":"2.0","id":1,"error":{"code":-32005)"))
      << stopped;
  EXPECT_TRUE(send(request("anchor_seal", json::object()), "Bearer " + kCookie).starts_with("503"));
}

TEST_F(AnchorSubmitTest, SealsOnDemandAndOnlyIfThereIsSomething) {
  const json first = call("anchor_seal");
  EXPECT_EQ(first["sealed"], false);
  call("anchor_submit", items(0, 3));
  const json second = call("anchor_seal");
  EXPECT_EQ(second["sealed"], true);
  EXPECT_EQ(second["epoch"], first["epoch"].get<int>() + 1);
  EXPECT_EQ(second["size"], first["size"].get<int>() + 2);
  EXPECT_EQ(refusal("anchor_seal", {{"x", 1}}), "-32602 x: unknown field; expected none");
}

}  // namespace
}  // namespace kedge::test
