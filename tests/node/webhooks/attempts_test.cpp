// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/attempts.hpp"

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kStart = 1'767'225'600'000;

/// An endpoint that is tried as soon as it may be.
class AttemptsTest : public testing::Test {
 protected:
  [[nodiscard]] Moment now() const {
    return {kStart + static_cast<std::uint64_t>(passed_.count()), Clock::Monotonic(passed_)};
  }

  /// How long until the next attempt; nullopt if there is none.
  std::optional<milliseconds> fail(const SendOutcome& outcome, double jitter = 1.0) {
    note_failure("msg_1", outcome, policy_, now(), jitter, state_, attempts_);
    if (!attempts_.next) return std::nullopt;
    return std::chrono::duration_cast<milliseconds>(*attempts_.next - now().monotonic);
  }

  void pass(milliseconds time) { passed_ += time; }

  const SendOutcome busy_{.text = "503"};
  RetryPolicy policy_;
  WebhookState state_{.name = "a", .issuer = "did:example:a"};
  WebhookAttempts attempts_;
  milliseconds passed_{0};
};

TEST_F(AttemptsTest, DoublesToABoundWithJitter) {
  EXPECT_TRUE(attempts_.due(now().monotonic));
  for (const int wanted : {5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600}) {
    const auto wait = fail(busy_);
    ASSERT_TRUE(wait);
    EXPECT_EQ(*wait, seconds(wanted));
    EXPECT_FALSE(attempts_.due(now().monotonic));
    EXPECT_FALSE(attempts_.due(now().monotonic + *wait - milliseconds(1)));
    EXPECT_TRUE(attempts_.due(now().monotonic + *wait));
  }
  EXPECT_EQ(fail(busy_, 0.0), seconds(1800));
  EXPECT_EQ(fail(busy_, 0.5), seconds(2700));
}

TEST_F(AttemptsTest, DoesWhatTheReceiverAsksForWithinTheBound) {
  EXPECT_EQ(fail({.text = "429", .retry_after = seconds(90)}), seconds(90));
  // Sooner than the back-off it is not.
  EXPECT_EQ(fail({.text = "429", .retry_after = seconds(1)}), seconds(10));
  EXPECT_EQ(fail({.text = "429", .retry_after = seconds(4'000'000'000)}), hours(1));
}

TEST_F(AttemptsTest, AnArrivalForgetsTheFailures) {
  fail(busy_);
  fail(busy_);
  EXPECT_EQ(condition_of(state_, attempts_), "failing");
  EXPECT_EQ(state_.failing_since_ms, kStart);
  pass(seconds(20));
  note_arrival("msg_1", {.arrived = true, .text = "204"}, now(), state_, attempts_);
  EXPECT_EQ(condition_of(state_, attempts_), "working");
  EXPECT_EQ(state_.delivered, 1U);
  EXPECT_EQ(state_.failing_since_ms, 0U);
  EXPECT_EQ(state_.last_delivery, (WebhookDelivery{"msg_1", now().unix_ms, "204"}));
  EXPECT_EQ(state_.last_failure, (WebhookDelivery{"msg_1", kStart, "503"}));
  EXPECT_TRUE(attempts_.due(now().monotonic));
  EXPECT_EQ(fail(busy_), seconds(5));
}

TEST_F(AttemptsTest, GivesUpAfterDaysOfFailures) {
  int tried = 0;
  while (const auto wait = fail(busy_)) {
    pass(*wait);
    ASSERT_LT(++tried, 1000);
  }
  EXPECT_GE(passed_, hours(24 * 5));
  EXPECT_LT(passed_, hours(24 * 5 + 1));
  EXPECT_GT(tried, 100);
  EXPECT_TRUE(state_.disabled);
  EXPECT_EQ(condition_of(state_, attempts_), "disabled");
  EXPECT_FALSE(attempts_.due(now().monotonic + hours(1000)));
}

TEST_F(AttemptsTest, DoesNotGiveUpBecauseTheNodeWasDown) {
  fail(busy_);
  pass(hours(24 * 30));
  attempts_ = {};
  for (std::uint32_t i = 1; i < policy_.least_failures; ++i) EXPECT_TRUE(fail(busy_)) << i;
  EXPECT_FALSE(fail(busy_));
}

TEST_F(AttemptsTest, OneThatWasDisabledIsTriedOnceARun) {
  EXPECT_FALSE(fail({.gone = true, .text = "410"}));
  EXPECT_TRUE(state_.disabled);
  attempts_ = {};
  EXPECT_TRUE(attempts_.due(now().monotonic));
  EXPECT_FALSE(fail(busy_));
  attempts_ = {};
  note_arrival("msg_1", {.arrived = true, .text = "200"}, now(), state_, attempts_);
  EXPECT_FALSE(state_.disabled);
  EXPECT_EQ(fail(busy_), seconds(5));
}

TEST_F(AttemptsTest, KeepsOneLineOfWhatWentWrong) {
  fail({.text = "line\r\nanother \xff" + std::string(1000, 'x')});
  ASSERT_TRUE(state_.last_failure);
  EXPECT_EQ(state_.last_failure->outcome.substr(0, 16), "line??another ?x");
  EXPECT_EQ(state_.last_failure->outcome.size(), kMaxWebhookOutcome);
  fail({.text = ""});
  EXPECT_EQ(state_.last_failure->outcome, "failed");
}

}  // namespace
}  // namespace kedge::node
