// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/harvest.hpp"

#include "ledger/evm/header_json.hpp"
#include "ledger/evm/receipt_json.hpp"
#include "ledger/evm/trie_builder.hpp"
#include "tests/ledger/evm/evm_vectors.hpp"
#include "tests/support/evm_block.hpp"

namespace kedge::ledger::evm {
namespace {

using kedge::test::EvmBlock;

TEST(Harvest, MakesTheProofOfANodesAnswers) {
  for (const BlockRules rules : {BlockRules::plain, BlockRules::ibft2, BlockRules::qbft}) {
    const EvmBlock block(1042, Hash{1}, {.rules = rules});
    const auto harvest = harvest_proof(block.target(), block.answers());
    ASSERT_TRUE(harvest) << harvest.error().message;
    EXPECT_EQ(harvest->left_out, std::vector<std::string>{});
    // A block without extra data of either kind is hashed as it is.
    EXPECT_EQ(harvest->proof, block.proof());
  }
}

TEST(Harvest, TakesWhatThereIs) {
  const EvmBlock block(1042, Hash{1});
  HarvestAnswers answers = block.answers();
  answers.receipts.clear();
  EXPECT_EQ(harvest_proof(block.target(), answers)->proof, block.proof()) << "one by one";
  answers.single_receipts.clear();
  EXPECT_EQ(harvest_proof(block.target(), answers)->proof, block.proof(true, false));
  answers = block.answers();
  answers.proof.clear();
  EXPECT_EQ(harvest_proof(block.target(), answers)->proof, block.proof(false, true));
  answers = block.answers();
  answers.block = "{}";
  answers.raw_header = "\"" + to_data(block.header().encode()) + "\"";
  EXPECT_EQ(harvest_proof(block.target(), answers)->proof, block.proof()) << "a raw header";
}

TEST(Harvest, LeavesOutWhatDoesNotHold) {
  const EvmBlock block(1042, Hash{1});
  const EvmBlock other(1043, Hash{2});
  HarvestAnswers answers = block.answers();
  answers.proof = other.answers().proof;
  auto harvest = harvest_proof(block.target(), answers);
  ASSERT_TRUE(harvest);
  EXPECT_EQ(harvest->proof, block.proof(false, true));
  ASSERT_EQ(harvest->left_out.size(), 1U);

  answers = block.answers();
  answers.receipts = "[]";
  harvest = harvest_proof(block.target(), answers);
  ASSERT_TRUE(harvest);
  EXPECT_EQ(harvest->proof, block.proof(true, false));

  answers.proof = R"({"accountProof":[],"storageProof":[]})";
  EXPECT_FALSE(harvest_proof(block.target(), answers)) << "neither holds";
  for (const char* text : {"null", "", "[]", "{", R"({"accountProof":7})"}) {
    answers.proof = text;
    EXPECT_FALSE(harvest_proof(block.target(), answers)) << text;
  }
}

TEST(Harvest, BelievesNoOtherBlock) {
  const EvmBlock block(1042, Hash{1});
  HarvestTarget target = block.target();
  target.block_hash[0] ^= 1;
  EXPECT_FALSE(harvest_proof(target, block.answers()));
  HarvestAnswers answers = block.answers();
  auto json = nlohmann::json::parse(answers.block);
  json["gasUsed"] = "0x1";
  answers.block = json.dump();
  const auto harvest = harvest_proof(block.target(), answers);
  ASSERT_FALSE(harvest);
  EXPECT_EQ(harvest.error().field, "hash");
}

TEST(HeaderJson, RealBlocksGiveTheirHash) {
  KEDGE_NEEDS_VECTORS("ledger/bft-headers");
  const auto file = test::json_file(vectors / "real-headers.json");
  std::size_t blocks = 0;
  for (const auto& known : file) {
    if (!known.contains("json_block") || known["json_block"].is_null()) continue;
    const auto header = header_from_block(known["json_block"].dump());
    ASSERT_TRUE(header) << known["name"] << header.error().field << header.error().message;
    EXPECT_EQ(header->header.encode(), test::data_of(known["header_rlp"]));
    EXPECT_EQ(header->rules, *block_rules_from_name(known["mode"].get<std::string>()));
    ++blocks;
  }
  EXPECT_GE(blocks, 2U);
}

TEST(HeaderJson, ABlockOfAnvil) {
  KEDGE_NEEDS_VECTORS("ledger/eth-proof");
  const auto known = test::json_file(vectors / "anvil-anchorlog-head.json");
  auto block = known["block"];
  const auto header = header_from_block(block.dump());
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->rules, BlockRules::plain);
  EXPECT_EQ(header->header.encode(), test::data_of(known["header_rlp"]));
  // A field that this version does not know of, or that is not hashed, does no harm.
  block["requestsHash"] = nullptr;
  EXPECT_FALSE(header_from_block(block.dump()));
  const std::string raw = "\"" + to_data(header->header.encode()) + "\"";
  EXPECT_TRUE(header_from_raw(raw, header->hash));
  EXPECT_FALSE(header_from_raw(raw, Hash{}));
}

TEST(ReceiptJson, BlocksOfAnvilAndGeth) {
  KEDGE_NEEDS_VECTORS("ledger/receipts");
  const auto anvil = test::json_file(vectors / "anvil-mixed-types.json");
  const auto receipts = receipts_from_answer(anvil["receipts"].dump());
  ASSERT_TRUE(receipts) << receipts.error().field << receipts.error().message;
  std::vector<TrieItem> items;
  for (const auto& indexed : *receipts) {
    items.push_back({receipt_key(indexed.transaction_index), encode_receipt(indexed.receipt)});
  }
  EXPECT_EQ(*trie_root(items), test::hash_of(anvil["receiptsRoot"]));

  // Receipts of before Byzantium, with a root in place of the status.
  const std::string text = kedge::test::read_file(
      vectors / "execution-apis-eth_getBlockReceipts--get-block-receipts-n.io");
  const auto answer = nlohmann::json::parse(text.substr(text.find("<< ") + 3));
  const auto old = receipts_from_answer(answer["result"].dump());
  ASSERT_TRUE(old) << old.error().field << old.error().message;
  items.clear();
  for (const auto& indexed : *old) {
    items.push_back({receipt_key(indexed.transaction_index), encode_receipt(indexed.receipt)});
  }
  const auto headers = test::json_file(vectors / "execution-apis-headers.json");
  EXPECT_EQ(*trie_root(items), test::hash_of(headers["headers"][0]["receiptsRoot"]));
}

}  // namespace
}  // namespace kedge::ledger::evm
