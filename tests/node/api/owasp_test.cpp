// SPDX-License-Identifier: Apache-2.0
#include "rpc/server.hpp"
#include "tests/node/api/described_node.hpp"
#include "tests/rpc/raw_connection.hpp"

namespace kedge::test {
namespace {

/// The interface before the OWASP API Security Top 10 (2023), over real sockets. Who may do what
/// is tested with the tokens, what is described and served in described_test.cpp.
class OwaspTest : public DescribedNode {
 protected:
  OwaspTest() { serve({}); }
  ~OwaspTest() override { server_->stop(); }

  void serve(rpc::RateLimit of_a_token) {
    if (server_) server_->stop();
    rpc::ServerOptions options;
    options.limits.max_body_bytes = std::size_t{1} << 19;
    options.rates.token = of_a_token;
    auto started = rpc::Server::start(options, methods(), node::make_routes(services(), methods()),
                                      authorizer(), observer_);
    if (!started) throw std::runtime_error(started.error().message);
    server_ = *std::move(started);
  }

  /// `<status> <body>`.
  std::string ask(const std::string& method, const std::string& target,
                  const std::string& body = {}, const std::string& type = "application/json") {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                       kCookie + "\r\nOrigin: https://elsewhere.example\r\n";
    if (!body.empty()) {
      text +=
          "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    }
    connection_.emplace(server_->port());
    connection_->head_only(method == "HEAD");
    connection_->send(text + "\r\n" + body);
    return connection_->answer();
  }
  std::string status(const std::string& method, const std::string& target) {
    return ask(method, target).substr(0, 3);
  }
  bool has(const std::string& line) { return connection_->has_line(line); }
  static json problem(const std::string& answer) { return json::parse(answer.substr(4)); }

  rpc::Observer observer_;
  std::unique_ptr<rpc::Server> server_;
  std::optional<rpc::test::RawConnection> connection_;
};

/// API3: nobody sets a property that is not theirs to set, and nothing is answered beyond the
/// schema (DescribedServer).
TEST_F(OwaspTest, Api3TakesNoPropertyThatIsNotOfTheCall) {
  json call = items(40, 1);
  for (const char* property : {"issuer", "position", "state", "access", "salt"}) {
    json more = call;
    more[property] = "did:example:other";
    EXPECT_EQ(problem(ask("POST", "/v1/anchors", more.dump()))["field"], property);
    json inside = call;
    inside["items"][0][property] = 7;
    EXPECT_EQ(problem(ask("POST", "/v1/anchors", inside.dump()))["field"],
              "items[0]." + std::string(property));
  }
  const json change = {
      {"targets", json::array({digest(1)})}, {"value", "revoked"}, {"issuer", kOtherIssuer}};
  EXPECT_EQ(problem(ask("POST", "/v1/status", change.dump()))["field"], "issuer");
  EXPECT_EQ(json::parse(get("/v1/status/" + digest(1)).body)["value"], "valid");
}

/// API4: what is asked for has bounds, and they are named.
TEST_F(OwaspTest, Api4BoundsWhatACallMayAskFor) {
  json many = {{"items", json::array()}};
  for (int i = 0; i < 10'001; ++i) many["items"].push_back(item(1));
  const std::string refused = ask("POST", "/v1/anchors", many.dump());
  EXPECT_EQ(refused.substr(0, 3), "413") << "larger than the body may be here";
  EXPECT_TRUE(has("Content-Type: application/problem+json"));
  many["items"] = json::array();
  for (int i = 0; i < 10'001; ++i) many["items"].push_back(7);
  EXPECT_EQ(ask("POST", "/v1/anchors", many.dump()).substr(0, 3), "400");
  for (const std::string target :
       {"/v1/log/entries?start=0&count=10001", "/v1/batches/2/leaves?count=65537",
        "/v1/status/changes/4?count=10001", "/v1/ledgers/embedded/anchors?count=1001",
        "/v1/ledgers/embedded/anchors?count=101&records=true", "/v1/log/entries?start=0&count=0",
        "/v1/log/entries?start=99999999999999999999"}) {
    const std::string answer = ask("GET", target);
    EXPECT_EQ(answer.substr(0, 3), "400") << target;
    EXPECT_NE(problem(answer).value("field", ""), "") << target;
  }
  const std::string deep = "{\"items\":" + std::string(100'000, '[') + "}";
  EXPECT_EQ(ask("POST", "/v1/anchors", deep).substr(0, 3), "400");
  EXPECT_EQ(ask("POST", "/v1/anchors", deep + "\n" + deep, "application/x-ndjson").substr(0, 3),
            "200");
  EXPECT_EQ(ask("GET", "/v1/ledgers?ledger=" + std::string(20'000, 'x')).substr(0, 3), "431");
  const json wait = {{"items", json::array({item(1)})}, {"wait", "final"}, {"timeout_ms", 120'001}};
  EXPECT_EQ(problem(ask("POST", "/v1/anchors", wait.dump()))["field"], "timeout_ms");
}

/// API6: whoever holds the token of an issuer cannot revoke everything in one moment: revoking has
/// a scope of its own (TokenMatrixTest), and what is limited is credentials, not calls.
TEST_F(OwaspTest, Api6LimitsHowMuchIsRevokedAtOnce) {
  serve({.rate = 1, .burst = 3});
  const auto revoke = [this](std::initializer_list<std::uint64_t> numbers) {
    json change = {{"targets", json::array()}, {"value", "revoked"}};
    for (const std::uint64_t number : numbers) change["targets"].push_back(digest(number));
    return ask("POST", "/v1/status", change.dump()).substr(0, 3);
  };
  EXPECT_EQ(revoke({1, 2}), "200");
  EXPECT_EQ(revoke({2, 3}), "429");
  EXPECT_TRUE(has("Retry-After: 1"));
  EXPECT_EQ(json::parse(get("/v1/status/" + digest(3)).body)["value"], "valid");
  EXPECT_EQ(revoke({3}), "200");
  const json indexes = {{"count", 1'000}, {"key", "semester"}};
  EXPECT_EQ(ask("POST", "/v1/status/allocations", indexes.dump()).substr(0, 3), "429");
}

/// API8: methods, headers, and what scripts of other pages may do.
TEST_F(OwaspTest, Api8IsConfiguredForStrangersOnTheWeb) {
  for (const char* method : {"DELETE", "PUT", "PATCH", "TRACE", "CONNECT", "FOO"}) {
    EXPECT_EQ(status(method, "/v1/anchors"), "405") << method;
    EXPECT_TRUE(has("Allow: POST, OPTIONS")) << method;
  }
  EXPECT_EQ(status("GET", "/v1/anchors"), "405");
  EXPECT_EQ(status("POST", "/v1/node"), "405");
  EXPECT_TRUE(has("Allow: GET, HEAD, OPTIONS"));
  EXPECT_EQ(status("GET", "/rpc"), "405");
  for (const std::string target : {"/v1/ledgers", "/v1/checkpoints/latest", "/docs", "/healthz"}) {
    EXPECT_EQ(status("GET", target), "200") << target;
    EXPECT_TRUE(has("X-Content-Type-Options: nosniff")) << target;
    EXPECT_TRUE(has("Access-Control-Allow-Origin: *")) << target;
    EXPECT_FALSE(has("Access-Control-Allow-Credentials: true")) << target;
    EXPECT_EQ(status("HEAD", target), "200") << target;
  }
  for (const std::string target : {"/v1/node", "/v1/status/lists"}) {
    EXPECT_EQ(status("GET", target), "200") << target;
    EXPECT_TRUE(has("Cache-Control: no-store")) << target;
    EXPECT_FALSE(has("Access-Control-Allow-Origin: *")) << target;
    EXPECT_EQ(status("OPTIONS", target), "204");
    EXPECT_FALSE(has("Access-Control-Allow-Origin: *")) << target;
  }
  EXPECT_EQ(status("OPTIONS", "/v1/seal"), "204");
  EXPECT_FALSE(has("Access-Control-Allow-Origin: *"));
  EXPECT_EQ(ask("POST", "/v1/seal", "{}").substr(0, 3), "200");
  EXPECT_FALSE(has("Access-Control-Allow-Origin: *"));
  EXPECT_EQ(status("OPTIONS", "/v1/ledgers"), "204");
  EXPECT_TRUE(has("Access-Control-Allow-Methods: GET, HEAD, OPTIONS"));
  EXPECT_TRUE(has("Access-Control-Allow-Headers: Accept, If-None-Match"));
}

}  // namespace
}  // namespace kedge::test
