// SPDX-License-Identifier: Apache-2.0
// A whole node that tells somebody.
#include <condition_variable>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "config/secret_file.hpp"
#include "node/app/app.hpp"
#include "rpc/client.hpp"
#include "tests/rpc/canned_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;
using rpc::test::CannedServer;

class AppWebhookTest : public testing::Test {
 protected:
  AppWebhookTest() : log_({.level = "off"}) {
    settings_.data_dir = dir_.path() / "data";
    settings_.rpc.listen = "127.0.0.1:0";
    settings_.seal.interval = std::chrono::milliseconds(20);
    settings_.webhooks.allow_http = true;
    settings_.webhooks.allow_private = true;
    EXPECT_TRUE(config::write_secret_file(secret_, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"));
    settings_.webhook = {{.name = "a",
                          .issuer = settings_.issuer,
                          .url = server_.url() + "/hook",
                          .secret_file = secret_.string()}};
  }

  std::unique_ptr<App> start() {
    auto app = App::start(settings_, log_);
    if (!app) throw std::runtime_error(app.error().field + ": " + app.error().message);
    return *std::move(app);
  }

  std::string refusal() {
    const auto app = App::start(settings_, log_);
    return app ? "fine" : app.error().field + ": " + app.error().message;
  }

  json call(const App& app, const std::string& method, const json& params) {
    rpc::ClientOptions options;
    options.token = *config::read_secret_file(config::DataDir(settings_.data_dir).cookie());
    auto client = rpc::Client::connect(app.url(), std::move(options));
    if (!client) throw std::runtime_error(client.error().message);
    const auto answer = client->call(method, params.dump());
    if (!answer) throw std::runtime_error(answer.error().message);
    return json::parse(*answer);
  }

  void submit(const App& app, char digit) {
    call(app, "anchor_submit",
         {{"items", json::array({{{"profile", "external"}, {"digest", std::string(64, digit)}}})},
          {"wait", "final"}});
  }

  /// Waits until so many messages have come; their bodies.
  std::vector<json> messages(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(
        changed_.wait_for(lock, std::chrono::seconds(60), [&] { return bodies_.size() >= count; }));
    return bodies_;
  }

  test::TempDir dir_;
  const std::filesystem::path secret_ = dir_.path() / "secret";
  config::Settings settings_;
  NodeLog log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<json> bodies_;
  CannedServer server_{[this](const std::string& request) {
    const std::lock_guard lock(mutex_);
    bodies_.push_back(json::parse(request.substr(request.find("\r\n\r\n") + 4)));
    changed_.notify_all();
    return CannedServer::http("");
  }};
};

TEST_F(AppWebhookTest, TellsWhatIsFinalOverRestarts) {
  for (const char digit : {'a', 'b'}) {
    const auto app = start();
    submit(*app, digit);
    const auto position = static_cast<std::size_t>(digit - 'a');
    const json told = messages(position + 1).at(position);
    EXPECT_EQ(told["type"], "batch.final");
    EXPECT_EQ(told["data"]["issuer"], settings_.issuer);
    EXPECT_EQ(told["data"]["log"], settings_.log.origin);
    EXPECT_EQ(told["data"]["batches"][0]["first_position"], position);
    const json log_index = told["data"]["batches"][0]["log_index"];
    const json batch = call(*app, "batch_get", {{"log_index", log_index}});
    EXPECT_EQ(batch["first_position"], position);
    EXPECT_EQ(batch["epoch"], told["data"]["batches"][0]["epoch"]);
    EXPECT_EQ(call(*app, "webhook_list", json::object())["webhooks"][0]["name"], "a");
  }
  EXPECT_EQ(messages(2).size(), 2U);
}

TEST_F(AppWebhookTest, DoesNotStartWithASecretOrUrlThatCannotBeUsed) {
  const std::string good = settings_.webhook[0].url;
  settings_.webhook[0].url = "https://a.example:99999/";
  EXPECT_TRUE(refusal().starts_with("webhook[0].url: expected ")) << refusal();
  settings_.webhook[0].url = "https://a.example/";
  settings_.webhook[0].ca_file = (dir_.path() / "missing").string();
  EXPECT_TRUE(refusal().starts_with("webhook[0].ca_file: expected ")) << refusal();
  settings_.webhook[0].ca_file.clear();
  settings_.webhook[0].url = good;
  std::ofstream(secret_, std::ios::trunc) << "whsec_short";
  EXPECT_TRUE(refusal().starts_with("webhook[0].secret_file: expected \"whsec_\"")) << refusal();
  std::filesystem::permissions(secret_, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_NE(refusal().find("chmod 600"), std::string::npos) << refusal();
  std::filesystem::remove(secret_);
  EXPECT_TRUE(refusal().starts_with("webhook[0].secret_file: cannot open ")) << refusal();
}

}  // namespace
}  // namespace kedge::node
