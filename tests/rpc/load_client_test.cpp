// SPDX-License-Identifier: Apache-2.0
#include "rpc/load_client.hpp"

#include <set>

#include "rpc/load_answer.hpp"
#include "server_fixture.hpp"

namespace kedge::rpc::test {
namespace {

class LoadClient : public ServerTest {
 protected:
  LoadOptions load(std::size_t connections, std::uint64_t requests) {
    LoadOptions options;
    options.port = port();
    options.connections = connections;
    options.seconds = 30;
    options.max_requests = requests;
    options.body_start = R"({"jsonrpc":"2.0","id":1,"result":)";
    return options;
  }
};

TEST_F(LoadClient, EveryRequestIsMadeOnceAndAnswered) {
  start();
  std::multiset<std::uint64_t> numbers;
  std::set<std::size_t> connections;
  const auto result =
      run_load(load(7, 500), [&](std::size_t connection, std::uint64_t number, std::string& text) {
        numbers.insert(number);
        connections.insert(connection);
        text = call("echo", "{\"n\":" + std::to_string(number) + "}");
      });
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->requests, 500U);
  EXPECT_EQ(result->answers, 500U);
  EXPECT_EQ(result->latencies.count(), 500U);
  EXPECT_EQ(result->refused, 0U);
  EXPECT_EQ(numbers.size(), 500U);
  EXPECT_EQ(numbers.count(0), 1U);
  EXPECT_EQ(numbers.count(499), 1U);
  EXPECT_EQ(connections.size(), 7U);
  EXPECT_GT(result->seconds, 0);
}

TEST_F(LoadClient, AnswersAndRequestsLargerThanAnyBufferAreWhole) {
  start();
  const std::string large = "\"" + std::string(3 << 20, 'y') + "\"";
  const auto result =
      run_load(load(2, 4), [&](std::size_t, std::uint64_t number, std::string& text) {
        text = number % 2 == 0 ? call("large") : call("echo", "{\"a\":" + large + "}");
      });
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->answers, 4U);
  EXPECT_GT(result->body_bytes, std::uint64_t{8} << 20U);
}

TEST_F(LoadClient, TimeIsCountedFromWhenARequestWasDue) {
  start();
  LoadOptions options = load(1, 3);
  options.rate = 1'000;
  const auto result =
      run_load(options, [](std::size_t, std::uint64_t, std::string& text) { text = call("slow"); });
  ASSERT_TRUE(result) << result.error().message;
  // Of 200 ms each on one connection, the third has waited for the two before it.
  EXPECT_GE(result->latencies.max_ms(), 590);
  EXPECT_GE(result->longest_gap_ms, 199);
}

TEST_F(LoadClient, ARateIsNotExceeded) {
  start();
  LoadOptions options = load(4, 20);
  options.rate = 100;
  const auto begin = std::chrono::steady_clock::now();
  const auto result =
      run_load(options, [](std::size_t, std::uint64_t, std::string& text) { text = call("echo"); });
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->answers, 20U);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(190));
}

TEST_F(LoadClient, AnErrorOfTheServerEndsTheLoadAndIsShown) {
  start();
  const auto result = run_load(
      load(3, 100), [](std::size_t, std::uint64_t, std::string& text) { text = call("missing"); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unavailable);
  EXPECT_NE(result.error().message.find("no such thing"), std::string::npos);
}

TEST_F(LoadClient, AServerThatIsNotThereIsSaid) {
  LoadOptions options;
  options.port = 1;
  const auto result = run_load(options, [](std::size_t, std::uint64_t, std::string&) {});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("cannot connect"), std::string::npos);
}

TEST(LoadAnswer, HeadsAreReadAndOthersRefused) {
  bool broken = false;
  const std::string text = "HTTP/1.1 503 Busy\r\nA: b\r\ncOnTent-LENGTH: 42\r\nC: d\r\n\r\nbody";
  const auto head = read_load_answer_head(text, broken);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 503U);
  EXPECT_EQ(head->content_length, 42U);
  EXPECT_EQ(head->size, text.size() - 4);
  for (std::size_t size = 0; size < head->size; ++size) {
    EXPECT_FALSE(read_load_answer_head(std::string_view(text).substr(0, size), broken));
    EXPECT_FALSE(broken) << size;
  }
  for (const char* bad : {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nX-Content-Length: 1\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                          "HTTP/1.1 abc\r\nContent-Length: 1\r\n\r\n", "\r\n\r\n"}) {
    EXPECT_FALSE(read_load_answer_head(bad, broken));
    EXPECT_TRUE(broken) << bad;
  }
  EXPECT_FALSE(read_load_answer_head(std::string(20'000, 'x'), broken));
  EXPECT_TRUE(broken);
}

}  // namespace
}  // namespace kedge::rpc::test
