// SPDX-License-Identifier: Apache-2.0
// What a client sees of a server that stops: whole answers, or nothing.
#include <atomic>
#include <thread>

#include "server_fixture.hpp"

namespace kedge::rpc::test {
namespace {

class ServerDrainTest : public ServerTest {};

TEST_F(ServerDrainTest, WhatHasArrivedIsAnswered) {
  options_.io_threads = 2;
  start();
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 40; ++i) {
    connections.push_back(std::make_unique<RawConnection>(port()));
    connections.back()->send(call("echo"));
    ASSERT_EQ(connections.back()->answer(), result("{}"));
  }
  for (const auto& connection : connections) connection->send(call("echo_worker"));
  server_->stop();
  for (const auto& connection : connections) {
    EXPECT_EQ(connection->answer(), result("{}"));
    EXPECT_EQ(connection->answer(), "closed");
  }
}

TEST_F(ServerDrainTest, WhoPipelinesGetsNoHalfAnswerAndNoReset) {
  start();
  for (int round = 0; round < 5; ++round) {
    RawConnection connection(port());
    std::atomic<bool> going = true;
    // Never stops to send, so that at every moment something is on its way to the server.
    std::jthread sender([&] {
      std::string many;
      for (int i = 0; i < 20; ++i)
        many += call("echo", "{\"pad\":\"" + std::string(500, 'x') + "\"}");
      while (going && connection.send(many)) {
      }
    });
    const std::string wanted = result("{\"pad\":\"" + std::string(500, 'x') + "\"}");
    for (int i = 0; i < 200; ++i) ASSERT_EQ(connection.answer(), wanted);
    std::jthread stopper([&] { server_->stop(); });
    std::string last = connection.answer();
    while (last == wanted) last = connection.answer();
    going = false;
    EXPECT_EQ(last, "closed");
    EXPECT_FALSE(connection.was_reset());
    sender.join();
    stopper.join();
    start();
  }
}

TEST_F(ServerDrainTest, TellsHowMuchItHasToDo) {
  start();
  EXPECT_EQ(server_->status().connections, 0U);
  RawConnection held(port());
  held.send(call("held"));
  while (table_.held() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const ServerStatus busy = server_->status();
  EXPECT_EQ(busy.connections, 1U);
  EXPECT_EQ(busy.streams, 0U);
  EXPECT_EQ(busy.subscriptions, 0U);
  EXPECT_EQ(busy.queued_jobs, 0U);
  table_.release();
  EXPECT_EQ(held.answer(), result("\"released\""));
  server_->stop();
  EXPECT_EQ(server_->status().connections, 0U);
}

}  // namespace
}  // namespace kedge::rpc::test
