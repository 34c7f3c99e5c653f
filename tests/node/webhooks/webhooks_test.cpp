// SPDX-License-Identifier: Apache-2.0
// The thread with real sockets and a real store; only the clock is the test's.
#include "node/webhooks/webhooks.hpp"

#include <condition_variable>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/rpc/canned_server.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;
using rpc::test::CannedServer;
using test::FilledStore;
using test::ManualClock;

constexpr const char* kSchool = "did:example:school";
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string header(const std::string& request, const std::string& name) {
  const std::size_t begin = request.find("\r\n" + name + ": ") + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

std::string body(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

/// A receiver that answers what it is told to.
class Receiver {
 public:
  void answer(std::string status) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
  }
  /// Waits until so many messages have come, and gives them.
  std::vector<std::string> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60),
                                  [&] { return requests_.size() >= count; }));
    return requests_;
  }
  [[nodiscard]] rpc::Url url() const { return *rpc::parse_url(server_.url() + "/hook?key=secret"); }

 private:
  std::string take(const std::string& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    changed_.notify_all();
    return CannedServer::http("", status_);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string status_ = "200 OK";
  std::vector<std::string> requests_;
  CannedServer server_{[this](const std::string& request) { return take(request); }};
};

class WebhooksTest : public testing::Test {
 protected:
  WebhooksTest() : school_(filled_.add_issuer(kSchool)) {
    rule_ = std::make_shared<rpc::TargetRule>(*rpc::TargetRule::create(true, {}));
  }

  WebhookEndpoint endpoint(const std::string& name, const Receiver& receiver) const {
    WebhookEndpoint made{.name = name,
                         .subject = {.origin = "log.example/kedge", .issuer = kSchool},
                         .url = receiver.url(),
                         .secrets = *WebhookSecrets::parse(kSecret)};
    made.sending.targets = rule_;
    return made;
  }

  std::unique_ptr<Webhooks> open(std::vector<WebhookEndpoint> endpoints) {
    WebhookEvents events;
    events.arrived = [this](const std::string& name, const std::string&) {
      log("arrived " + name);
    };
    events.failing = [this](const std::string& name, const std::string& why) {
      log("failing " + name + " " + why);
    };
    events.disabled = [this](const std::string& name, const std::string& why) {
      log("disabled " + name + " " + why);
    };
    events.trouble = [this](const Error& error) { log("trouble " + error.message); };
    auto opened = Webhooks::open(filled_.store(), clock_, std::move(endpoints),
                                 {.file = file_, .ledgers = {"embedded"}}, std::move(events));
    if (!opened) throw std::runtime_error(opened.error().message);
    return *std::move(opened);
  }

  std::unique_ptr<Webhooks> start_one(const std::string& name, const Receiver& receiver) {
    std::vector<WebhookEndpoint> endpoints;
    endpoints.push_back(endpoint(name, receiver));
    auto webhooks = open(std::move(endpoints));
    webhooks->start();
    return webhooks;
  }

  void final_batch() {
    filled_.accept(school_, 1);
    filled_.seal();
    filled_.anchor();
  }

  void log(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  /// Waits until this has been logged.
  void expect_line(const std::string& line) {
    std::unique_lock lock(mutex_);
    const auto there = [&] {
      return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
    };
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), there)) << line;
  }

  test::TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "state.json";
  FilledStore filled_;
  ManualClock clock_;
  const IssuerId school_;
  std::shared_ptr<const rpc::TargetRule> rule_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

TEST_F(WebhooksTest, SignsAndSendsWhatBecomesFinal) {
  Receiver receiver;
  const auto webhooks = start_one("a", receiver);
  final_batch();
  webhooks->wake();
  const std::string request = receiver.wait(1).at(0);
  expect_line("arrived a");
  EXPECT_EQ(json::parse(body(request))["data"]["issuer"], kSchool);
  const std::uint64_t timestamp = ManualClock::kStart / 1000;
  EXPECT_EQ(header(request, "webhook-timestamp"), std::to_string(timestamp));
  EXPECT_EQ(header(request, "webhook-signature"),
            WebhookSecrets::parse(kSecret)->sign(header(request, "webhook-id"), timestamp,
                                                 body(request)));
  const WebhookReport report = webhooks->reports().at(0);
  EXPECT_EQ(report.condition, "working");
  EXPECT_EQ(report.target.find("secret"), std::string::npos) << report.target;
  EXPECT_EQ(report.state.delivered, 1U);
  EXPECT_EQ(report.state.last_delivery->id, header(request, "webhook-id"));
  EXPECT_FALSE(report.next_try_ms);
}

TEST_F(WebhooksTest, TriesAgainLaterUntilItArrives) {
  Receiver receiver;
  receiver.answer("503 Busy");
  const auto webhooks = start_one("a", receiver);
  final_batch();
  webhooks->wake();
  receiver.wait(1);
  expect_line("failing a 503");
  WebhookReport report = webhooks->reports().at(0);
  EXPECT_EQ(report.condition, "failing");
  EXPECT_EQ(report.failures, 1U);
  ASSERT_TRUE(report.next_try_ms);
  EXPECT_GE(*report.next_try_ms, ManualClock::kStart + 2'500);
  EXPECT_LE(*report.next_try_ms, ManualClock::kStart + 5'000);
  // Being woken is no reason to try sooner.
  webhooks->wake();
  final_batch();
  receiver.answer("200 OK");
  clock_.advance(std::chrono::seconds(5));
  const auto requests = receiver.wait(3);
  EXPECT_EQ(header(requests[0], "webhook-id"), header(requests[1], "webhook-id"));
  EXPECT_EQ(body(requests[0]), body(requests[1]));
  EXPECT_EQ(header(requests[1], "webhook-timestamp"),
            std::to_string(ManualClock::kStart / 1000 + 5));
  EXPECT_NE(header(requests[1], "webhook-id"), header(requests[2], "webhook-id"));
}

TEST_F(WebhooksTest, OneThatFailsKeepsNoOtherWaiting) {
  Receiver good;
  Receiver bad;
  bad.answer("500 Broken");
  std::vector<WebhookEndpoint> endpoints;
  endpoints.push_back(endpoint("bad", bad));
  endpoints.push_back(endpoint("good", good));
  const auto webhooks = open(std::move(endpoints));
  webhooks->start();
  for (int i = 0; i < 5; ++i) final_batch();
  webhooks->wake();
  good.wait(5);
  EXPECT_EQ(bad.wait(1).size(), 1U);
}

TEST_F(WebhooksTest, AfterARestartItGoesOnWhereItWas) {
  Receiver receiver;
  {
    const auto webhooks = start_one("a", receiver);
    final_batch();
    webhooks->wake();
    receiver.wait(1);
    expect_line("arrived a");
  }
  final_batch();
  final_batch();
  const auto webhooks = start_one("a", receiver);
  const auto requests = receiver.wait(3);
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(json::parse(body(requests[i]))["data"]["batches"][0]["first_position"], i);
  }
}

/// Whatever moment the power goes at: what had arrived and was not written down comes again, as the
/// same message; nothing is left out.
TEST_F(WebhooksTest, ACrashTellsAgainAndLeavesNothingOut) {
  Receiver receiver;
  const std::filesystem::path before = dir_.path() / "before.json";
  {
    const auto webhooks = start_one("a", receiver);
    std::filesystem::copy_file(file_, before);
    final_batch();
    webhooks->wake();
    receiver.wait(1);
    expect_line("arrived a");
  }
  std::filesystem::rename(before, file_);
  final_batch();
  const auto webhooks = start_one("a", receiver);
  const auto requests = receiver.wait(3);
  EXPECT_EQ(header(requests[0], "webhook-id"), header(requests[1], "webhook-id"));
  EXPECT_EQ(body(requests[0]), body(requests[1]));
  EXPECT_EQ(json::parse(body(requests[2]))["data"]["batches"][0]["first_position"], 1);
}

TEST_F(WebhooksTest, IsDisabledWhenNobodyWantsItAndTriedOnceAfterAStart) {
  Receiver receiver;
  receiver.answer("410 Gone");
  {
    const auto webhooks = start_one("a", receiver);
    final_batch();
    webhooks->wake();
    receiver.wait(1);
    expect_line("disabled a 410");
    EXPECT_EQ(webhooks->reports().at(0).condition, "disabled");
    EXPECT_FALSE(webhooks->reports().at(0).next_try_ms);
    clock_.advance(std::chrono::hours(100));
    webhooks->wake();
  }
  EXPECT_EQ(receiver.wait(1).size(), 1U);
  receiver.answer("200 OK");
  const auto webhooks = start_one("a", receiver);
  EXPECT_EQ(header(receiver.wait(2)[1], "webhook-id"), header(receiver.wait(2)[0], "webhook-id"));
  expect_line("arrived a");
  EXPECT_EQ(webhooks->reports().at(0).condition, "working");
}

TEST_F(WebhooksTest, TellsADelayWithoutBeingWoken) {
  Receiver receiver;
  filled_.anchor();
  filled_.accept(school_, 1);
  const CheckpointRow late = filled_.seal();
  clock_.set_unix_ms(late.time_ms);
  const auto webhooks = start_one("a", receiver);
  clock_.advance(std::chrono::minutes(11));
  const std::string request = receiver.wait(1).at(0);
  EXPECT_EQ(json::parse(body(request))["type"], "anchor.delayed");
  expect_line("arrived a");
  EXPECT_EQ(webhooks->reports().at(0).state.cursors.at(0).delayed, late.epoch);
}

TEST_F(WebhooksTest, AnotherIssuerUnderTheNameBeginsAnew) {
  Receiver receiver;
  {
    const auto webhooks = start_one("a", receiver);
    final_batch();
    webhooks->wake();
    receiver.wait(1);
    expect_line("arrived a");
  }
  std::vector<WebhookEndpoint> endpoints;
  endpoints.push_back(endpoint("a", receiver));
  endpoints[0].subject.issuer = "did:example:other";
  const auto webhooks = open(std::move(endpoints));
  EXPECT_EQ(webhooks->reports().at(0).state.delivered, 0U);
  EXPECT_EQ(webhooks->reports().at(0).state.cursors.at(0).position, 0U);
}

TEST_F(WebhooksTest, SaysSoWhereItCannotWriteAndGoesOn) {
  Receiver receiver;
  const auto webhooks = start_one("a", receiver);
  std::filesystem::remove(file_);
  std::filesystem::create_directory(file_);
  std::filesystem::create_directory(file_ / "in the way");
  final_batch();
  final_batch();
  webhooks->wake();
  receiver.wait(2);
  webhooks->stop();
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(std::count_if(lines_.begin(), lines_.end(),
                          [](const std::string& line) { return line.starts_with("trouble "); }),
            1);
}

}  // namespace
}  // namespace kedge::node
