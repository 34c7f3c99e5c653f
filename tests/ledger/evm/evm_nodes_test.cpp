// SPDX-License-Identifier: Apache-2.0
#include "evm_ledger_fixture.hpp"

/// The ledger against nodes that fail, disagree, or leave things out.
namespace kedge::ledger::evm {
namespace {

using EvmNodesTest = EvmLedgerTest;

TEST_F(EvmNodesTest, AllHearOfTheTraceAndAreShownInTheirOrder) {
  const auto ledger = this->ledger(true);
  ledger->set_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_EQ(one.trace(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_EQ(two.trace(), one.trace());
  ASSERT_TRUE(ledger->head());
  two.set_down(true);
  const std::vector<LedgerEndpoint> shown = ledger->endpoints();
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].name, "one");
  EXPECT_EQ(shown[0].failures, 0U);
  EXPECT_GT(shown[0].answered_total, 0U);
  EXPECT_EQ(shown[1].name, "two");
  EXPECT_EQ(shown[1].failures, 1U);
}

TEST_F(EvmNodesTest, OneOfTwoThatFailIsEnoughToSendAndTooFewToBelieve) {
  const auto ledger = this->ledger(true);
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  two.set_down(true);
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  chain.mine_empty(5);
  const auto doubtful = ledger->poll(intent, attempts);
  ASSERT_FALSE(doubtful);
  EXPECT_EQ(doubtful.error().code, Errc::unavailable);
  two.set_down(false);
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::final);
}

TEST_F(EvmNodesTest, NodesThatDisagreeMakeNothingFinal) {
  const auto ledger = this->ledger(true);
  const AnchorIntent intent = intent_of(0);
  test::FakeChain other{kChainId, *policy.contract, log_id, signer()->address(), code};
  const std::vector attempts{prepare(*ledger, intent)};
  two.show(other);
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  chain.mine_empty(5);
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::pending);
  other.mine_empty(1);
  other.mine();
  other.mine_empty(5);
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::pending) << "in different blocks";
}

TEST_F(EvmNodesTest, AReceiptWithoutItsBlockOrItsEventShowsNothing) {
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  chain.mine_empty(5);
  one.set_twist([](const rpc::CallRequest& request, rpc::Answer& answer) {
    if (request.method != "eth_getTransactionReceipt") return;
    const std::size_t at = answer.result.find("\"logs\":[");
    const std::size_t end = answer.result.find("}]", at);
    answer.result.replace(at, end + 2 - at, "\"logs\":[]");
  });
  EXPECT_EQ(ledger->poll(intent, attempts).error().code, Errc::unavailable);
  one.set_twist([](const rpc::CallRequest& request, rpc::Answer& answer) {
    if (request.method != "eth_getBlockByNumber") return;
    const std::size_t at = answer.result.find("\"hash\":\"0x") + 10;
    answer.result[at] = answer.result[at] == '0' ? '1' : '0';
  });
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::pending);
  one.set_twist({});
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::final);
}

TEST_F(EvmNodesTest, ReplaysAllAndNoticesWhatIsLeftOut) {
  const auto ledger = this->ledger();
  AnchorIntent intent = intent_of(0);
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
    auto attempts = anchor(*ledger, intent);
    intent = intent_of(epoch + 1);
    intent.previous = std::move(attempts);
  }
  std::vector<std::uint64_t> seen;
  const auto collect = [&](const ReplayedAnchor& anchor) -> Status {
    seen.push_back(anchor.seq);
    return {};
  };
  const Status replayed = ledger->replay(3, collect);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{3, 4, 5}));
  one.set_twist([](const rpc::CallRequest& request, rpc::Answer& answer) {
    if (request.method == "eth_getLogs") answer.result = "[]";
  });
  EXPECT_FALSE(ledger->replay(1, collect));
  EXPECT_FALSE(ledger->head());
}

}  // namespace
}  // namespace kedge::ledger::evm
