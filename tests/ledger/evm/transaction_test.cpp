// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/transaction.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/rlp.hpp"

namespace kedge::ledger::evm {
namespace {

crypto::SecretKey key() {
  return *crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1, Bytes(32, 0x46));
}

SignedTransaction sign(const Transaction& transaction) {
  return *assemble(transaction, *crypto::sign_recoverable(key(), signing_hash(transaction)));
}

Transaction example(TransactionType type, std::uint64_t chain_id) {
  Transaction transaction;
  transaction.type = type;
  transaction.chain_id = chain_id;
  transaction.nonce = 9;
  transaction.gas_price = U256(20);
  if (type == TransactionType::dynamic_fee) transaction.priority_fee = U256(2);
  transaction.gas_limit = 100'000;
  transaction.to = Address{0x35};
  transaction.data = Bytes(132, 0x11);
  return transaction;
}

TEST(Transaction, EveryTypeAndChainComesBack) {
  for (const auto type :
       {TransactionType::legacy, TransactionType::access_list, TransactionType::dynamic_fee}) {
    // 0x3accd8b is the id of a real QBFT chain: twice that and 36 goes beyond 2^26.
    for (const std::uint64_t chain_id :
         {std::uint64_t{1}, std::uint64_t{6179}, std::uint64_t{0x3accd8b}, kMaxChainId}) {
      Transaction transaction = example(type, chain_id);
      if (type != TransactionType::legacy) {
        transaction.access_list = {{Address{1}, {Word{2}, Word{3}}}, {Address{4}, {}}};
      }
      const SignedTransaction made = sign(transaction);
      const auto read = decode_transaction(made.raw);
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(read->transaction, transaction);
      EXPECT_EQ(read->raw, made.raw);
      EXPECT_EQ(read->hash, made.hash);
      EXPECT_EQ(to_text(read->sender), "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
    }
  }
}

TEST(Transaction, WithoutAChainAndWithoutAReceiver) {
  Transaction transaction = example(TransactionType::legacy, 0);
  transaction.to.reset();
  const auto read = decode_transaction(sign(transaction).raw);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->transaction.chain_id, 0U);
  EXPECT_FALSE(read->transaction.to);
}

// Any changed octet gives a refusal or another transaction, never the same sender for other
// content.
TEST(Transaction, EveryChangedOctetIsSeen) {
  for (const auto type : {TransactionType::legacy, TransactionType::dynamic_fee}) {
    const SignedTransaction made = sign(example(type, 6179));
    for (std::size_t i = 0; i < made.raw.size(); ++i) {
      for (const unsigned change : {0x01U, 0x80U, 0xffU}) {
        Bytes raw = made.raw;
        raw[i] = static_cast<std::uint8_t>(raw[i] ^ change);
        const auto read = decode_transaction(raw);
        if (!read) continue;
        EXPECT_NE(read->sender, made.sender) << i;
        EXPECT_EQ(read->raw, raw);
      }
    }
  }
}

TEST(Transaction, RefusesTruncationAndTrailingOctets) {
  const SignedTransaction made = sign(example(TransactionType::dynamic_fee, 1));
  for (std::size_t size = 0; size < made.raw.size(); ++size) {
    EXPECT_FALSE(decode_transaction(ByteView(made.raw).first(size))) << size;
  }
  Bytes longer = made.raw;
  longer.push_back(0);
  EXPECT_FALSE(decode_transaction(longer));
  longer.resize(kMaxTransactionBytes + 1);
  EXPECT_FALSE(decode_transaction(longer));
}

TEST(Transaction, RefusesTheTwinWithHighS) {
  const Transaction transaction = example(TransactionType::legacy, 1);
  auto signature = *crypto::sign_recoverable(key(), signing_hash(transaction));
  const Bytes order =
      *crypto::from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int digit = int{order[i]} - int{signature.s[i]} - borrow;
    borrow = digit < 0 ? 1 : 0;
    signature.s[i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  signature.y_odd = !signature.y_odd;
  EXPECT_FALSE(assemble(transaction, signature));
}

TEST(Transaction, NamesTheWrongElement) {
  rlp::Writer writer;
  writer.open_list().number(1).number(1).number(21000).bytes(Bytes(19)).number(0).bytes({});
  writer.number(37).number(1).number(1).close_list();
  const auto read = decode_transaction(writer.take());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().field, "to");
}

}  // namespace
}  // namespace kedge::ledger::evm
