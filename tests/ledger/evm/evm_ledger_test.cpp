// SPDX-License-Identifier: Apache-2.0
#include "evm_ledger_fixture.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

TEST_F(EvmLedgerTest, GoesFromUnknownToFinal) {
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  EXPECT_EQ(one.sends(), 0U) << "preparing sends nothing";
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::unknown);
  ASSERT_TRUE(ledger->send(attempts[0]));
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::pending);
  chain.mine();
  AnchorProgress progress = poll(*ledger, intent, attempts);
  EXPECT_EQ(progress.phase, AnchorPhase::mined);
  EXPECT_EQ(progress.record, R"({"block":1,"seq":1})");
  EXPECT_EQ(progress.confirmations->have, 1U);
  EXPECT_EQ(progress.confirmations->wanted, 3U);
  chain.mine_empty(1);
  progress = poll(*ledger, intent, attempts);
  EXPECT_EQ(progress.phase, AnchorPhase::mined) << "two of three";
  EXPECT_EQ(progress.confirmations->final_at_ms, 1'700'000'006'000U);
  chain.mine_empty(1);
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::final);
  ASSERT_TRUE(ledger->send(attempts[0])) << "sent again, it changes nothing";
  chain.mine();
  EXPECT_EQ(chain.checkpoints().size(), 1U);
}

TEST_F(EvmLedgerTest, TheNextBuildsOnWhatIsStored) {
  const auto ledger = this->ledger();
  AnchorIntent second = intent_of(1);
  second.previous = anchor(*ledger, intent_of(0));
  // Other transactions wait in the pool: what the node calls pending is of no interest.
  const auto attempts = anchor(*ledger, second);
  EXPECT_EQ(nonce_of(attempts[0]), 1U);
  const auto head = ledger->head();
  ASSERT_TRUE(head) << head.error().message;
  ASSERT_TRUE(*head);
  EXPECT_EQ((*head)->count, 2U);
  EXPECT_EQ((*head)->size, second.size);
  EXPECT_EQ((*head)->root, second.root);
}

TEST_F(EvmLedgerTest, SaysNothingOfANewLog) {
  const auto head = ledger()->head();
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_FALSE(*head);
}

TEST_F(EvmLedgerTest, RefusesTheWrongContractKeyOrLog) {
  chain.set_code({0x60});
  EXPECT_TRUE(needs_operator(ledger()->head().error()));
  EXPECT_EQ(ledger()->prepare(intent_of(0), {}).error().field, "contract");
  chain.set_code(code);
  EXPECT_EQ(ledger(false, 2)->head().error().field, "signer");
  chain.set_controller({});
  EXPECT_EQ(ledger()->head().error().field, "log_id");
}

TEST_F(EvmLedgerTest, AReorganisedAnchorIsSentAgainWithTheSameOctets) {
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::mined);
  chain.reorganise(1);
  const AnchorProgress progress = poll(*ledger, intent, attempts);
  EXPECT_EQ(progress.phase, AnchorPhase::unknown);
  EXPECT_FALSE(progress.replace);
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  EXPECT_EQ(poll(*ledger, intent, attempts).record, R"({"block":3,"seq":1})");
}

TEST_F(EvmLedgerTest, ALostAnchorIsSentAgainBeforeTheNextIsSigned) {
  const auto ledger = this->ledger();
  AnchorIntent second = intent_of(1);
  second.previous = anchor(*ledger, intent_of(0));
  chain.reorganise(3);
  const auto refused = ledger->prepare(second, {});
  ASSERT_FALSE(refused);
  EXPECT_FALSE(needs_operator(refused.error()));
  EXPECT_EQ(chain.pool_size(), 1U) << "the stored octets";
  chain.mine();
  const std::vector attempts{prepare(*ledger, second)};
  EXPECT_EQ(nonce_of(attempts[0]), 1U);
}

TEST_F(EvmLedgerTest, ALowerNonceThatIsMissingIsSentFirst) {
  const auto ledger = this->ledger();
  AnchorIntent second = intent_of(1);
  second.previous = anchor(*ledger, intent_of(0));
  const std::vector attempts{prepare(*ledger, second)};
  chain.reorganise(3);
  EXPECT_EQ(poll(*ledger, second, attempts).phase, AnchorPhase::unknown);
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  EXPECT_EQ(chain.checkpoints().size(), 2U);
}

TEST_F(EvmLedgerTest, RefusesToSignOverAnchorsThatAreNotStored) {
  chain.anchor_from_elsewhere(Hash{9}, 90);
  const auto first = ledger()->prepare(intent_of(0), {});
  ASSERT_FALSE(first);
  EXPECT_TRUE(needs_operator(first.error()));
  EXPECT_NE(first.error().message.find("restored from a backup"), std::string::npos);
}

TEST_F(EvmLedgerTest, RefusesToSignWhenAnotherHasWrittenSince) {
  const auto ledger = this->ledger();
  AnchorIntent second = intent_of(1);
  second.previous = anchor(*ledger, intent_of(0));
  chain.anchor_from_elsewhere(Hash{9}, 90);
  const auto refused = ledger->prepare(second, {});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(needs_operator(refused.error()));
}

TEST_F(EvmLedgerTest, AForeignTransactionOnOurNonceHalts) {
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  chain.use_nonce(signer()->address());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::pending) << "not at first sight";
  }
  const auto halted = ledger->poll(intent, attempts);
  ASSERT_FALSE(halted);
  EXPECT_TRUE(needs_operator(halted.error()));
  EXPECT_NE(halted.error().message.find("nonce 0"), std::string::npos);
}

TEST_F(EvmLedgerTest, ARefusedAnchorIsTriedAgainOnlyIfTheLogIsAsItWas) {
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  std::vector attempts{prepare(*ledger, intent)};
  const auto controller = signer()->address();
  chain.set_controller({7});
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::pending) << "not final yet";
  chain.mine_empty(2);
  EXPECT_TRUE(needs_operator(ledger->poll(intent, attempts).error()));
  chain.set_controller(controller);
  ASSERT_TRUE(poll(*ledger, intent, attempts).replace);
  attempts.push_back(prepare(*ledger, intent, attempts));
  EXPECT_EQ(nonce_of(attempts[1]), 1U);
  ASSERT_TRUE(ledger->send(attempts[1]));
  chain.mine();
  chain.mine_empty(2);
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::final);
}

TEST_F(EvmLedgerTest, ReplacesAnAttemptThatWaitsTooLong) {
  options.fees = {.mode = FeeMode::legacy, .max_gas_price = U256(125)};
  chain.set_min_price(100);
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  std::vector attempts{prepare(*ledger, intent)};
  ASSERT_TRUE(ledger->send(attempts[0]));
  EXPECT_FALSE(poll(*ledger, intent, attempts).replace);
  for (const std::uint64_t price : {110U, 121U}) {
    now_ms += 60'000;
    ASSERT_TRUE(poll(*ledger, intent, attempts).replace);
    attempts.push_back(prepare(*ledger, intent, attempts));
    EXPECT_EQ(decode_transaction(attempts.back().payload)->transaction.gas_price, U256(price));
    EXPECT_EQ(nonce_of(attempts.back()), 0U) << "the same nonce: only one of them can be mined";
    ASSERT_TRUE(ledger->send(attempts.back()));
    EXPECT_EQ(chain.pool_size(), 1U);
  }
  now_ms += 60'000;
  EXPECT_FALSE(poll(*ledger, intent, attempts).replace) << "the cap";
  // The oldest is mined after all.
  chain.lose_pool();
  chain.force(*decode_transaction(attempts[0].payload));
  chain.mine_empty(2);
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::final);
  EXPECT_EQ(chain.checkpoints().size(), 1U);
}

TEST_F(EvmLedgerTest, ReplacesAnAttemptThatIsTooCheap) {
  options.fees = {.mode = FeeMode::dynamic, .max_gas_price = U256(1'000)};
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  std::vector attempts{prepare(*ledger, intent)};
  chain.set_min_price(200);
  ASSERT_TRUE(ledger->send(attempts[0])) << "it is kept, and may still be mined";
  ASSERT_TRUE(poll(*ledger, intent, attempts).replace);
  attempts.push_back(prepare(*ledger, intent, attempts));
  ASSERT_TRUE(ledger->send(attempts[1]));
  EXPECT_EQ(chain.pool_size(), 1U);
}

TEST_F(EvmLedgerTest, AtPriceZeroThereIsNothingToRaise) {
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  ASSERT_TRUE(ledger->send(attempts[0]));
  now_ms += 3'600'000;
  EXPECT_FALSE(poll(*ledger, intent, attempts).replace);
}

TEST_F(EvmLedgerTest, FinalByTheTagOfTheChain) {
  options.finality = FinalityRule::finalized;
  chain.set_final_lag(4);
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::mined);
    chain.mine_empty(1);
  }
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::final);
}

TEST_F(EvmLedgerTest, FinalByTheSealsOfTheBlock) {
  options.finality = FinalityRule::bft;
  const auto ledger = this->ledger();
  const AnchorIntent intent = intent_of(0);
  const std::vector attempts{prepare(*ledger, intent)};
  ASSERT_TRUE(ledger->send(attempts[0]));
  chain.mine();
  sealed = false;
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::mined);
  sealed = true;
  EXPECT_EQ(poll(*ledger, intent, attempts).phase, AnchorPhase::final);
}

/// What a node may say to a transaction, and what follows from it.
TEST_F(EvmLedgerTest, EveryAnswerToSendingHasItsConsequence) {
  struct Case {
    const char* text;
    int code;
    bool success;
    bool operator_needed;
  };
  const Case cases[] = {
      {"already known", -32000, true, false},
      {"nonce too low", -32000, true, false},
      {"nonce too high", -32000, true, false},
      {"replacement transaction underpriced", -32000, true, false},
      {"transaction underpriced", -32000, true, false},
      {"execution reverted", 3, true, false},
      {"insufficient funds for gas * price + value", -32000, false, true},
      {"Sender account not authorized to send transactions", -32007, false, true},
      {"Wrong chainId", -32000, false, true},
      {"exceeds block gas limit", -32000, false, true},
      {"Initial sync is still in progress", -32008, false, false},
      {"too many requests", -32005, false, false},
      {"something new", -32000, false, false},
  };
  const auto ledger = this->ledger();
  const Attempt attempt = prepare(*ledger, intent_of(0));
  for (const Case& said : cases) {
    one.set_twist([&](const rpc::CallRequest& request, rpc::Answer& answer) {
      if (request.method != "eth_sendRawTransaction") return;
      answer.error = rpc::ServerError{.code = said.code, .message = said.text};
    });
    const Status sent = ledger->send(attempt);
    EXPECT_EQ(sent.has_value(), said.success) << said.text;
    EXPECT_EQ(!sent && needs_operator(sent.error()), said.operator_needed) << said.text;
  }
  one.set_twist([](const rpc::CallRequest&, rpc::Answer& answer) {
    answer.error.reset();
    answer.result = "\"" + to_data(Hash{5}) + "\"";
  });
  EXPECT_FALSE(ledger->send(attempt)) << "another hash than that of what was sent";
}

}  // namespace
}  // namespace kedge::ledger::evm
