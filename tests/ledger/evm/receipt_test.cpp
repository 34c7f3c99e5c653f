// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/receipt.hpp"

#include "crypto/keccak.hpp"
#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/trie_builder.hpp"
#include "tests/ledger/evm/evm_vectors.hpp"

namespace kedge::ledger::evm {
namespace {

using test::data_of;
using test::hash_of;
using test::json_file;

TEST(Receipt, RealOnesOfFourTypes) {
  KEDGE_NEEDS_VECTORS("ledger/receipts");
  const auto block = json_file(vectors / "mainnet-0x14d7970.json");
  std::vector<TrieItem> items;
  for (const auto& text : block["receipts_encoded"]) {
    const Bytes encoded = data_of(text);
    const auto receipt = parse_receipt(encoded);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(receipt->type, block["types"][items.size()].get<int>());
    EXPECT_EQ(encode_receipt(*receipt), encoded);
    items.push_back({receipt_key(items.size()), encoded});
  }
  EXPECT_EQ(items.size(), block["count"].get<std::size_t>());
  EXPECT_EQ(*trie_root(items), hash_of(block["receiptsRoot"]));
}

TEST(Receipt, RawReceiptsOfAllForks) {
  KEDGE_NEEDS_VECTORS("ledger/receipts");
  const auto block = json_file(vectors / "anvil-mixed-types.json");
  for (const auto& proof : block["proofs"]) {
    const Bytes encoded = data_of(proof["value"]);
    EXPECT_EQ(encode_receipt(*parse_receipt(encoded)), encoded);
    EXPECT_EQ(receipt_key(proof["index"].get<std::uint64_t>()), data_of(proof["key"]));
  }
}

TEST(Receipt, BeforeByzantiumItHoldsARoot) {
  Receipt receipt;
  receipt.outcome = Hash{1, 2, 3};
  receipt.cumulative_gas = 21000;
  const auto read = parse_receipt(encode_receipt(receipt));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, receipt);
  EXPECT_FALSE(read->succeeded());
}

TEST(Receipt, NoBitCanChangeUnseen) {
  Receipt receipt;
  receipt.type = 2;
  receipt.outcome = true;
  receipt.cumulative_gas = 36452;
  receipt.logs.push_back(EventLog{Address{1}, {Hash{2}, Hash{3}}, {4, 5}});
  const Bytes encoded = encode_receipt(receipt);
  ASSERT_EQ(*parse_receipt(encoded), receipt);
  for (std::size_t bit = 0; bit < 8 * encoded.size(); ++bit) {
    Bytes changed = encoded;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto read = parse_receipt(changed);
    EXPECT_FALSE(read && *read == receipt) << bit;
  }
  Bytes trailing = encoded;
  trailing.push_back(0x80);
  EXPECT_FALSE(parse_receipt(trailing));
  EXPECT_FALSE(parse_receipt({}));
  EXPECT_FALSE(parse_receipt(Bytes{2}));
}

}  // namespace
}  // namespace kedge::ledger::evm
