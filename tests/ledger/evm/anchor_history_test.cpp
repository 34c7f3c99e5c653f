// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/anchor_history.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ledger/evm/quantity.hpp"
#include "tests/support/evm_world.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

/// Five checkpoints, each in the second block after the one before.
class AnchorHistoryTest : public testing::Test {
 protected:
  AnchorHistoryTest() {
    for (std::uint8_t i = 1; i <= 5; ++i) {
      world_.chain.mine_empty(1);
      world_.chain.anchor_from_elsewhere(Hash{i}, i);
    }
  }

  std::vector<ListedAnchor> read(std::uint64_t first = 0) {
    std::vector<ListedAnchor> out;
    const Status status =
        read_anchors(api_, world_.options.contract, world_.log_id, first, world_.chain.height(),
                     [&](std::span<const ListedAnchor> anchors, BlockMark mark) {
                       out.insert(out.end(), anchors.begin(), anchors.end());
                       mark_ = mark;
                       return Status();
                     });
    if (!status) ADD_FAILURE() << status.error().message;
    return out;
  }

  bool complete(const std::vector<ListedAnchor>& anchors) {
    return leads_to(anchors, world_.log_id, world_.chain.state());
  }

  /// Changes the list of logs that the node gives.
  void change_logs(const std::function<void(json&)>& change) {
    world_.one.set_twist([change](const rpc::CallRequest& request, rpc::Answer& answer) {
      if (request.method != "eth_getLogs") return;
      json logs = json::parse(answer.result);
      change(logs);
      answer.result = logs.dump();
    });
  }

  kedge::test::EvmWorld world_;
  EthApi api_{world_.one};
  BlockMark mark_;
};

TEST_F(AnchorHistoryTest, ReadsThemWithTheTimesOfTheirBlocks) {
  auto anchors = read();
  ASSERT_EQ(anchors.size(), 5U);
  EXPECT_TRUE(complete(anchors));
  EXPECT_EQ(mark_.number, world_.chain.height());
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    EXPECT_EQ(anchors[i].event.seq, i + 1);
    EXPECT_TRUE(anchors[i].canonical);
    EXPECT_EQ(anchors[i].time, api_.block(BlockId::at(anchors[i].block_number))->time);
  }
  EXPECT_EQ(read(anchors[2].block_number).size(), 3U);
  EXPECT_EQ(drop_unfounded(api_, anchors)->size(), 0U);
  EXPECT_EQ(anchors.size(), 5U);
}

TEST_F(AnchorHistoryTest, WhatIsLeftOutDoesNotLeadToTheHead) {
  for (std::size_t left_out = 0; left_out < 5; ++left_out) {
    auto anchors = read();
    anchors.erase(anchors.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_FALSE(complete(anchors)) << left_out;
  }
  EXPECT_FALSE(complete({}));
}

TEST_F(AnchorHistoryTest, OneThatIsListedTwiceAlikeIsOne) {
  change_logs([](json& logs) { logs.insert(logs.begin() + 2, logs[2]); });
  EXPECT_TRUE(complete(read()));
}

/// What a node does whose re-organisation has raced with its mining: the transaction stands in two
/// blocks, and its receipt in the second.
TEST_F(AnchorHistoryTest, OneInTwoBlocksCountsWhereItsReceiptIs) {
  const auto honest = read();
  const std::uint64_t before = honest[4].block_number - 1;
  change_logs([&](json& logs) {
    json ghost = logs[4];
    ghost["blockNumber"] = to_quantity(before);
    ghost["blockHash"] = to_data(api_.block(BlockId::at(before))->hash);
    logs.insert(logs.begin() + 4, ghost);
  });
  auto anchors = read();
  ASSERT_EQ(anchors.size(), 6U);
  EXPECT_FALSE(complete(anchors));
  const auto dropped = drop_unfounded(api_, anchors);
  ASSERT_TRUE(dropped);
  ASSERT_EQ(dropped->size(), 1U);
  EXPECT_NE(dropped->front().find("lists checkpoint 5 in block " + std::to_string(before)),
            std::string::npos)
      << dropped->front();
  EXPECT_NE(dropped->front().find("receipt is in block " + std::to_string(honest[4].block_number)),
            std::string::npos);
  EXPECT_TRUE(complete(anchors));
}

TEST_F(AnchorHistoryTest, OneOfABlockThatIsGoneIsTakenOut) {
  change_logs([](json& logs) {
    json ghost = logs[4];
    ghost["blockHash"] = to_data(Hash{9});
    ghost["blockNumber"] =
        to_quantity(*u64_from_quantity(ghost["blockNumber"].get<std::string>()) - 1);
    ghost["transactionHash"] = to_data(Hash{8});
    logs.insert(logs.begin() + 4, ghost);
  });
  auto anchors = read();
  ASSERT_EQ(anchors.size(), 6U);
  EXPECT_FALSE(anchors[4].canonical);
  const auto dropped = drop_unfounded(api_, anchors);
  ASSERT_EQ(dropped->size(), 1U);
  EXPECT_NE(dropped->front().find("another block of this number"), std::string::npos);
  EXPECT_TRUE(complete(anchors));
}

/// A contract that lets two stand is not to be excused by this.
TEST_F(AnchorHistoryTest, TwoThatBothStandStayBoth) {
  auto anchors = read();
  const ListedAnchor second = anchors[4];
  world_.one.set_twist([&](const rpc::CallRequest& request, rpc::Answer& answer) {
    if (request.method != "eth_getTransactionReceipt") return;
    json receipt = json::parse(answer.result);
    for (json& log : receipt["logs"]) {
      log["topics"][2] = to_data(Hash(*hash_from_data("0x" + std::string(63, '0') + "5")));
    }
    answer.result = receipt.dump();
  });
  anchors[3].event.seq = 5;
  const auto dropped = drop_unfounded(api_, anchors);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->size(), 0U);
  ASSERT_EQ(anchors.size(), 5U);
  EXPECT_EQ(anchors[4], second);
  EXPECT_FALSE(complete(anchors));
}

TEST_F(AnchorHistoryTest, LogsOutOfOrderAreNamed) {
  change_logs([](json& logs) { std::swap(logs[1], logs[3]); });
  const Status status =
      read_anchors(api_, world_.options.contract, world_.log_id, 0, world_.chain.height(),
                   [](std::span<const ListedAnchor>, BlockMark) { return Status(); });
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("the order of the chain, not log 0 of block"),
            std::string::npos)
      << status.error().message;
}

}  // namespace
}  // namespace kedge::ledger::evm
