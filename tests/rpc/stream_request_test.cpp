// SPDX-License-Identifier: Apache-2.0
#include "rpc/stream_request.hpp"

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

HeaderList good() {
  return {{"Host", "anchor.example:7410"},
          {"Connection", "keep-alive, Upgrade"},
          {"Upgrade", "websocket"},
          {"Sec-WebSocket-Version", "13"},
          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
}

HeaderList with(const std::string& name, const std::string& value) {
  HeaderList headers = good();
  std::erase_if(headers, [&](const auto& header) { return header.first == name; });
  if (!value.empty()) headers.emplace_back(name, value);
  return headers;
}

unsigned refusal(const HeaderList& headers, const std::vector<std::string>& allowed = {}) {
  const auto response = web_socket_refusal(headers, allowed);
  return response ? response->status : 0;
}

TEST(WebSocketRequest, IsRecognised) {
  EXPECT_TRUE(asks_for_web_socket(good()));
  EXPECT_TRUE(asks_for_web_socket(with("Upgrade", "h2c, WebSocket")));
  EXPECT_FALSE(asks_for_web_socket(with("Upgrade", "h2c")));
  EXPECT_FALSE(asks_for_web_socket(with("Upgrade", "")));
}

TEST(WebSocketRequest, IsRefusedIfItIsMalformed) {
  EXPECT_EQ(refusal(good()), 0U);
  EXPECT_EQ(refusal(with("Connection", "keep-alive")), 400U);
  EXPECT_EQ(refusal(with("Sec-WebSocket-Version", "8")), 426U);
  EXPECT_EQ(refusal(with("Sec-WebSocket-Version", "")), 426U);
  EXPECT_EQ(refusal(with("Sec-WebSocket-Key", "short")), 400U);
  EXPECT_EQ(refusal(with("Sec-WebSocket-Key", "")), 400U);
}

TEST(WebSocketRequest, IsRefusedToScriptsOfOtherPages) {
  EXPECT_EQ(refusal(with("Origin", "http://anchor.example:7410")), 0U);
  EXPECT_EQ(refusal(with("Origin", "https://Anchor.example:7410")), 0U) << "a proxy had the TLS";
  for (const char* other :
       {"http://anchor.example", "https://evil.example", "null", "http://anchor.example:7410.evil",
        "anchor.example:7410", "http://evil.example/anchor.example:7410"}) {
    EXPECT_EQ(refusal(with("Origin", other)), 403U) << other;
  }
  EXPECT_EQ(refusal(with("Origin", "https://app.example"), {"https://app.example"}), 0U);
  EXPECT_EQ(refusal(with("Origin", "http://app.example"), {"https://app.example"}), 403U);
}

class StreamRequestTest : public testing::Test {
 protected:
  StreamRequestTest() {
    hub_.add({.name = "plain"});
    hub_.add({.name = "other"});
    hub_.add({.name = "keyed", .key = "what"});
  }

  std::string read(const std::string& query, const HeaderList& headers = {}) {
    const auto request = read_stream_request(hub_, query, headers, 2);
    if (!request) return request.error().field + ": " + request.error().message;
    std::string out;
    for (const Topic& topic : request->topics) out += topic.name() + " ";
    if (request->last) out += std::to_string(*request->last);
    return out;
  }

  Hub hub_;
};

TEST_F(StreamRequestTest, ReadsTopicsAndTheirKeys) {
  EXPECT_EQ(read("topics=plain"), "plain: ");
  EXPECT_EQ(read("topics=plain,keyed&what=a%2Cb"), "plain: keyed:a,b ");
  EXPECT_EQ(read("topics=plain,%20plain,other"), "plain: other: ");
  EXPECT_EQ(read("topics=plain", {{"Last-Event-ID", "41"}}), "plain: 41");
  EXPECT_EQ(read("topics=plain", {{"Last-Event-ID", "another server's"}}), "plain: ");
}

TEST_F(StreamRequestTest, SaysWhatIsWrong) {
  const std::string list = R"(topics: expected a list of "keyed", "other", "plain")";
  EXPECT_EQ(read(""), list);
  EXPECT_EQ(read("topics="), list);
  EXPECT_EQ(read("topics=plain,"), list);
  EXPECT_EQ(read("topics=nothing"), list);
  EXPECT_EQ(read("topics=keyed"), R"(what: expected with the topic "keyed")");
  EXPECT_EQ(read("topics=plain&what=a"), "what: unknown parameter");
  EXPECT_EQ(read("topics=plain,other,keyed&what=a"), "topics: expected at most 2");
  EXPECT_EQ(read("topics=plain&topics=other"), "query: 'topics' comes twice");
}

}  // namespace
}  // namespace kedge::rpc
