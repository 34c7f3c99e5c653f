// SPDX-License-Identifier: Apache-2.0
#include "node/audit/chain_history.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ledger/evm/quantity.hpp"
#include "tests/support/evm_world.hpp"

namespace kedge::node {
namespace {

using namespace ledger::evm;
using nlohmann::json;

/// Two nodes of a chain that prove nothing: where the log stands is their word. One of them may
/// lie.
class ChainHistoryTest : public testing::Test, public BlockHashes {
 protected:
  ChainHistoryTest() {
    for (std::uint8_t i = 1; i <= 5; ++i) world_.chain.anchor_from_elsewhere(Hash{i}, i);
    options_.trust = {.chain_id = test::EvmWorld::kChainId,
                      .contract = world_.options.contract,
                      .log_id = world_.log_id,
                      .code_hash = world_.options.code_hash,
                      .blocks = AskedNodes{{"one", "two"}, 2}};
    options_.block_hashes = this;
  }

  std::vector<Result<Hash>> block_hashes(const std::vector<std::string>& urls, std::uint64_t,
                                         std::uint64_t number) override {
    std::vector<Result<Hash>> out;
    for (std::size_t i = 0; i < urls.size(); ++i) {
      const auto block = EthApi(i == 0 ? world_.one : world_.two).block(BlockId::at(number));
      out.push_back(block ? Result<Hash>(block->hash) : block.error());
    }
    return out;
  }

  Result<ChainHistory> read(std::size_t agree = 2) {
    std::vector<std::unique_ptr<rpc::Remote>> remotes;
    remotes.push_back(std::make_unique<test::NodeLink>(world_.one));
    remotes.push_back(std::make_unique<test::NodeLink>(world_.two));
    Nodes nodes(std::move(remotes), agree);
    return read_chain_history(nodes, options_, cache_);
  }

  /// The first node leaves an event out.
  void leave_out(std::size_t index) {
    world_.one.set_twist([index](const rpc::CallRequest& request, rpc::Answer& answer) {
      if (request.method != "eth_getLogs") return;
      json logs = json::parse(answer.result);
      if (logs.size() > index) logs.erase(index);
      answer.result = logs.dump();
    });
  }

  test::EvmWorld world_;
  ChainOptions options_;
  AnchorCache cache_;
};

TEST_F(ChainHistoryTest, ReadsUpToABlockOnWhichTheNodesAgree) {
  const auto history = read();
  ASSERT_TRUE(history) << history.error().message;
  EXPECT_EQ(history->block.number, world_.chain.height());
  EXPECT_EQ(history->head.seq, 5U);
  ASSERT_EQ(history->events.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(history->events[i].seq, i + 1);
    EXPECT_EQ(history->events[i].size, i + 1);
  }
  EXPECT_EQ(history->events[4].head, history->head.head);
  EXPECT_NE(history->why.find("2 of 2 nodes that were asked"), std::string::npos) << history->why;
  EXPECT_NE(history->why.find("the log's head by the word of 2 of 2 nodes"), std::string::npos);
}

TEST_F(ChainHistoryTest, GoesOnFromWhatItHas) {
  ASSERT_TRUE(read());
  const std::uint64_t before = world_.one.calls();
  world_.chain.anchor_from_elsewhere(Hash{6}, 6);
  std::vector<std::string> asked;
  world_.one.set_twist([&](const rpc::CallRequest& request, rpc::Answer&) {
    if (request.method == "eth_getLogs") asked.push_back(request.params);
  });
  const auto history = read();
  ASSERT_TRUE(history);
  EXPECT_EQ(history->events.size(), 6U);
  EXPECT_GT(world_.one.calls(), before);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_NE(asked[0].find("\"fromBlock\":\"" + to_quantity(world_.chain.height())),
            std::string::npos)
      << asked[0];
}

TEST_F(ChainHistoryTest, ANodeThatLeavesAnEventOutIsPassedOver) {
  leave_out(2);
  const auto history = read();
  ASSERT_TRUE(history);
  EXPECT_EQ(history->events.size(), 5U) << "from the other node";
  ASSERT_EQ(history->remarks.size(), 2U);
  EXPECT_EQ(history->remarks[1], "the events that one lists do not lead to the log's head");
}

TEST_F(ChainHistoryTest, WhatNoNodeShowsIsMissing) {
  leave_out(2);
  world_.two.set_down(true);
  options_.trust.blocks = AskedNodes{{"one"}, 1};
  const auto history = read(1);
  ASSERT_TRUE(history) << history.error().message;
  EXPECT_EQ(history->events.size(), 4U);
  EXPECT_EQ(history->head.seq, 5U);
  EXPECT_FALSE(cache_.mark()) << "not kept for the next run";
}

/// A cache that a dishonest node has filled does not spoil the next run.
TEST_F(ChainHistoryTest, AnIncompleteCacheIsReadAnew) {
  const auto whole = read();
  ASSERT_TRUE(whole);
  auto anchors = cache_.anchors();
  const auto mark = *cache_.mark();
  anchors.erase(anchors.begin() + 1);
  ASSERT_TRUE(cache_.clear());
  ASSERT_TRUE(cache_.append(anchors, mark));
  const auto history = read();
  ASSERT_TRUE(history);
  EXPECT_EQ(history->events.size(), 5U);
  EXPECT_EQ(cache_.anchors().size(), 5U);
}

TEST_F(ChainHistoryTest, AReorganisationBelowTheCacheIsReadAnew) {
  ASSERT_TRUE(read());
  std::vector<ListedAnchor> anchors = cache_.anchors();
  BlockMark mark = *cache_.mark();
  mark.hash = Hash{1};
  ASSERT_TRUE(cache_.clear());
  ASSERT_TRUE(cache_.append(std::vector{anchors[0]}, mark));
  const auto history = read();
  ASSERT_TRUE(history);
  EXPECT_EQ(history->events.size(), 5U);
}

TEST_F(ChainHistoryTest, BlocksThatNobodyVouchesForAreNoVerdict) {
  world_.two.set_down(true);
  auto history = read(1);
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error().code, Errc::unavailable);
  EXPECT_NE(history.error().message.find("nobody whom the trust file names vouches for block 5"),
            std::string::npos)
      << history.error().message;
  history = read();
  ASSERT_FALSE(history) << "and one alone does not do";
  world_.two.set_down(false);
  options_.trust.blocks = std::vector<PinnedBlock>{{5, Hash{1}}};
  history = read();
  ASSERT_FALSE(history);
  EXPECT_NE(history.error().message.find("the trust file contradicts block 5"), std::string::npos);
  options_.trust.blocks = std::vector<ValidatorRange>{{}};
  history = read();
  ASSERT_FALSE(history);
  EXPECT_NE(history.error().message.find("seals stand in a header"), std::string::npos);
}

TEST_F(ChainHistoryTest, APinnedBlockIsWhereItEnds) {
  const Hash third = EthApi(world_.one).block(BlockId::at(3))->hash;
  options_.trust.blocks = std::vector<PinnedBlock>{{3, third}, {99, Hash{1}}};
  // The chain of this test has no old state: as if nothing had been anchored since.
  test::EvmWorld older;
  for (std::uint8_t i = 1; i <= 3; ++i) older.chain.anchor_from_elsewhere(Hash{i}, i);
  const auto show_old = [&](const rpc::CallRequest& request, rpc::Answer& answer) {
    if (request.method == "eth_call") answer = older.chain.answer(request);
  };
  world_.one.set_twist(show_old);
  world_.two.set_twist(show_old);
  const auto history = read();
  ASSERT_TRUE(history) << history.error().message;
  EXPECT_EQ(history->block.number, 3U);
  EXPECT_EQ(history->events.size(), 3U);
  EXPECT_NE(history->why.find("pinned"), std::string::npos);
}

TEST_F(ChainHistoryTest, OtherCodeIsNotBelieved) {
  options_.trust.code_hash = Hash{1};
  const auto history = read();
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error().message, "the contract runs other code than the trusted one");
  options_.trust.code_hash.reset();
  const auto unnamed = read();
  ASSERT_TRUE(unnamed);
  EXPECT_NE(unnamed->remarks.back().find("other code than AnchorLog"), std::string::npos);
}

TEST_F(ChainHistoryTest, AnotherTimeThanTheContractsIsALie) {
  const auto shift = [&](const rpc::CallRequest& request, rpc::Answer& answer) {
    if (request.method != "eth_getBlockByNumber") return;
    json block = json::parse(answer.result);
    if (block.is_null() || block["number"] != to_quantity(std::uint64_t{5})) return;
    block["timestamp"] = "0x1";
    answer.result = block.dump();
  };
  world_.one.set_twist(shift);
  world_.two.set_twist(shift);
  const auto history = read();
  ASSERT_FALSE(history);
  EXPECT_NE(history.error().message.find("another time than the contract has kept"),
            std::string::npos);
}

}  // namespace
}  // namespace kedge::node
