// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <sys/resource.h>

#include "server_fixture.hpp"

namespace kedge::rpc {
namespace {

using std::chrono::milliseconds;
using test::RawConnection;
using Connections = std::vector<std::unique_ptr<RawConnection>>;

/// What a server does when there is no room: for connections, for bodies, for answers.
class ServerRoomTest : public test::ServerTest {
 protected:
  ServerRoomTest() { options_.limits.eviction_grace = milliseconds(100); }

  RawConnection& connect() {
    connections_.push_back(std::make_unique<RawConnection>(port()));
    return *connections_.back();
  }

  RawConnection& connect_and_call() {
    RawConnection& connection = connect();
    connection.send(call("echo"));
    EXPECT_EQ(connection.answer(), result("{}"));
    return connection;
  }

  void expect_served(RawConnection& connection) {
    connection.send(call("echo"));
    EXPECT_EQ(connection.answer(), result("{}"));
  }

  static void let_grace_pass() { std::this_thread::sleep_for(milliseconds(250)); }

  Connections connections_;
};

TEST_F(ServerRoomTest, TheLongestSilentOneGoesFirst) {
  options_.limits.max_connections = 3;
  start();
  RawConnection& served = connect_and_call();
  RawConnection& silent = connect();
  std::this_thread::sleep_for(milliseconds(50));
  RawConnection& later = connect();
  let_grace_pass();
  expect_served(connect());
  EXPECT_EQ(silent.answer(), "closed");
  expect_served(connect());
  EXPECT_EQ(later.answer(), "closed");
  expect_served(served);
}

TEST_F(ServerRoomTest, ThenWhoeverDribblesAFirstRequest) {
  options_.limits.max_connections = 3;
  start();
  RawConnection& served = connect_and_call();
  RawConnection& slow_head = connect();
  slow_head.send("POST /rpc HTTP/1.1\r\nHo");
  RawConnection& slow_body = connect();
  slow_body.send(call("echo").substr(0, call("echo").size() - 1));
  let_grace_pass();
  expect_served(connect());
  expect_served(connect());
  EXPECT_EQ(slow_head.answer(), "closed");
  EXPECT_EQ(slow_body.answer(), "closed");
  expect_served(served);
}

TEST_F(ServerRoomTest, ThenTheLongestResting) {
  options_.limits.max_connections = 2;
  start();
  RawConnection& first = connect_and_call();
  std::this_thread::sleep_for(milliseconds(50));
  RawConnection& second = connect_and_call();
  expect_served(connect());
  EXPECT_EQ(first.answer(), "closed");
  expect_served(second);
}

TEST_F(ServerRoomTest, NobodyAtWorkEverGoes) {
  options_.limits.max_connections = 2;
  start();
  RawConnection& calling = connect();
  calling.send(call("held"));
  RawConnection& sending_again = connect_and_call();
  sending_again.send(call("echo").substr(0, 50));
  while (table_.held() == 0) std::this_thread::sleep_for(milliseconds(1));
  let_grace_pass();
  RawConnection& newcomer = connect();
  EXPECT_EQ(newcomer.answer().substr(0, 3), "503");
  EXPECT_TRUE(newcomer.has_line("Retry-After: 1"));
  EXPECT_TRUE(newcomer.closed_by_peer());
  table_.release();
  EXPECT_EQ(calling.answer().substr(0, 3), "200");
  sending_again.send(call("echo").substr(50));
  EXPECT_EQ(sending_again.answer(), result("{}"));
  let_grace_pass();
  expect_served(connect());
}

TEST_F(ServerRoomTest, AStormOfNewcomersFindsRoomForEach) {
  options_.limits.max_connections = 50;
  options_.limits.eviction_grace = milliseconds(0);
  options_.io_threads = 2;
  start();
  for (int i = 0; i < 500; ++i) connect();
  expect_served(connect());
}

TEST_F(ServerRoomTest, BoundsTheConnectionsOfOneClient) {
  options_.limits.max_connections_per_address = 2;
  start();
  RawConnection& one = connect_and_call();
  connect_and_call();
  RawConnection& third = connect();
  EXPECT_EQ(third.answer().substr(0, 3), "503");
  EXPECT_TRUE(third.closed_by_peer());
  expect_served(one);
  one.half_close();
  EXPECT_TRUE(one.closed_by_peer());
  std::string status;
  for (int i = 0; i < 200 && status != "200"; ++i) {
    RawConnection again(port());
    again.send(call("echo"));
    status = again.answer().substr(0, 3);
  }
  EXPECT_EQ(status, "200");
}

TEST_F(ServerRoomTest, MakesRoomWhereThereAreNoFileDescriptors) {
  start();
  RawConnection& resting = connect_and_call();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(resting.fd());
  ::close(next);
  // One more may be opened: the client's end of a connection, and not the server's.
  const rlimit low{static_cast<rlim_t>(next) + 1, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  RawConnection& newcomer = connect();
  EXPECT_EQ(newcomer.fd(), next);
  newcomer.send(call("echo"));
  EXPECT_EQ(resting.answer(), "closed");
  EXPECT_EQ(newcomer.answer(), result("{}"));
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST_F(ServerRoomTest, ABodyMustGoOn) {
  options_.limits.body_window = milliseconds(200);
  options_.limits.min_body_rate = 1000;
  start();
  RawConnection& connection = connect();
  connection.send("POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  const auto begin = std::chrono::steady_clock::now();
  std::string status = "nothing";
  while (connection.send("x") &&
         std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)) {
    if (connection.more(milliseconds(20))) {
      status = connection.answer().substr(0, 3);
      break;
    }
  }
  EXPECT_EQ(status, "408");
}

TEST_F(ServerRoomTest, ABodyThatGoesOnIsRead) {
  options_.limits.body_window = milliseconds(50);
  options_.limits.min_body_rate = 10;
  start();
  RawConnection& connection = connect();
  const std::string request = call("echo", R"({"a":")" + std::string(20, 'x') + "\"}");
  for (const char octet : request) {
    connection.send({&octet, 1});
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_EQ(connection.answer().substr(0, 3), "200");
}

TEST_F(ServerRoomTest, SmallBodiesGetInBesideLargeOnes) {
  options_.limits.max_bodies_bytes = 500;
  options_.limits.small_body_bytes = 200;
  start();
  RawConnection& holder = connect();
  holder.send(post(std::string(700, ' ')).substr(0, 650));
  std::this_thread::sleep_for(milliseconds(50));
  RawConnection& other = connect();
  other.send(post(std::string(300, ' ')));
  EXPECT_EQ(other.answer().substr(0, 3), "503");
  expect_served(other);
}

TEST_F(ServerRoomTest, LargeAnswersThatNobodyReadsKeepNoSmallOnesOut) {
  options_.limits.max_answers_bytes = std::size_t{3} << 20;
  start();
  const int small = 4096;
  std::string status = "200";
  for (int i = 0; i < 50 && status == "200"; ++i) {
    RawConnection& reader = connect();
    ::setsockopt(reader.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int call_number = 0; call_number < 16; ++call_number) reader.send(call("large"));
    EXPECT_TRUE(reader.more());
    RawConnection& other = connect();
    other.send(call("large"));
    status = other.answer().substr(0, 3);
  }
  EXPECT_EQ(status, "503");
  expect_served(connect());
}

}  // namespace
}  // namespace kedge::rpc
