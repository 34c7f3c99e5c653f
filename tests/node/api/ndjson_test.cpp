// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "node/anchoring/submission.hpp"
#include "node/api/ndjson_submit.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class NdjsonTest : public ApiTest {
 protected:
  rpc::HttpResponse stream(const std::string& body, const std::string& query = {},
                           const std::string& token = kCookie) {
    return visit("POST", "/v1/anchors" + query, body,
                 {{"Content-Type", "application/x-ndjson"}, {"Authorization", "Bearer " + token}});
  }
  static std::vector<json> lines(const rpc::HttpResponse& response) {
    EXPECT_EQ(response.status, 200U) << response.body;
    EXPECT_EQ(response.content_type, node::kNdjsonType);
    std::vector<json> out;
    std::istringstream text(response.body);
    for (std::string line; std::getline(text, line);) out.push_back(json::parse(line));
    return out;
  }
};

TEST_F(NdjsonTest, AnswersALineForALine) {
  const std::string body = item(1).dump() + "\n\n" + item(2).dump() + "\r\n  \n" +
                           R"({"profile":"bytes","content":"JVBERi0xLjcK"})" + "\n" +
                           item(1).dump();
  const std::vector<json> answers = lines(stream(body));
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0], json({{"line", 1},
                              {"digest", digest(1)},
                              {"position", 0},
                              {"state", "accepted"},
                              {"duplicate", false}}));
  EXPECT_EQ(answers[1]["line"], 3);
  EXPECT_EQ(answers[1]["position"], 1);
  EXPECT_EQ(answers[2]["line"], 5);
  EXPECT_EQ(answers[3]["line"], 6);
  EXPECT_EQ(answers[3]["position"], 0);
  EXPECT_EQ(answers[3]["duplicate"], true);
}

TEST_F(NdjsonTest, ABadLineKeepsNoOtherFromBeingStored) {
  const std::string body = item(1).dump() + "\n" + R"({"profile":"jws","digest":"00"})" +
                           "\n{\n7\n" + R"({"profile":"jws","digest":")" + digest(2) +
                           R"(","x":1})" + "\n" + item(3).dump() + "," + item(4).dump() + "\n" +
                           item(5).dump() + "\n";
  const std::vector<json> answers = lines(stream(body));
  ASSERT_EQ(answers.size(), 7U);
  EXPECT_EQ(answers[0]["position"], 0);
  EXPECT_EQ(answers[6]["position"], 1);
  EXPECT_EQ(answers[1]["error"]["field"], "digest");
  EXPECT_EQ(answers[1]["error"]["status"], 400);
  EXPECT_EQ(answers[1]["error"]["expected"], "expected 64 lower-case hex characters");
  EXPECT_EQ(answers[3]["error"]["expected"], "expected an object");
  EXPECT_EQ(answers[4]["error"]["field"], "x");
  for (const int line : {2, 5})
    EXPECT_EQ(answers[static_cast<std::size_t>(line)]["line"], line + 1);
  EXPECT_FALSE(answers[5].contains("position"));
  EXPECT_EQ(refusal("anchor_get", {{"digest", digest(3)}}).substr(0, 6), "-32001");
  EXPECT_EQ(call("anchor_get", {{"digest", digest(5)}})["credentials"].size(), 1U);
}

TEST_F(NdjsonTest, TakesMoreThanOneCallDoes) {
  std::string body;
  const std::size_t count = 2 * node::kMaxSubmitItems + 5;
  for (std::size_t i = 0; i < count; ++i) {
    body += i == 7 ? std::string("?\n") : item(i).dump() + "\n";
  }
  const std::vector<json> answers = lines(stream(body));
  ASSERT_EQ(answers.size(), count);
  EXPECT_TRUE(answers[7].contains("error"));
  std::set<std::uint64_t> positions;
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(answers[i]["line"], i + 1);
    if (i == 7) continue;
    EXPECT_EQ(answers[i]["digest"], digest(i));
    positions.insert(answers[i]["position"].get<std::uint64_t>());
  }
  EXPECT_EQ(positions.size(), count - 1);
  EXPECT_EQ(lines(stream(body))[count - 1]["duplicate"], true);
}

TEST_F(NdjsonTest, WaitsWhereItIsAsked) {
  const std::vector<json> answers = lines(stream(item(1).dump(), "?wait=sealed&timeout_ms=0"));
  EXPECT_EQ(answers.at(0)["state"], "accepted");
  EXPECT_EQ(stream(item(2).dump(), "?wait=soon").status, 400U);
  EXPECT_EQ(stream(item(2).dump(), "?timeout_ms=x").status, 400U);
  EXPECT_EQ(stream(item(2).dump(), "?timeout_ms=999999999").status, 400U);
  EXPECT_EQ(stream(item(2).dump(), "?x=1").status, 400U);
  EXPECT_EQ(refusal("anchor_get", {{"digest", digest(2)}}).substr(0, 6), "-32001");
}

TEST_F(NdjsonTest, RefusesStrangersAndTooManyLinesAsAWhole) {
  for (const std::string& body : {item(1).dump(), std::string("?\n"), std::string()}) {
    const rpc::HttpResponse refused = stream(body, {}, "wrong");
    EXPECT_EQ(refused.status, 401U) << body;
    EXPECT_EQ(refused.content_type, "application/problem+json");
  }
  EXPECT_TRUE(lines(stream("")).empty());
  std::string many;
  for (std::size_t i = 0; i <= node::kMaxNdjsonLines; ++i) many += "0\n";
  EXPECT_EQ(stream(many).status, 413U);
  EXPECT_EQ(lines(stream(many.substr(2))).size(), node::kMaxNdjsonLines);
}

}  // namespace
}  // namespace kedge::test
