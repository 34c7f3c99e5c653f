// SPDX-License-Identifier: Apache-2.0
#include "node/api/events.hpp"

#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class EventsTest : public ApiTest {
 protected:
  EventsTest() {
    hub_.attach([this](const std::string& topic, const rpc::SharedEvent& event) {
      const std::lock_guard lock(mutex_);
      heard_.push_back({topic, json::parse(event->data), event->id});
      changed_.notify_all();
    });
  }

  struct Heard {
    std::string topic;
    json data;
    std::optional<std::uint64_t> id;
  };

  /// The next event of the topic; the test fails if none comes.
  Heard next(const std::string& topic) {
    std::unique_lock lock(mutex_);
    const auto found = [&] {
      return std::find_if(heard_.begin(), heard_.end(),
                          [&](const Heard& heard) { return heard.topic == topic; });
    };
    if (!changed_.wait_for(lock, std::chrono::seconds(10),
                           [&] { return found() != heard_.end(); })) {
      ADD_FAILURE() << "nothing is told of " << topic;
      return {};
    }
    Heard heard = *found();
    heard_.erase(found());
    return heard;
  }

  Status subscribe(const std::string& digest) { return hub_.kind("digest")->opened(digest); }
  node::CheckpointRow newest() { return *store().snapshot()->latest_checkpoint(); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Heard> heard_;

 protected:
  // Last, so that their thread has ended before what it writes to goes.
  rpc::Hub hub_;
  node::NodeEvents events_{hub_, store()};
};

TEST_F(EventsTest, TellsOfCheckpointsAsTheyAreRead) {
  anchored(0, 3);
  events_.sealed(newest());
  const Heard heard = next("checkpoint:");
  EXPECT_EQ(heard.data, call("log_checkpoint"));
  EXPECT_EQ(heard.id, newest().epoch);
}

TEST_F(EventsTest, TellsWhatWasMissedAsFarAsThatIsCheap) {
  for (std::uint64_t i = 0; i < node::NodeEvents::kMaxMissed + 5; ++i) anchored(i, 1);
  const std::uint64_t epoch = newest().epoch;
  const auto since = hub_.kind("checkpoint")->since;
  EXPECT_TRUE(since(epoch).empty());
  EXPECT_TRUE(since(epoch + 7).empty()) << "of a log that is not this one";
  const auto two = since(epoch - 2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0]->id, epoch - 1);
  EXPECT_EQ(json::parse(two[1]->data), call("log_checkpoint"));
  const auto most = since(0);
  ASSERT_EQ(most.size(), node::NodeEvents::kMaxMissed);
  EXPECT_EQ(most.back()->id, epoch);
  EXPECT_EQ(most.front()->id, epoch - node::NodeEvents::kMaxMissed + 1);
}

TEST_F(EventsTest, TellsOfAnchors) {
  anchored(0, 1);
  const auto anchor = store().snapshot()->anchor_covering("embedded", newest().epoch);
  ASSERT_TRUE(anchor);
  events_.anchored(*anchor);
  const Heard heard = next("anchor:");
  EXPECT_EQ(heard.data["ledger"], "embedded");
  EXPECT_EQ(heard.data["state"], "final");
  EXPECT_EQ(heard.data["epoch"], anchor->epoch);
  EXPECT_EQ(heard.data["size"], anchor->size);
  EXPECT_FALSE(heard.id);
}

TEST_F(EventsTest, TellsHowFarACredentialHasCome) {
  const std::string topic = "digest:" + digest(7);
  ASSERT_TRUE(subscribe(digest(7)));
  EXPECT_EQ(next(topic).data, (json{{"digest", digest(7)}, {"credentials", json::array()}}));
  call("anchor_submit", items(7, 1));
  ASSERT_TRUE(subscribe(digest(7))) << "somebody else";
  const json accepted = next(topic).data["credentials"];
  ASSERT_EQ(accepted.size(), 1U);
  EXPECT_EQ(accepted[0]["state"], "accepted");
  EXPECT_EQ(accepted[0]["issuer"], kIssuer);
  anchored(8, 1);
  events_.sealed(newest());
  EXPECT_EQ(next(topic).data["credentials"][0]["state"], "final");
  submit_as(kOtherIssuer, 7);
  events_.sealed(newest());
  EXPECT_EQ(next(topic).data["credentials"].size(), 2U);

  EXPECT_EQ(events_.watched(), 1U);
  hub_.kind("digest")->closed(digest(7));
  EXPECT_EQ(events_.watched(), 1U);
  hub_.kind("digest")->closed(digest(7));
  EXPECT_EQ(events_.watched(), 0U);
}

TEST_F(EventsTest, WatchesDigestsOnlyAndSoMany) {
  for (const char* bad : {"", "x", "ABCDEF"}) {
    const Status refused = subscribe(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().field, "digest");
  }
  for (std::size_t i = 0; i < node::NodeEvents::kMaxWatched; ++i) {
    ASSERT_TRUE(subscribe(digest(i)));
  }
  const Status full = subscribe(digest(node::NodeEvents::kMaxWatched));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Errc::too_busy);
  EXPECT_TRUE(subscribe(digest(0))) << "one that is watched already";
}

TEST_F(EventsTest, StopsWithWatchesOpen) {
  ASSERT_TRUE(subscribe(digest(1)));
  events_.stop();
  events_.stop();
  EXPECT_TRUE(subscribe(digest(2))) << "nobody is told any more, and nothing breaks";
}

}  // namespace
}  // namespace kedge::test
