// SPDX-License-Identifier: Apache-2.0
#include "rpc/hub.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "rpc/audience.hpp"

namespace kedge::rpc {
namespace {

class Listener final : public Subscriber {
 public:
  void hear(const std::string& topic, const SharedEvent& event) override {
    heard.push_back(topic + "=" + event->data);
    if (then) then();
  }
  void lose() override { lost = true; }

  std::vector<std::string> heard;
  std::function<void()> then;
  bool lost = false;
};

/// A thread's jobs, run by hand.
class AudienceTest : public testing::Test {
 protected:
  void run_all() {
    while (!jobs_.empty()) {
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
  }
  static SharedEvent event(const std::string& data) {
    return std::make_shared<const Event>(Event{"kind", data});
  }

  std::deque<std::function<void()>> jobs_;
  Audience audience_{[this](std::function<void()> job) { jobs_.push_back(std::move(job)); }};
};

TEST(Hub, KnowsItsTopics) {
  Hub hub;
  hub.add({.name = "plain"});
  hub.add({.name = "keyed", .key = "what"});
  EXPECT_THROW(hub.add({.name = "plain"}), std::logic_error);
  EXPECT_THROW(hub.add({.name = ""}), std::logic_error);
  EXPECT_EQ(hub.find("plain", std::nullopt)->name(), "plain:");
  EXPECT_EQ(hub.find("keyed", "a")->name(), "keyed:a");
  EXPECT_EQ(hub.find("other", std::nullopt).error().field, "topic");
  EXPECT_EQ(hub.find("other", std::nullopt).error().message, R"(expected one of "keyed", "plain")");
  EXPECT_EQ(hub.find("plain", "a").error().field, "key");
  EXPECT_EQ(hub.find("keyed", std::nullopt).error().field, "what");
}

TEST(Hub, PassesOnWhatIsPublished) {
  Hub hub;
  hub.add({.name = "plain"});
  hub.publish("plain", "", "nobody listens");
  std::vector<std::string> heard;
  const std::size_t one = hub.attach([&](const std::string& topic, const SharedEvent& event) {
    heard.push_back("one " + topic + " " + event->data);
  });
  const std::size_t two = hub.attach([&](const std::string& topic, const SharedEvent& event) {
    heard.push_back("two " + topic + " " + std::to_string(*event->id));
  });
  hub.publish("plain", "k", "{}", 7);
  EXPECT_EQ(heard, (std::vector<std::string>{"one plain:k {}", "two plain:k 7"}));
  hub.detach(one);
  hub.publish("plain", "k", "{}", 8);
  EXPECT_EQ(heard.back(), "two plain:k 8");
  hub.detach(two);
  hub.publish("plain", "k", "{}", 9);
  EXPECT_EQ(heard.size(), 3U);
}

TEST_F(AudienceTest, TellsThoseWhoAreThere) {
  const auto a = std::make_shared<Listener>();
  const auto b = std::make_shared<Listener>();
  audience_.join("x", a);
  audience_.join("x", a);
  audience_.join("x", b);
  audience_.join("y", b);
  EXPECT_EQ(audience_.size(), 3U);
  audience_.tell("x", event("1"));
  audience_.tell("y", event("2"));
  audience_.tell("z", event("3"));
  run_all();
  EXPECT_EQ(a->heard, std::vector<std::string>{"x=1"});
  EXPECT_EQ(b->heard, (std::vector<std::string>{"x=1", "y=2"}));
  audience_.leave("x", *a);
  audience_.leave("x", *a);
  audience_.leave("y", *a);
  EXPECT_EQ(audience_.size(), 2U);
  audience_.tell("x", event("4"));
  run_all();
  EXPECT_EQ(a->heard.size(), 1U);
}

TEST_F(AudienceTest, KeepsTheOrderAndGivesOthersTheirTurn) {
  std::vector<std::shared_ptr<Listener>> many;
  for (std::size_t i = 0; i < 3 * Audience::kAtOnce + 5; ++i) {
    many.push_back(std::make_shared<Listener>());
    audience_.join("x", many.back());
  }
  audience_.tell("x", event("1"));
  audience_.tell("x", event("2"));
  EXPECT_EQ(jobs_.size(), 1U) << "the rest comes after what others want";
  run_all();
  for (const auto& listener : many) {
    EXPECT_EQ(listener->heard, (std::vector<std::string>{"x=1", "x=2"}));
  }
}

TEST_F(AudienceTest, DoesNotTellWhoeverHasLeftMeanwhile) {
  auto gone = std::make_shared<Listener>();
  const auto left = std::make_shared<Listener>();
  const auto first = std::make_shared<Listener>();
  audience_.join("x", gone);
  audience_.join("x", left);
  audience_.join("x", first);
  // Whoever comes first makes the others go.
  for (const auto& each : {gone, left, first}) {
    each->then = [&] {
      audience_.leave("x", *left);
      audience_.leave("x", *first);
      gone.reset();
    };
  }
  audience_.tell("x", event("1"));
  run_all();
  EXPECT_LE(left->heard.size() + first->heard.size(), 1U);
}

TEST_F(AudienceTest, LosesThoseWhomItCannotTellEverything) {
  std::vector<std::shared_ptr<Listener>> many;
  for (std::size_t i = 0; i < Audience::kAtOnce + 1; ++i) {
    many.push_back(std::make_shared<Listener>());
    audience_.join("x", many.back());
  }
  const auto other = std::make_shared<Listener>();
  audience_.join("y", other);
  for (std::size_t i = 0; i <= Audience::kMaxWaiting; ++i) audience_.tell("x", event("1"));
  for (const auto& listener : many) EXPECT_TRUE(listener->lost);
  EXPECT_FALSE(other->lost);
}

}  // namespace
}  // namespace kedge::rpc
