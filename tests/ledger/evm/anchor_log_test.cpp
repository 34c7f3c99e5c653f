// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/anchor_log.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "ledger/evm/abi.hpp"
#include "ledger/evm/address.hpp"
#include "tests/ledger/evm/vector_json.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

Hash filled(std::uint8_t octet) {
  Hash hash;
  hash.fill(octet);
  return hash;
}

EventLog checkpoint_log(const CheckpointEvent& event) {
  return {Address{7},
          {checkpoint_topic(), event.log_id, abi::word(event.seq), event.root},
          abi::Writer().put(event.size).put(event.head).take()};
}

const CheckpointEvent kEvent{filled(1), 5, filled(2), 4096, filled(3)};

// The selectors that solc gave for the same signatures.
TEST(AnchorLog, CallsHaveTheSelectorsOfTheCompiler) {
  const auto head = [](const Bytes& call) { return crypto::to_hex(ByteView(call).first(4)); };
  EXPECT_EQ(head(encode_open({})), "d3b3f73a");
  EXPECT_EQ(head(encode_anchor({})), "1ceaa5e5");
  EXPECT_EQ(head(encode_anchor_many({})), "a6a9f54f");
  EXPECT_EQ(head(encode_set_controller({}, {})), "d3156905");
  EXPECT_EQ(head(encode_head_of({})), "65c7d79d");
}

// The data of a transaction that ethers made (test data, `tx/signed.json`).
TEST(AnchorLog, EncodesAnAnchor) {
  EXPECT_EQ(crypto::to_hex(encode_anchor({filled(0x11), filled(0x22), filled(0x33), 4096})),
            "1ceaa5e5" + std::string(64, '1') + std::string(64, '2') + std::string(64, '3') +
                std::string(60, '0') + "1000");
}

TEST(AnchorLog, EncodesManyAnchorsAsOneDynamicArray) {
  const AnchorCall calls[] = {{filled(1), filled(2), filled(3), 4},
                              {filled(5), filled(6), filled(7), 8}};
  const Bytes call = encode_anchor_many(calls);
  ASSERT_EQ(call.size(), 4 + 32 * (2 + 8));
  EXPECT_EQ(call[4 + 31], 32);
  EXPECT_EQ(call[4 + 63], 2);
  EXPECT_EQ(call[4 + 64], 1);
  EXPECT_EQ(call.back(), 8);
}

TEST(AnchorLog, ReadsHeadOf) {
  const LogState state{filled(9), Address{1, 2}, 77, 1'700'000'000};
  const Bytes answer =
      abi::Writer().put(state.head).put(state.controller).put(state.seq).put(state.time).take();
  const auto read = decode_head_of(answer);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, state);
  EXPECT_FALSE(decode_head_of(ByteView(answer).first(127)));
  EXPECT_FALSE(decode_head_of({}));
}

TEST(AnchorLog, ReadsEveryRefusalAndNothingElse) {
  using Reason = Refusal::Reason;
  const auto stale = abi::Writer(abi::selector("StaleHead(bytes32,bytes32,uint64)"))
                         .put(filled(1))
                         .put(filled(2))
                         .put(3)
                         .take();
  EXPECT_EQ(decode_refusal(stale), (Refusal{Reason::stale_head, filled(2), 3}));
  EXPECT_FALSE(decode_refusal(ByteView(stale).first(stale.size() - 1)));
  const auto bare = [](std::string_view signature, std::size_t words) {
    const abi::Selector selector = abi::selector(signature);
    Bytes data(selector.begin(), selector.end());
    data.resize(4 + 32 * words);
    return decode_refusal(data);
  };
  EXPECT_EQ(bare("NotController(bytes32,address)", 2)->reason, Reason::not_controller);
  EXPECT_EQ(bare("LogExists(bytes32)", 1)->reason, Reason::log_exists);
  EXPECT_EQ(bare("ZeroRoot()", 0)->reason, Reason::zero_root);
  EXPECT_EQ(bare("ZeroController()", 0)->reason, Reason::zero_controller);
  EXPECT_FALSE(bare("Panic(uint256)", 1));
  EXPECT_FALSE(decode_refusal({}));
}

TEST(AnchorLog, ReadsACheckpoint) {
  const auto read = decode_checkpoint(checkpoint_log(kEvent));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, kEvent);
  EXPECT_TRUE(crypto::to_hex(checkpoint_topic()).starts_with("b22779e0"));
  EXPECT_TRUE(crypto::to_hex(checkpoint_topic()).ends_with("e7e9"));
}

TEST(AnchorLog, RefusesOtherEvents) {
  EventLog log = checkpoint_log(kEvent);
  log.topics[0] = opened_topic();
  EXPECT_FALSE(decode_checkpoint(log));
  log = checkpoint_log(kEvent);
  log.topics.pop_back();
  EXPECT_FALSE(decode_checkpoint(log));
  log = checkpoint_log(kEvent);
  log.topics[2][0] = 1;
  EXPECT_FALSE(decode_checkpoint(log));
  log = checkpoint_log(kEvent);
  log.data.push_back(0);
  EXPECT_FALSE(decode_checkpoint(log));
  log.topics.clear();
  EXPECT_FALSE(decode_checkpoint(log));
}

TEST(AnchorLog, ReadsOpened) {
  const Address controller = {5, 6};
  EventLog log{Address{7}, {opened_topic(), filled(4), abi::word(controller)}, {}};
  const auto read = decode_opened(log);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (OpenedEvent{filled(4), controller}));
  log.topics[2][0] = 1;
  EXPECT_FALSE(decode_opened(log));
}

TEST(AnchorLog, UnpacksTheStateWord) {
  // What anvil stored: time, seq 13, controller (test data, `measured/anchorlog-gas.json`).
  const auto word =
      hash_from_data("0x6b04447a000000000000000d70997970c51812dc3a010c7d01b50e0d17dc79c8");
  const LogState state = unpack_state(filled(1), *word);
  EXPECT_EQ(state.time, 0x6b04447aU);
  EXPECT_EQ(state.seq, 13U);
  EXPECT_EQ(to_text(state.controller), "0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
  EXPECT_EQ(state.head, filled(1));
}

// The slot that anvil proved for this log.
TEST(AnchorLog, KnowsTheSlotOfTheHead) {
  KEDGE_NEEDS_VECTORS("ledger/eth-proof");
  const json proof = test::load_json(vectors / "anvil-anchorlog-head.json");
  const auto log_id = hash_from_data(proof["logId"].get<std::string>());
  ASSERT_TRUE(log_id);
  EXPECT_EQ(to_data(head_slot(*log_id)), proof["slot"].get<std::string>());
  const Word head = head_slot(filled(1));
  EXPECT_EQ(add(U256(head), U256(1)), U256(state_slot(filled(1))));
}

}  // namespace
}  // namespace kedge::ledger::evm
