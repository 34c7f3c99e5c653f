// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/address.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"

namespace kedge::ledger::evm {
namespace {

// The test cases printed in EIP-55.
TEST(Address, ChecksumsAsEip55Prints) {
  for (const char* text :
       {"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_checksum_text(*address), text);
    EXPECT_EQ(parse_address(to_text(*address)).has_value(), true);
  }
}

TEST(Address, EveryWrongCaseOfOneLetterIsSeen) {
  const std::string good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  for (std::size_t i = 2; i < good.size(); ++i) {
    if (good[i] >= '0' && good[i] <= '9') continue;
    std::string wrong = good;
    wrong[i] = static_cast<char>(wrong[i] ^ 0x20);
    EXPECT_FALSE(parse_address(wrong)) << wrong;
  }
}

TEST(Address, RefusesOtherForms) {
  const std::string good = "0xde709f2102306220921060314715629080e2fb77";
  EXPECT_FALSE(parse_address(""));
  EXPECT_FALSE(parse_address(good.substr(2)));
  EXPECT_FALSE(parse_address(good + "0"));
  EXPECT_FALSE(parse_address(good.substr(0, 41)));
  EXPECT_FALSE(parse_address(good.substr(0, 41) + "g"));
}

// The key of EIP-155's example; its address is in the same text.
TEST(Address, ComesFromThePublicKey) {
  const auto key = crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1, Bytes(32, 0x46));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_text(address_of(key->public_key())), "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
  const auto other = crypto::SecretKey::from_bytes(crypto::KeyType::p256, Bytes(32, 0x46));
  ASSERT_TRUE(other);
  EXPECT_THROW(static_cast<void>(address_of(other->public_key())), std::invalid_argument);
}

// A published sender and its first contracts; the nonces cover the one-octet and the empty form.
TEST(Address, OfCreatedContracts) {
  const auto sender = parse_address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
  ASSERT_TRUE(sender);
  const char* expected[] = {"0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d",
                            "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8",
                            "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91"};
  for (std::uint64_t nonce = 0; nonce < 3; ++nonce) {
    EXPECT_EQ(to_text(created_address(*sender, nonce)), expected[nonce]);
  }
}

}  // namespace
}  // namespace kedge::ledger::evm
