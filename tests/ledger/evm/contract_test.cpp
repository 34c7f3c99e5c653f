// SPDX-License-Identifier: Apache-2.0
// AnchorLog on a real EVM: what it takes, what it refuses, what it stores, what it costs.
#include <cstdio>

#include <gtest/gtest.h>

#include "ledger/evm/abi.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/contract_code.hpp"
#include "tests/ledger/evm/test_chain.hpp"
#include "tests/support/devnet.hpp"

namespace kedge::ledger::evm {
namespace {

using kedge::test::Devnet;
using test::Mined;
using test::TestChain;
using Reason = Refusal::Reason;

constexpr std::uint64_t kChainId = 6179;

Hash filled(std::uint8_t octet) {
  Hash hash;
  hash.fill(octet);
  return hash;
}

/// One chain and one contract for all tests; each opens logs of its own.
class Contract : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    devnet_ = Devnet::start({"--zero-gas", "--chain-id", std::to_string(kChainId)});
    if (!devnet_) return;
    chain_ = std::make_unique<TestChain>(devnet_->url(), kChainId);
    const Mined made = chain_->send(0, std::nullopt, anchor_log_code().creation);
    ASSERT_TRUE(made.succeeded);
    contract_ = made.created.value();
    std::printf("gas: deploy %lu\n", made.gas_used);
  }
  static void TearDownTestSuite() {
    chain_.reset();
    devnet_.reset();
  }
  void SetUp() override {
    if (!devnet_) GTEST_SKIP() << "no chain to test with";
  }

  /// Opens a log of account `owner` and gives its name.
  static Hash open(std::size_t owner) {
    const Hash salt = filled(next_salt_++);
    const Mined made = chain_->send(owner, contract_, encode_open(salt));
    EXPECT_TRUE(made.succeeded);
    return log_id_of(kChainId, contract_, TestChain::account(owner), salt);
  }
  static LogState state(const Hash& log_id) {
    return *decode_head_of(chain_->read(contract_, encode_head_of(log_id)));
  }
  static std::optional<Refusal> refusal(std::size_t from, const Bytes& call) {
    return decode_refusal(chain_->revert_data(from, contract_, call));
  }

  static inline std::unique_ptr<Devnet> devnet_;
  static inline std::unique_ptr<TestChain> chain_;
  static inline Address contract_{};
  static inline std::uint8_t next_salt_ = 1;
};

TEST_F(Contract, HasTheCodeThatTheProgramKnows) {
  EXPECT_TRUE(check_contract_code(contract_, chain_->code(contract_)));
  EXPECT_FALSE(check_contract_code(Address{1}, chain_->code(Address{1})));
}

TEST_F(Contract, OpensALogUnderTheNameThatWeCompute) {
  const Hash salt = filled(0xaa);
  const Mined made = chain_->send(0, contract_, encode_open(salt));
  ASSERT_TRUE(made.succeeded);
  const Hash log_id = log_id_of(kChainId, contract_, TestChain::account(0), salt);
  ASSERT_EQ(made.logs.size(), 1U);
  EXPECT_EQ(made.logs[0].address, contract_);
  EXPECT_EQ(*decode_opened(made.logs[0]), (OpenedEvent{log_id, TestChain::account(0)}));
  const LogState opened = state(log_id);
  EXPECT_EQ(opened.head, log_id);
  EXPECT_EQ(opened.controller, TestChain::account(0));
  EXPECT_EQ(opened.seq, 0U);
  EXPECT_GT(opened.time, 0U);
  EXPECT_EQ(refusal(0, encode_open(salt)), Refusal{Reason::log_exists});
  // Another controller's log of the same salt is another log.
  EXPECT_TRUE(chain_->send(1, contract_, encode_open(salt)).succeeded);
  std::printf("gas: open %lu\n", made.gas_used);
}

TEST_F(Contract, KnowsNothingOfALogThatWasNotOpened) {
  EXPECT_EQ(state(filled(0xee)), LogState{});
}

TEST_F(Contract, AnchorsInOrderAndSaysSo) {
  const Hash log_id = open(0);
  Hash head = log_id;
  for (std::uint64_t seq = 1; seq <= 5; ++seq) {
    const auto octet = static_cast<std::uint8_t>(seq);
    const AnchorCall call{log_id, head, filled(octet), 100 * seq};
    const Mined made = chain_->send(0, contract_, encode_anchor(call));
    ASSERT_TRUE(made.succeeded);
    head = next_head(head, seq, call.root, call.size);
    ASSERT_EQ(made.logs.size(), 1U);
    EXPECT_EQ(*decode_checkpoint(made.logs[0]),
              (CheckpointEvent{log_id, seq, call.root, call.size, head}));
    const LogState now = state(log_id);
    EXPECT_EQ(now.head, head);
    EXPECT_EQ(now.seq, seq);
    EXPECT_LE(made.gas_used, 37'000U);
    if (seq == 5) std::printf("gas: anchor %lu\n", made.gas_used);
  }
}

TEST_F(Contract, StoresWhatAStorageProofProves) {
  const Hash log_id = open(0);
  EXPECT_TRUE(chain_->send(0, contract_, encode_anchor({log_id, log_id, filled(1), 7})).succeeded);
  const LogState proved = unpack_state(chain_->storage(contract_, head_slot(log_id)),
                                       chain_->storage(contract_, state_slot(log_id)));
  EXPECT_EQ(proved, state(log_id));
  EXPECT_EQ(proved.seq, 1U);
}

TEST_F(Contract, WritesACheckpointOnceWhateverIsSentTwice) {
  const Hash log_id = open(0);
  const Bytes first = encode_anchor({log_id, log_id, filled(1), 1});
  ASSERT_TRUE(chain_->send(0, contract_, first).succeeded);
  const LogState after = state(log_id);
  const Mined again = chain_->send(0, contract_, first);
  EXPECT_FALSE(again.succeeded);
  EXPECT_TRUE(again.logs.empty());
  EXPECT_EQ(state(log_id), after);
  EXPECT_EQ(refusal(0, first), (Refusal{Reason::stale_head, after.head, 1}));
  std::printf("gas: stale anchor %lu\n", again.gas_used);
}

TEST_F(Contract, RefusesWhoeverDoesNotControlTheLog) {
  const Hash log_id = open(0);
  const Bytes call = encode_anchor({log_id, log_id, filled(1), 1});
  EXPECT_EQ(refusal(1, call)->reason, Reason::not_controller);
  EXPECT_FALSE(chain_->send(1, contract_, call).succeeded);
  EXPECT_EQ(refusal(1, encode_set_controller(log_id, TestChain::account(1)))->reason,
            Reason::not_controller);
  // Nobody controls a log that was not opened, not even the zero address.
  EXPECT_EQ(refusal(0, encode_anchor({filled(0xee), Hash{}, filled(1), 1}))->reason,
            Reason::not_controller);
  EXPECT_EQ(state(log_id).seq, 0U);
}

TEST_F(Contract, RefusesAZeroRoot) {
  const Hash log_id = open(0);
  EXPECT_EQ(refusal(0, encode_anchor({log_id, log_id, Hash{}, 1}))->reason, Reason::zero_root);
}

TEST_F(Contract, AnchorsManyOrNone) {
  const Hash one = open(0);
  const Hash two = open(0);
  std::vector<AnchorCall> calls;
  Hash head = one;
  for (std::uint64_t seq = 1; seq <= 9; ++seq) {
    calls.push_back({one, head, filled(static_cast<std::uint8_t>(seq)), seq});
    head = next_head(head, seq, calls.back().root, seq);
  }
  calls.push_back({two, two, filled(0x22), 5});
  const Mined made = chain_->send(0, contract_, encode_anchor_many(calls));
  ASSERT_TRUE(made.succeeded);
  ASSERT_EQ(made.logs.size(), 10U);
  EXPECT_EQ(decode_checkpoint(made.logs[8])->head, head);
  EXPECT_EQ(state(one).head, head);
  EXPECT_EQ(state(one).seq, 9U);
  EXPECT_EQ(state(two).seq, 1U);
  std::printf("gas: anchorMany, 9 of one log and 1 of another, %lu\n", made.gas_used);

  // The last is stale: the first, which is not, is not written either.
  const std::vector<AnchorCall> mixed = {{one, head, filled(0x33), 10}, {two, two, filled(1), 6}};
  EXPECT_FALSE(chain_->send(0, contract_, encode_anchor_many(mixed)).succeeded);
  EXPECT_EQ(refusal(0, encode_anchor_many(mixed))->reason, Reason::stale_head);
  EXPECT_EQ(state(one).head, head);
  EXPECT_TRUE(chain_->send(0, contract_, encode_anchor_many({})).logs.empty());
}

TEST_F(Contract, TenCheckpointsOfOneLog) {
  const Hash log_id = open(0);
  ASSERT_TRUE(chain_->send(0, contract_, encode_anchor({log_id, log_id, filled(1), 1})).succeeded);
  std::vector<AnchorCall> calls;
  Hash head = state(log_id).head;
  for (std::uint64_t seq = 2; seq <= 11; ++seq) {
    calls.push_back({log_id, head, filled(static_cast<std::uint8_t>(seq)), seq});
    head = next_head(head, seq, calls.back().root, seq);
  }
  const Mined made = chain_->send(0, contract_, encode_anchor_many(calls));
  ASSERT_TRUE(made.succeeded);
  EXPECT_EQ(state(log_id).seq, 11U);
  std::printf("gas: anchorMany, 10 of one log, %lu\n", made.gas_used);
}

TEST_F(Contract, PassesToAnotherController) {
  const Hash log_id = open(0);
  EXPECT_EQ(refusal(0, encode_set_controller(log_id, Address{}))->reason, Reason::zero_controller);
  const Mined made =
      chain_->send(0, contract_, encode_set_controller(log_id, TestChain::account(1)));
  ASSERT_TRUE(made.succeeded);
  ASSERT_EQ(made.logs.size(), 1U);
  const std::vector<Hash> topics = {abi::topic("Controller(bytes32,address,address)"), log_id,
                                    abi::word(TestChain::account(0)),
                                    abi::word(TestChain::account(1))};
  EXPECT_EQ(made.logs[0].topics, topics);
  EXPECT_EQ(state(log_id).controller, TestChain::account(1));
  EXPECT_EQ(state(log_id).head, log_id);
  const Bytes call = encode_anchor({log_id, log_id, filled(1), 1});
  EXPECT_EQ(refusal(0, call)->reason, Reason::not_controller);
  EXPECT_TRUE(chain_->send(1, contract_, call).succeeded);
  std::printf("gas: setController %lu\n", made.gas_used);
}

TEST_F(Contract, TakesNoEther) {
  // So that there is some to send.
  chain_->call("anvil_setBalance",
               "[\"" + to_text(TestChain::account(2)) + "\",\"0xde0b6b3a7640000\"]");
  const Hash log_id = open(2);
  EXPECT_TRUE(chain_->revert_data(2, contract_, {}, 1).empty());
  EXPECT_TRUE(chain_->revert_data(2, contract_, encode_open(filled(9)), 1).empty());
  EXPECT_FALSE(chain_->send(2, contract_, {}, 1).succeeded);
  EXPECT_FALSE(
      chain_->send(2, contract_, encode_anchor({log_id, log_id, filled(1), 1}), 1).succeeded);
  EXPECT_FALSE(chain_->send(2, contract_, encode_head_of(log_id), 1).succeeded);
  EXPECT_EQ(chain_->call("eth_getBalance", "[\"" + to_text(contract_) + "\",\"latest\"]"),
            "\"0x0\"");
}

TEST_F(Contract, RefusesUnknownCallsAndShortOnes) {
  EXPECT_TRUE(chain_->revert_data(0, contract_, {1, 2, 3, 4}).empty());
  Bytes call = encode_anchor({filled(1), filled(2), filled(3), 4});
  call.pop_back();
  EXPECT_TRUE(chain_->revert_data(0, contract_, call).empty());
}

}  // namespace
}  // namespace kedge::ledger::evm
