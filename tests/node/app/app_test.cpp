// SPDX-License-Identifier: Apache-2.0
#include "node/app/app.hpp"

#include <atomic>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "config/data_dir.hpp"
#include "config/secret_file.hpp"
#include "node/access/scopes.hpp"
#include "node/app/initialise.hpp"
#include "node/app/log_key.hpp"
#include "node/proof/verifier.hpp"
#include "rpc/client.hpp"
#include "rpc/subscription.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class AppTest : public testing::Test {
 protected:
  AppTest() : log_({.level = "off"}) {
    settings_.data_dir = dir_.path() / "data";
    settings_.rpc.listen = "127.0.0.1:0";
    settings_.seal.interval = std::chrono::milliseconds(50);
  }

  std::unique_ptr<App> start() {
    auto app = App::start(settings_, log_);
    if (!app) {
      ADD_FAILURE() << app.error().message;
      return nullptr;
    }
    return std::move(*app);
  }

  rpc::Client client(const App& app, bool writer) const {
    rpc::ClientOptions options;
    if (writer) {
      options.token = *config::read_secret_file(config::DataDir(settings_.data_dir).cookie());
    }
    auto client = rpc::Client::connect(app.url(), std::move(options));
    if (!client) throw std::runtime_error(client.error().message);
    return std::move(*client);
  }

  static json submit(rpc::Client& client, char digit, std::string_view wait) {
    const json params = {
        {"items", json::array({{{"profile", "external"}, {"digest", std::string(64, digit)}}})},
        {"wait", wait}};
    const auto answer = client.call("anchor_submit", params.dump());
    if (!answer) throw std::runtime_error(answer.error().message);
    return json::parse(*answer).at("items").at(0);
  }

  test::TempDir dir_;
  config::Settings settings_;
  NodeLog log_;
};

TEST_F(AppTest, StartsWithoutAnythingAndAnchorsWhatItIsGiven) {
  const auto app = start();
  ASSERT_NE(app, nullptr);
  rpc::Client writer = client(*app, true);
  const json item = submit(writer, 'a', "final");
  EXPECT_EQ(item.at("position"), 0);
  EXPECT_EQ(item.at("state"), "final");

  rpc::Client reader = client(*app, false);
  const auto proof = reader.get("/v1/proofs/" + std::string(64, 'a'));
  ASSERT_TRUE(proof) << proof.error().message;
  ASSERT_EQ(proof->status, 200U) << proof->body;

  Trust trust;
  trust.log_keys.push_back(*load_log_vkey(config::DataDir(settings_.data_dir)));
  Hash digest;
  digest.fill(0xaa);
  const Verdict verdict = verify_document(as_bytes(proof->body), trust, digest);
  EXPECT_EQ(verdict.outcome, Outcome::valid) << verdict_to_json(verdict);
}

TEST_F(AppTest, KeepsEverythingOverARestart) {
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client writer = client(*app, true);
    EXPECT_EQ(submit(writer, 'a', "accepted").at("position"), 0);
    EXPECT_EQ(submit(writer, 'b', "accepted").at("position"), 1);
  }
  const auto app = start();
  ASSERT_NE(app, nullptr);
  rpc::Client writer = client(*app, true);
  const json again = submit(writer, 'a', "final");
  EXPECT_EQ(again.at("position"), 0);
  EXPECT_EQ(again.at("duplicate"), true);
  EXPECT_EQ(submit(writer, 'c', "accepted").at("position"), 2);
}

TEST_F(AppTest, TheCookieIsNewAtEachStartAndGoneAfterwards) {
  const fs::path cookie = config::DataDir(settings_.data_dir).cookie();
  std::string first;
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    first = *config::read_secret_file(cookie);
    EXPECT_EQ(first.size(), 64U);
  }
  EXPECT_FALSE(fs::exists(cookie));
  const auto app = start();
  ASSERT_NE(app, nullptr);
  EXPECT_NE(*config::read_secret_file(cookie), first);
}

TEST_F(AppTest, TellsSubscribersWhatHappens) {
  const auto app = start();
  ASSERT_NE(app, nullptr);
  const std::string url = "ws" + app->url().substr(4) + "/rpc";
  std::atomic<int> heard = 0;
  std::vector<std::unique_ptr<rpc::Subscription>> subscriptions;
  const std::string digest(64, 'a');
  for (const std::string& params :
       {std::string(R"({"topic":"checkpoint"})"), std::string(R"({"topic":"anchor"})"),
        R"({"topic":"digest","digest":")" + digest + "\"}"}) {
    auto subscription = rpc::Subscription::create(url, {});
    ASSERT_TRUE(subscription) << subscription.error().message;
    subscriptions.push_back(std::move(*subscription));
    auto counted = std::make_shared<std::atomic<bool>>(false);
    subscriptions.back()->start({.method = "subscribe", .params = params}, [&heard, counted] {
      if (!counted->exchange(true)) ++heard;
    });
  }
  rpc::Client writer = client(*app, true);
  for (int i = 0; i < 200 && heard < 3; ++i) {
    submit(writer, "0123456789abcdef"[i % 16], "final");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(heard, 3);
  for (const auto& subscription : subscriptions) EXPECT_EQ(subscription->trouble(), "");
}

TEST_F(AppTest, WritesNeedTheCookie) {
  const auto app = start();
  ASSERT_NE(app, nullptr);
  rpc::Client stranger = client(*app, false);
  const auto answer = stranger.call("anchor_seal", "{}");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unauthorized);
}

/// Lets everybody write for the second issuer.
class SecondIssuerForAll final : public rpc::Authorizer {
 public:
  explicit SecondIssuerForAll(std::string cookie) : cookie_(std::move(cookie)) {}
  [[nodiscard]] Result<rpc::Caller> authorize(std::string_view) const override {
    if (cookie_.size() != 64) return Error{Errc::unauthorized, "no cookie"};
    return make_caller(kAnchorWrite.bit, "did:example:second", "everybody");
  }

 private:
  std::string cookie_;
};

TEST_F(AppTest, AProgramMayAddIssuersAndSayWhoIsWho) {
  AppOptions options;
  options.issuers = {"did:example:second"};
  options.authorizer = [](const std::string& cookie) {
    return std::make_unique<SecondIssuerForAll>(cookie);
  };
  const auto app = App::start(settings_, log_, std::move(options));
  ASSERT_TRUE(app) << app.error().message;
  rpc::Client nobody = client(**app, false);
  // The embedded ledger may have the checkpoint already.
  EXPECT_NE(submit(nobody, 'a', "sealed").at("state"), "accepted");
  const auto found = nobody.call("anchor_get", json{{"digest", std::string(64, 'a')}}.dump());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_NE(found->find("did:example:second"), std::string::npos) << *found;
}

TEST_F(AppTest, OneProcessADirectory) {
  const auto app = start();
  ASSERT_NE(app, nullptr);
  const auto second = App::start(settings_, log_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_NE(second.error().message.find("in use by process"), std::string::npos)
      << second.error().message;
}

TEST_F(AppTest, ALogKeepsItsOrigin) {
  ASSERT_TRUE(initialise(settings_));
  settings_.log.origin = "another.example/log";
  const auto app = App::start(settings_, log_);
  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().field, "log.origin");
}

TEST_F(AppTest, RefusesAKeyThatOthersCanRead) {
  ASSERT_TRUE(initialise(settings_));
  ASSERT_EQ(::chmod(config::DataDir(settings_.data_dir).log_key().c_str(), 0644), 0);
  const auto app = App::start(settings_, log_);
  ASSERT_FALSE(app);
  EXPECT_NE(app.error().message.find("chmod 600"), std::string::npos) << app.error().message;
}

TEST_F(AppTest, RefusesTheKeyOfAnotherLog) {
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
  }
  config::Settings other = settings_;
  other.data_dir = dir_.path() / "other";
  ASSERT_TRUE(initialise(other));
  fs::copy_file(config::DataDir(other.data_dir).log_key(),
                config::DataDir(settings_.data_dir).log_key(),
                fs::copy_options::overwrite_existing);
  const auto app = App::start(settings_, log_);
  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().code, Errc::corrupt);
}

TEST_F(AppTest, AStoreOlderThanItsLedgerIsReadButNothingIsSigned) {
  const config::DataDir data(settings_.data_dir);
  const fs::path backup = dir_.path() / "backup";
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client writer = client(*app, true);
    submit(writer, 'a', "final");
  }
  fs::copy(data.store(), backup, fs::copy_options::recursive);
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client writer = client(*app, true);
    submit(writer, 'b', "final");
  }
  fs::remove_all(data.store());
  fs::rename(backup, data.store());

  const auto app = start();
  ASSERT_NE(app, nullptr);
  rpc::Client writer = client(*app, true);
  EXPECT_EQ(submit(writer, 'c', "accepted").at("state"), "accepted");
  const auto sealed = writer.call("anchor_seal", "{}");
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, Errc::too_busy) << sealed.error().message;
  const auto ready = writer.get("/readyz");
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->status, 503U);
  EXPECT_NE(ready->body.find("backup"), std::string::npos) << ready->body;
  EXPECT_EQ(writer.get("/v1/proofs/" + std::string(64, 'a'))->status, 200U);
}

TEST_F(AppTest, InitialiseRefusesWhatCannotBeUsedAndWhatIsThere) {
  config::Settings bad = settings_;
  bad.log.origin = "with space";
  EXPECT_EQ(initialise(bad).error().field, "log.origin");
  bad = settings_;
  bad.issuer = "";
  EXPECT_EQ(initialise(bad).error().field, "issuer");
  EXPECT_FALSE(fs::exists(settings_.data_dir));
  ASSERT_TRUE(initialise(settings_));
  EXPECT_EQ(initialise(settings_).error().code, Errc::already_exists);
}

TEST_F(AppTest, InitialiseGoesOnWhereACrashHasStopped) {
  ASSERT_TRUE(initialise(settings_));
  const config::DataDir data(settings_.data_dir);
  const std::string key = *config::read_secret_file(data.log_key());
  fs::remove_all(data.store());
  ASSERT_TRUE(initialise(settings_));
  EXPECT_EQ(*config::read_secret_file(data.log_key()), key);
}

TEST_F(AppTest, WritesThePublicKeyAnewWhereItWasLost) {
  ASSERT_TRUE(initialise(settings_));
  const config::DataDir dir(settings_.data_dir);
  const std::string key = load_log_vkey(dir)->vkey();
  for (const char* damaged : {"", "log.example/test+", "localhost/kedge+00000000+AAAA\n"}) {
    std::ofstream(dir.log_vkey(), std::ios::trunc) << damaged;
    const auto app = start();
    ASSERT_NE(app, nullptr);
    const auto written = load_log_vkey(dir);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(written->vkey(), key);
  }
  fs::remove(dir.log_vkey());
  ASSERT_NE(start(), nullptr);
  EXPECT_EQ(load_log_vkey(dir)->vkey(), key);
}

}  // namespace
}  // namespace kedge::node
