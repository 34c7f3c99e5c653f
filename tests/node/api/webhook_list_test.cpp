// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/webhooks.hpp"
#include "tests/node/api/described_node.hpp"
#include "tests/rpc/canned_server.hpp"

namespace kedge::test {
namespace {

class WebhookListTest : public DescribedNode {
 protected:
  static node::WebhookEndpoint endpoint(const std::string& name, std::string_view issuer,
                                        const std::string& url) {
    node::WebhookEndpoint made{
        .name = name,
        .subject = {.origin = std::string(kOrigin), .issuer = std::string(issuer)},
        .url = *rpc::parse_url(url),
        .secrets = *node::WebhookSecrets::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")};
    made.sending.targets = std::make_shared<rpc::TargetRule>(*rpc::TargetRule::create(true, {}));
    return made;
  }

  /// Opens them, not started: their state is what this function leaves behind.
  void open(std::vector<node::WebhookEndpoint> endpoints) {
    auto opened =
        node::Webhooks::open(store(), clock_, std::move(endpoints),
                             {.file = folder_.path() / "state.json", .ledgers = {"embedded"}}, {});
    ASSERT_TRUE(opened) << opened.error().message;
    webhooks_ = *std::move(opened);
    show_webhooks(webhooks_.get());
  }

  /// The answer, which is as the description says.
  json listed(const json& params = json::object()) {
    const json answer = call("webhook_list", params);
    EXPECT_EQ(checker_.check(doc("webhook_list")["result"], answer), "") << answer;
    return answer["webhooks"];
  }

  TempDir folder_;
  std::unique_ptr<node::Webhooks> webhooks_;
};

TEST_F(WebhookListTest, ThereMayBeNone) {
  EXPECT_EQ(listed(), json::array());
}

TEST_F(WebhookListTest, ShowsEndpointsWithoutTheirSecrets) {
  std::vector<node::WebhookEndpoint> endpoints;
  endpoints.push_back(endpoint("a", kIssuer, "https://hooks.example:8443/path-secret?key=secret"));
  endpoints.push_back(endpoint("b", kOtherIssuer, "https://other.example/"));
  endpoints[1].subject.delays = false;
  open(std::move(endpoints));
  const json all = listed();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.dump().find("secret"), std::string::npos);
  EXPECT_EQ(all.dump().find("whsec"), std::string::npos);
  EXPECT_EQ(all[0]["target"], "https://hooks.example:8443");
  EXPECT_EQ(all[0]["events"], json({"batch.final", "anchor.delayed"}));
  EXPECT_EQ(all[0]["condition"], "working");
  EXPECT_EQ(all[0]["last_delivery"], nullptr);
  EXPECT_EQ(all[0]["next_try"], nullptr);
  // The three credentials that are final already are history.
  EXPECT_EQ(all[0]["ledgers"], json::array({{{"ledger", "embedded"}, {"told", 3}}}));
  EXPECT_EQ(all[1]["events"], json({"batch.final"}));
  EXPECT_EQ(all[1]["ledgers"][0]["told"], 0);
  EXPECT_EQ(listed({{"issuer", kOtherIssuer}})[0]["name"], "b");
  EXPECT_EQ(listed({{"issuer", "did:example:nobody"}}), json::array());
  const rpc::HttpResponse rest = visit("GET", "/v1/webhooks?issuer=" + std::string(kIssuer), {},
                                       {{"Authorization", "Bearer " + kCookie}});
  ASSERT_EQ(rest.status, 200U) << rest.body;
  EXPECT_EQ(json::parse(rest.body)["webhooks"], json::array({all[0]}));
}

TEST_F(WebhookListTest, ShowsHowItGoes) {
  const rpc::test::CannedServer receiver(rpc::test::CannedServer::http("", "503 Busy"));
  std::vector<node::WebhookEndpoint> endpoints;
  endpoints.push_back(endpoint("a", kIssuer, receiver.url()));
  open(std::move(endpoints));
  webhooks_->start();
  anchored(10, 1);
  webhooks_->wake();
  json shown;
  for (int i = 0; i < 10'000; ++i) {
    shown = listed()[0];
    if (shown["condition"] == "failing") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(shown["condition"], "failing");
  EXPECT_EQ(shown["failures"], 1);
  EXPECT_EQ(shown["last_failure"]["outcome"], "503");
  EXPECT_TRUE(shown["next_try"].is_string()) << shown;
  EXPECT_EQ(shown["failing_since"], shown["last_failure"]["time"]);
}

TEST_F(WebhookListTest, IsForOperatorsAlone) {
  EXPECT_TRUE(send(request("webhook_list", json::object())).starts_with("401"));
  const std::string writer = "Bearer " + token(kIssuer, node::kAnchorWrite.bit | node::kRead.bit);
  EXPECT_TRUE(send(request("webhook_list", json::object()), writer).starts_with("403"));
  const std::string admin = "Bearer " + token(kIssuer, node::kAdmin.bit);
  EXPECT_TRUE(send(request("webhook_list", json::object()), admin).starts_with("200"));
}

}  // namespace
}  // namespace kedge::test
