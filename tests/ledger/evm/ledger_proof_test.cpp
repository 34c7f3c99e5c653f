// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/ledger_proof.hpp"

#include <functional>

#include "ledger/evm/header_json.hpp"
#include "tests/ledger/evm/evm_vectors.hpp"
#include "tests/support/evm_block.hpp"

namespace kedge::ledger::evm {
namespace {

using kedge::test::EvmBlock;

const Hash kRoot = [] {
  Hash root;
  root.fill(0x5a);
  return root;
}();

TEST(LedgerProof, LeadsToTheBlock) {
  for (const BlockRules rules : {BlockRules::plain, BlockRules::ibft2, BlockRules::qbft}) {
    const EvmBlock block(1042, kRoot, {.rules = rules});
    for (const auto& [state, receipt] : {std::pair(true, true), {true, false}, {false, true}}) {
      const auto proved = check_ledger_proof(block.proof(state, receipt));
      ASSERT_TRUE(proved) << proved.error().field << ": " << proved.error().message;
      EXPECT_EQ(proved->hash, block.hash());
      EXPECT_EQ(proved->header.number(), 123'456U);
      EXPECT_EQ(proved->anchored_at, 1'800'000'000U);
      EXPECT_EQ(proved->code_hash.has_value(), state);
      EXPECT_EQ(proved->controller.has_value(), state);
    }
    EXPECT_FALSE(check_ledger_proof(block.proof(false, false)));
  }
}

struct Forgery {
  const char* name;
  const char* field;
  std::function<void(LedgerProof&)> change;
};

TEST(LedgerProof, ContradictionsAreFound) {
  const std::vector<Forgery> forgeries = {
      {"another size", "state.head", [](auto& p) { ++p.checkpoint.size; }},
      {"another root", "state.head", [](auto& p) { p.checkpoint.root[0] ^= 1; }},
      {"another seq", "state.head", [](auto& p) { ++p.checkpoint.seq; }},
      {"another head before", "state.head", [](auto& p) { p.prev_head[0] ^= 1; }},
      {"another log", "state.head", [](auto& p) { p.checkpoint.log_id[0] ^= 1; }},
      {"another contract", "state.account", [](auto& p) { p.contract[0] ^= 1; }},
      {"another header", "state.account", [](auto& p) { p.header[100] ^= 1; }},
      {"cut header", "header", [](auto& p) { p.header.pop_back(); }},
      {"other rules", "header", [](auto& p) { p.rules = BlockRules::ibft2; }},
      {"no account", "state.account", [](auto& p) { p.state->account.clear(); }},
      {"slots mixed up", "state.head", [](auto& p) { std::swap(p.state->head, p.state->state); }},
      {"no state word", "state.state", [](auto& p) { p.state->state.pop_back(); }},
      {"another transaction", "receipt.nodes", [](auto& p) { --p.receipt->transaction_index; }},
      {"another log of it", "receipt.logIndex", [](auto& p) { p.receipt->log_index = 0; }},
      {"no such log", "receipt.logIndex", [](auto& p) { p.receipt->log_index = 2; }},
      {"no receipt", "receipt.nodes", [](auto& p) { p.receipt->nodes.pop_back(); }},
  };
  const EvmBlock block(1042, kRoot);
  for (const Forgery& forgery : forgeries) {
    LedgerProof proof = block.proof();
    forgery.change(proof);
    const auto proved = check_ledger_proof(proof);
    ASSERT_FALSE(proved) << forgery.name;
    EXPECT_EQ(proved.error().field, forgery.field) << forgery.name;
  }
}

TEST(LedgerProof, ReceiptAloneBindsTheSameFields) {
  const std::vector<Forgery> forgeries = {
      {"size", "", [](auto& p) { ++p.checkpoint.size; }},
      {"root", "", [](auto& p) { p.checkpoint.root[0] ^= 1; }},
      {"seq", "", [](auto& p) { ++p.checkpoint.seq; }},
      {"prev", "", [](auto& p) { p.prev_head[0] ^= 1; }},
      {"log", "", [](auto& p) { p.checkpoint.log_id[0] ^= 1; }},
      {"contract", "", [](auto& p) { p.contract[0] ^= 1; }},
  };
  const EvmBlock block(1042, kRoot);
  for (const Forgery& forgery : forgeries) {
    LedgerProof proof = block.proof(false, true);
    ASSERT_TRUE(check_ledger_proof(proof));
    forgery.change(proof);
    EXPECT_FALSE(check_ledger_proof(proof)) << forgery.name;
  }
}

TEST(LedgerProof, OfARealNode) {
  KEDGE_NEEDS_VECTORS("ledger/eth-proof");
  const auto known = test::json_file(vectors / "anvil-anchorlog-leading-zero.json");
  LedgerProof proof;
  proof.chain_id = 31337;
  proof.contract = test::address_in(known["contract"]);
  proof.checkpoint = {test::hash_of(known["logId"]), known["seq"].get<std::uint64_t>(),
                      test::hash_of(known["root"]), known["size"].get<std::uint64_t>()};
  proof.prev_head = test::hash_of(known["prevHead"]);
  proof.header = test::data_of(known["header_rlp"]);
  const auto& answer = known["proof"];
  proof.state = StateProof{test::data_list(answer["accountProof"]),
                           test::data_list(answer["storageProof"][0]["proof"]),
                           test::data_list(answer["storageProof"][1]["proof"])};
  const auto proved = check_ledger_proof(proof);
  ASSERT_TRUE(proved) << proved.error().field << ": " << proved.error().message;
  EXPECT_EQ(proved->hash, test::hash_of(known["block_hash"]));
  EXPECT_EQ(proved->code_hash, test::hash_of(known["code_hash"]));
  EXPECT_EQ(proved->anchored_at, 0x6b04464eU);
}

TEST(LedgerProof, TextIsCanonicalAndStrict) {
  const EvmBlock block(1042, kRoot);
  for (const auto& [state, receipt] : {std::pair(true, true), {true, false}, {false, true}}) {
    const LedgerProof proof = block.proof(state, receipt);
    const auto text = format_ledger_proof(proof);
    ASSERT_TRUE(text);
    const auto read = parse_ledger_proof(*text);
    ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
    EXPECT_EQ(*read, proof);
  }
  const std::string text = *format_ledger_proof(block.proof());
  EXPECT_FALSE(parse_ledger_proof(" " + text));
  EXPECT_FALSE(parse_ledger_proof(text.substr(0, text.size() - 1) + ",\"x\":1}"));
  EXPECT_FALSE(parse_ledger_proof("{}"));
  EXPECT_FALSE(parse_ledger_proof("[]"));
  EXPECT_FALSE(format_ledger_proof(block.proof(false, false)));
}

TEST(LedgerProof, ErrorsNameTheField) {
  const EvmBlock block(1042, kRoot);
  const auto whole = nlohmann::json::parse(*format_ledger_proof(block.proof()));
  const auto expect = [](const nlohmann::json& value, const std::string& field) {
    const auto read = parse_ledger_proof(value.dump());
    ASSERT_FALSE(read) << field;
    EXPECT_EQ(read.error().field, field);
  };
  for (const char* name : {"ledger", "chainId", "contract", "logId", "seq", "root", "size",
                           "prevHead", "rules", "header"}) {
    auto value = whole;
    value.erase(name);
    expect(value, name);
    value[name] = true;
    expect(value, name);
  }
  for (const char* chain_id : {"0", "01", "-1", "0x1", "18446744073709551616", ""}) {
    auto value = whole;
    value["chainId"] = chain_id;
    expect(value, "chainId");
  }
  for (const auto& [outer, inner] : {std::pair("state", "account"),
                                     {"state", "head"},
                                     {"state", "state"},
                                     {"receipt", "nodes"},
                                     {"receipt", "logIndex"},
                                     {"receipt", "transactionIndex"}}) {
    auto value = whole;
    value[outer].erase(inner);
    expect(value, std::string(outer) + "." + inner);
  }
  auto value = whole;
  value["state"]["head"] = nlohmann::json::array();
  for (int i = 0; i < 66; ++i) value["state"]["head"].push_back("00");
  expect(value, "state.head");
}

}  // namespace
}  // namespace kedge::ledger::evm
