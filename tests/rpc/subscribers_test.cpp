// SPDX-License-Identifier: Apache-2.0
// Thousands of subscribers at one time.
#include <algorithm>

#include "hub_fixture.hpp"
#include "tests/support/crowd.hpp"

namespace kedge::rpc {
namespace {

using kedge::test::Crowd;
using std::chrono::milliseconds;
using std::chrono::seconds;

class SubscribersTest : public test::HubTest {
 protected:
  SubscribersTest() {
    options_.limits.max_connections = 8000;
    options_.limits.max_streams = 7000;
    options_.limits.max_waiting_events = 16;
  }

  const std::string data_ = "{\"checkpoint\":\"" + std::string(500, 'x') + "\"}";
};

TEST_F(SubscribersTest, AllAreToldInOrderWhileOthersAreAnswered) {
  start();
  Crowd crowd(port());
  ASSERT_TRUE(crowd.open(2000, Crowd::Kind::web_socket, "tick"));
  ASSERT_TRUE(crowd.open(2000, Crowd::Kind::event_stream, "tick"));
  std::atomic<bool> stop = false;
  milliseconds slowest{0};
  std::jthread honest([&] {
    test::RawConnection connection(port());
    while (!stop) {
      const auto began = std::chrono::steady_clock::now();
      connection.send(call("echo"));
      EXPECT_EQ(connection.answer(), result("{}"));
      slowest = std::max(slowest, std::chrono::duration_cast<milliseconds>(
                                      std::chrono::steady_clock::now() - began));
    }
  });
  for (int i = 0; i < 20; ++i) {
    hub_.publish("tick", "", data_, static_cast<std::uint64_t>(i));
    ASSERT_TRUE(crowd.wait(1, seconds(20))) << i;
  }
  stop = true;
  honest.join();
  EXPECT_EQ(crowd.closed(), 0U);
  EXPECT_LT(slowest, seconds(2));
  RecordProperty("slowest_ms", std::to_string(slowest.count()));
}

TEST_F(SubscribersTest, ThoseWhoDoNotReadGoAndTheOthersHearEverything) {
  start();
  Crowd deaf(port());
  ASSERT_TRUE(deaf.open(20, Crowd::Kind::web_socket, "tick", false));
  ASSERT_TRUE(deaf.open(20, Crowd::Kind::event_stream, "tick", false));
  Crowd crowd(port());
  ASSERT_TRUE(crowd.open(100, Crowd::Kind::web_socket, "tick"));
  ASSERT_TRUE(crowd.open(100, Crowd::Kind::event_stream, "tick"));
  const std::string large = "\"" + std::string(60'000, 'x') + "\"";
  for (int i = 0; i < 150; ++i) {
    hub_.publish("tick", "", large);
    ASSERT_TRUE(crowd.wait(1, seconds(20))) << i;
  }
  EXPECT_EQ(crowd.closed(), 0U);
  // Those who are gone have given their places back.
  EXPECT_TRUE(eventually([&] { return observer_.open() <= 200; })) << observer_.open();
}

TEST_F(SubscribersTest, ComeAndGoWhileMuchHappens) {
  start();
  std::atomic<bool> stop = false;
  std::jthread publisher([&] {
    for (std::uint64_t i = 0; !stop; ++i) {
      hub_.publish("tick", "", data_, i);
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  for (int round = 0; round < 10; ++round) {
    Crowd crowd(port());
    ASSERT_TRUE(crowd.open(100, Crowd::Kind::web_socket, "tick"));
    ASSERT_TRUE(crowd.open(100, Crowd::Kind::event_stream, "tick"));
    crowd.wait(1, seconds(10));
  }
  stop = true;
  publisher.join();
  EXPECT_TRUE(eventually([&] { return observer_.open() == 0; }));
}

}  // namespace
}  // namespace kedge::rpc
