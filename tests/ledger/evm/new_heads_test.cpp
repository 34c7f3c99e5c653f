// SPDX-License-Identifier: Apache-2.0
// A real node tells of its blocks over a WebSocket.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "ledger/evm/eth_api.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/subscription.hpp"
#include "tests/support/devnet.hpp"

namespace kedge::ledger::evm {
namespace {

TEST(NewHeads, ARealNodeTellsOfItsBlocks) {
  const auto devnet = kedge::test::Devnet::start({"--zero-gas"});
  if (!devnet) GTEST_SKIP() << "no chain to test with";
  auto endpoint = rpc::Endpoint::create(devnet->url(), {});
  ASSERT_TRUE(endpoint);
  EthApi api(**endpoint);
  auto heads = rpc::Subscription::create("ws" + devnet->url().substr(4), {});
  ASSERT_TRUE(heads) << heads.error().message;
  std::atomic<int> heard{0};
  (*heads)->start({"eth_subscribe", R"(["newHeads"])"}, [&heard] { ++heard; });
  // It takes a moment until it is subscribed; then every block is told.
  for (int i = 0; i < 200 && heard == 0; ++i) {
    ASSERT_TRUE(api.text("evm_mine", "[]"));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const int before = heard;
  ASSERT_GT(before, 0) << (*heads)->trouble();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(api.text("evm_mine", "[]"));
  for (int i = 0; i < 500 && heard < before + 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GE(heard, before + 3);
  (*heads)->stop();
}

}  // namespace
}  // namespace kedge::ledger::evm
