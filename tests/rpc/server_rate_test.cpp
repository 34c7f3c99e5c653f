// SPDX-License-Identifier: Apache-2.0
#include "rpc/json_text.hpp"
#include "server_fixture.hpp"

namespace kedge::rpc {
namespace {

using test::RawConnection;

class ServerRateTest : public test::ServerTest {
 protected:
  ServerRateTest() {
    options_.rates.client = {.rate = 1, .burst = 3};
    options_.rates.token = {.rate = 1, .burst = 10};
    routes_.push_back(
        {.path = "/thing", .dispatch = Dispatch::inline_, .handler = [](const HttpRequest&) {
           return HttpResponse{.body = "{}", .headers = {}};
         }});
    table_.methods.add(
        {.name = "store",
         .access = Access::issuer,
         .dispatch = Dispatch::worker,
         .handler =
             [this](std::string_view, const Caller&, std::string& out) {
               ++stored_;
               out.append("1");
               return Status();
             },
         .cost = [](std::string_view params) { return count_elements(params, "items"); }});
  }

  std::string store(int items, const std::string& token) {
    std::string list;
    for (int i = 0; i < items; ++i) list += (list.empty() ? "" : ",") + std::to_string(i);
    return post(body("store", R"({"items":[)" + list + "]}"),
                "Authorization: Bearer " + token + "\r\n");
  }

  static std::string limited(const std::string& id, int seconds) {
    return R"(429 {"jsonrpc":"2.0","id":)" + id +
           R"(,"error":{"code":-32005,"message":)"
           R"("too many items were asked for; retry later","data":{"retry_after":)" +
           std::to_string(seconds) + "}}}";
  }

  std::atomic<int> stored_ = 0;
};

TEST_F(ServerRateTest, LimitsWhoeverIsNotKnown) {
  start();
  RawConnection connection(port());
  for (int left = 2; left >= 0; --left) {
    connection.send(call("echo"));
    EXPECT_EQ(connection.answer(), result("{}"));
    EXPECT_TRUE(connection.has_line("RateLimit-Policy: \"client\";q=3;w=3"));
    EXPECT_TRUE(connection.has_line("RateLimit: \"client\";r=" + std::to_string(left) +
                                    ";t=" + std::to_string(3 - left)));
  }
  connection.send(call("echo"));
  EXPECT_EQ(connection.answer(), limited("null", 1)) << "not even looked at";
  EXPECT_TRUE(connection.has_line("Retry-After: 1"));
  EXPECT_TRUE(connection.has_line("RateLimit: \"client\";r=0;t=3"));

  RawConnection another(port());
  another.send(get("/thing"));
  EXPECT_EQ(another.answer(),
            "429 {\"type\":\"about:blank\",\"title\":\"Too Many Requests\",\"status\":429,"
            "\"detail\":\"too many requests; retry later\"}\n")
      << "the same client on another connection and another way";
  EXPECT_TRUE(another.has_line("Retry-After: 1"));
}

TEST_F(ServerRateTest, CountsItemsAndNotRequests) {
  start();
  RawConnection connection(port());
  connection.send(store(7, "issuer"));
  EXPECT_EQ(connection.answer(), result("1"));
  EXPECT_TRUE(connection.has_line("RateLimit: \"token\";r=3;t=7"));
  connection.send(store(5, "issuer"));
  EXPECT_EQ(connection.answer(), limited("1", 2));
  EXPECT_EQ(stored_, 1) << "what is refused is not done";
  connection.send(store(3, "issuer"));
  EXPECT_EQ(connection.answer(), result("1"));
  // Each token has its own bucket, and none of them is the client's.
  connection.send(store(7, "admin"));
  EXPECT_EQ(connection.answer(), result("1"));
  connection.send(call("echo"));
  EXPECT_EQ(connection.answer(), result("{}"));
}

TEST_F(ServerRateTest, MakesGuessersPay) {
  start();
  RawConnection connection(port());
  for (int i = 0; i < 3; ++i) {
    connection.send(store(1, "guess"));
    EXPECT_EQ(connection.answer().substr(0, 3), "401");
  }
  connection.send(store(1, "guess"));
  EXPECT_EQ(connection.answer().substr(0, 3), "429");
}

TEST_F(ServerRateTest, ChargesWhatIsWrongToo) {
  start();
  RawConnection connection(port());
  connection.send(post("{"));
  EXPECT_EQ(connection.answer().substr(0, 3), "400");
  connection.send(get("/nothing"));
  EXPECT_EQ(connection.answer().substr(0, 3), "404");
  connection.send(call("nothing"));
  EXPECT_EQ(connection.answer().substr(0, 3), "200");
  connection.send(call("nothing"));
  EXPECT_EQ(connection.answer().substr(0, 3), "429");
}

TEST_F(ServerRateTest, ChargesEveryCallOfABatch) {
  start();
  RawConnection connection(port());
  std::string batch = "[";
  for (int i = 1; i <= 5; ++i) {
    batch += (i == 1 ? "" : ",") + std::string(R"({"jsonrpc":"2.0","id":)") + std::to_string(i) +
             R"(,"method":"echo"})";
  }
  connection.send(post(batch + "]"));
  const std::string answer = connection.answer();
  EXPECT_TRUE(answer.starts_with("200 [")) << answer;
  std::size_t refused = 0;
  for (std::size_t at = answer.find("-32005"); at != std::string::npos;
       at = answer.find("-32005", at + 1)) {
    ++refused;
  }
  EXPECT_EQ(refused, 2U) << answer;
}

TEST_F(ServerRateTest, LooksBehindTrustedProxies) {
  const std::vector<std::string> loopback = {"127.0.0.0/8"};
  options_.rates.exempt = *NetworkList::parse(loopback);
  options_.rates.proxies.trusted = *NetworkList::parse(loopback);
  options_.limits.max_connections_per_address = 1;
  start();
  RawConnection proxy(port());
  const auto from = [&](RawConnection& connection, const std::string& client) {
    connection.send(post(body("echo"), "X-Forwarded-For: 127.0.0.1, " + client + "\r\n"));
    return connection.answer().substr(0, 3);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(from(proxy, "192.0.2.1"), "200");
  EXPECT_EQ(from(proxy, "192.0.2.1"), "429");
  EXPECT_EQ(from(proxy, "192.0.2.2"), "200") << "another client on the proxy's connection";
  RawConnection second(port());
  EXPECT_EQ(from(second, "192.0.2.1"), "429") << "and a second connection of the proxy";
  EXPECT_EQ(from(second, "192.0.2.3"), "200");
}

TEST_F(ServerRateTest, LeavesTheExemptAlone) {
  const std::vector<std::string> loopback = {"127.0.0.0/8"};
  options_.rates.exempt = *NetworkList::parse(loopback);
  start();
  RawConnection connection(port());
  for (int i = 0; i < 50; ++i) {
    connection.send(call("echo"));
    EXPECT_EQ(connection.answer(), result("{}"));
    EXPECT_FALSE(connection.has_line("RateLimit-Policy: \"client\";q=3;w=3"));
  }
}

}  // namespace
}  // namespace kedge::rpc
