// SPDX-License-Identifier: Apache-2.0
// Who reads /metrics of a whole node, and what /readyz says while it ends.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "config/secret_file.hpp"
#include "node/app/app.hpp"
#include "rpc/client.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

class NodeMetricsTest : public testing::Test {
 protected:
  NodeMetricsTest() : log_({.level = "off"}) {
    settings_.data_dir = dir_.path() / "data";
    settings_.rpc.listen = "127.0.0.1:0";
    settings_.seal.interval = std::chrono::milliseconds(20);
  }

  void start() {
    auto app = App::start(settings_, log_);
    ASSERT_TRUE(app) << app.error().message;
    app_ = std::move(*app);
  }
  std::string cookie() const {
    return *config::read_secret_file(config::DataDir(settings_.data_dir).cookie());
  }
  static rpc::HttpResponse get(const std::string& url, const std::string& path,
                               const std::string& token = {}) {
    auto client = rpc::Client::connect(url, {.token = token});
    if (!client) throw std::runtime_error(client.error().message);
    auto answer = client->get(path);
    if (!answer) throw std::runtime_error(answer.error().message);
    return *std::move(answer);
  }

  test::TempDir dir_;
  config::Settings settings_;
  NodeLog log_;
  std::unique_ptr<App> app_;
};

TEST_F(NodeMetricsTest, AreForOperatorsWhereThereIsOneAddress) {
  start();
  const rpc::HttpResponse stranger = get(app_->url(), "/metrics");
  EXPECT_EQ(stranger.status, 401U);
  EXPECT_EQ(rpc::find_header(stranger.headers, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(get(app_->url(), "/metrics", "wrong").status, 401U);
  auto operators = rpc::Client::connect(app_->url(), {.token = cookie()});
  ASSERT_TRUE(operators);
  const auto issued = operators->call(
      "issuer_token", R"({"issuer":"did:example:issuer","scopes":["anchor:write","read"]})");
  ASSERT_TRUE(issued) << issued.error().message;
  const std::string token = json::parse(*issued)["token"].get<std::string>();
  EXPECT_EQ(get(app_->url(), "/metrics", token).status, 403U);
  const rpc::HttpResponse shown = get(app_->url(), "/metrics", cookie());
  EXPECT_EQ(shown.status, 200U);
  EXPECT_EQ(shown.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(rpc::find_header(shown.headers, "Cache-Control"), "no-store");
  EXPECT_FALSE(rpc::find_header(shown.headers, "Access-Control-Allow-Origin"));
  EXPECT_NE(shown.body.find("kedge_rpc_requests_total{method=\"issuer_token\",code=\"0\"} 1\n"),
            std::string::npos);
  EXPECT_NE(shown.body.find("kedge_http_responses_total{code=\"401\"} 2\n"), std::string::npos);
  EXPECT_EQ(shown.body.find("did:"), std::string::npos);
}

TEST_F(NodeMetricsTest, AreAtTheOperatorsOwnAddressAndNowhereElse) {
  settings_.network.admin_listen = "127.0.0.1:0";
  settings_.access.read = "token";
  start();
  EXPECT_EQ(get(app_->url(), "/metrics").status, 404U);
  EXPECT_EQ(get(app_->url(), "/metrics", cookie()).status, 404U);
  EXPECT_EQ(get(app_->admin_url(), "/metrics").status, 200U);
}

TEST_F(NodeMetricsTest, CountWhatTheSequencerAndTheStoreDo) {
  settings_.network.admin_listen = "127.0.0.1:0";
  start();
  auto writer = rpc::Client::connect(app_->url(), {.token = cookie()});
  ASSERT_TRUE(writer);
  const json params = {
      {"items", json::array({{{"profile", "external"}, {"digest", std::string(64, 'a')}}})},
      {"wait", "final"}};
  ASSERT_TRUE(writer->call("anchor_submit", params.dump()));
  const std::string text = get(app_->admin_url(), "/metrics").body;
  EXPECT_EQ(text.find("kedge_commit_duration_seconds_count 0\n"), std::string::npos);
  EXPECT_EQ(text.find("kedge_seal_duration_seconds_count 0\n"), std::string::npos);
  EXPECT_NE(text.find("kedge_rpc_connections "), std::string::npos);
  EXPECT_NE(text.find("kedge_store_size_bytes "), std::string::npos);
  EXPECT_NE(text.find("kedge_proofs_rejected_total 0\n"), std::string::npos);
  EXPECT_NE(text.find("kedge_anchor_lag_seconds{ledger=\"embedded\"} 0\n"), std::string::npos);
}

TEST_F(NodeMetricsTest, ANodeThatIsAboutToEndSaysSoAndGoesOn) {
  settings_.network.admin_listen = "127.0.0.1:0";
  start();
  EXPECT_EQ(get(app_->url(), "/readyz").body, "{\"ready\":true,\"reasons\":[]}\n");
  app_->drain();
  const rpc::HttpResponse answer = get(app_->url(), "/readyz");
  EXPECT_EQ(answer.status, 503U);
  const json body = json::parse(answer.body);
  EXPECT_EQ(body["ready"], false);
  ASSERT_EQ(body["reasons"].size(), 1U);
  EXPECT_EQ(body["reasons"][0]["code"], "draining");
  EXPECT_EQ(get(app_->url(), "/healthz").status, 200U);
  EXPECT_NE(get(app_->admin_url(), "/metrics").body.find("kedge_ready 0\n"), std::string::npos);
  auto writer = rpc::Client::connect(app_->url(), {.token = cookie()});
  ASSERT_TRUE(writer);
  EXPECT_TRUE(writer->call("anchor_seal", "{}"));
}

}  // namespace
}  // namespace kedge::node
