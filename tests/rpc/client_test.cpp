// SPDX-License-Identifier: Apache-2.0
#include "rpc/client.hpp"

#include <thread>

#include "canned_server.hpp"
#include "server_fixture.hpp"

namespace kedge::rpc {
namespace {

class ClientTest : public test::ServerTest {
 protected:
  Client connect(ClientOptions options = {}) {
    auto client = Client::connect("http://127.0.0.1:" + std::to_string(port()), std::move(options));
    EXPECT_TRUE(client) << client.error().message;
    return std::move(*client);
  }
};

TEST_F(ClientTest, CallsAndGets) {
  routes_ = {{.path = "/x", .dispatch = Dispatch::inline_, .handler = [](const HttpRequest& r) {
                HttpResponse response;
                response.body =
                    r.query + std::string(find_header(r.headers, "Accept").value_or(""));
                return response;
              }}};
  start();
  Client client = connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.call("later", R"({"a": [1]})");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, R"({"a": [1]})");
  }
  const auto got = client.get("/x?q", {{"Accept", "z"}});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "qz");
  EXPECT_EQ(got->content_type, "application/json");
  EXPECT_EQ(client.get("/nothing")->status, 404U);
  EXPECT_EQ(client.get("no path").error().code, Errc::invalid_argument);
  EXPECT_EQ(client.get("/a\r\nX: y").error().code, Errc::invalid_argument);
  EXPECT_EQ(client.call("large", "{}")->size(), (std::size_t{1} << 20) + 2);
}

TEST_F(ClientTest, CarriesTheServersErrors) {
  start();
  Client client = connect();
  const auto refused = client.call("refuse", "{}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_EQ(refused.error().field, "items[3].digest");
  EXPECT_EQ(refused.error().message, "expected something else");
  ASSERT_TRUE(client.server_error());
  EXPECT_EQ(client.server_error()->code, -32602);
  EXPECT_EQ(client.server_error()->data,
            R"({"field":"items[3].digest","expected":"expected something else"})");
  EXPECT_EQ(client.call("missing", "{}").error().code, Errc::not_found);
  EXPECT_EQ(client.call("busy", "{}").error().code, Errc::too_busy);
  EXPECT_EQ(client.call("who", "{}").error().code, Errc::unauthorized);
  EXPECT_EQ(client.call("nothing", "{}").error().message, "unknown method: nothing");
  EXPECT_EQ(client.call("broken", "{}").error().code, Errc::internal);
  EXPECT_EQ(client.call("echo", "{").error().code, Errc::invalid_argument);
  EXPECT_TRUE(client.call("echo", "{}"));
  EXPECT_FALSE(client.server_error());
  Client writer = connect({.token = "issuer"});
  EXPECT_EQ(*writer.call("who", "{}"), "\"did:example:a\"");
}

TEST_F(ClientTest, ConnectsAgainWhenTheServerHasClosed) {
  options_.limits.idle_timeout = std::chrono::milliseconds(50);
  start();
  Client client = connect();
  EXPECT_TRUE(client.call("echo", "{}"));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(client.call("echo", "{}"));
}

TEST_F(ClientTest, GivesUpInTime) {
  start();
  Client client = connect({.request_timeout = std::chrono::milliseconds(100)});
  const auto late = client.call("held", "{}");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::unavailable);
  EXPECT_TRUE(client.call("echo", "{}"));
  table_.release();
}

TEST_F(ClientTest, BoundsAnswers) {
  start();
  Client client = connect({.max_response_bytes = 1000});
  EXPECT_EQ(client.call("large", "{}").error().code, Errc::unavailable);
  EXPECT_TRUE(client.call("echo", "{}"));
}

TEST_F(ClientTest, SaysWhatIsWrongWithTheAddress) {
  start();
  const std::uint16_t old_port = port();
  server_->stop();
  EXPECT_EQ(Client::connect("http://127.0.0.1:" + std::to_string(old_port)).error().code,
            Errc::unavailable);
  EXPECT_EQ(Client::connect("ftp://x").error().code, Errc::invalid_argument);
  EXPECT_EQ(Client::connect("http://x", {.token = "a\r\nb"}).error().field, "token");
}

TEST(ClientAgainstOthers, TakesNothingThatIsNotAnAnswer) {
  const auto http = [](const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  for (const std::string& text :
       {std::string(), std::string("hello"), http(""), http("[]"), http("{}"),
        http(R"({"jsonrpc":"2.0","id":7,"result":1})"), http(R"({"jsonrpc":"2.0","id":1})"),
        http(R"({"jsonrpc":"2.0","id":1,"result":1,"result":2})"), http(std::string(200'000, '[')),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")}) {
    test::CannedServer server(text);
    auto client = Client::connect(server.url());
    ASSERT_TRUE(client) << client.error().message;
    const auto answer = client->call("m", "{}");
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().code, Errc::unavailable);
  }
  test::CannedServer server(http(R"({"jsonrpc":"2.0","id":1,"result":1})"));
  auto client = Client::connect(server.url());
  ASSERT_TRUE(client);
  EXPECT_EQ(*client->call("m", "{}"), "1");
}

}  // namespace
}  // namespace kedge::rpc
