// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "ledger/evm/types.hpp"

namespace kedge::ledger::evm {
namespace {

U256 from_hex(const std::string& digits) {
  return *U256::from_bytes(*crypto::from_hex(digits));
}

const U256 kMax = from_hex(std::string(64, 'f'));

TEST(U256, KeepsSmallNumbers) {
  for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 256ULL, ~0ULL}) {
    EXPECT_EQ(U256(value).to_u64(), value);
  }
  EXPECT_TRUE(U256(0).minimal().empty());
  EXPECT_EQ(crypto::to_hex(U256(0x100).minimal()), "0100");
  EXPECT_FALSE(from_hex("010000000000000000").to_u64());
  EXPECT_FALSE(U256::from_bytes(Bytes(33)));
}

TEST(U256, OrdersAsNumbers) {
  EXPECT_LT(U256(255), U256(256));
  EXPECT_LT(U256(~0ULL), from_hex("010000000000000000"));
  EXPECT_GT(kMax, U256(~0ULL));
}

TEST(U256, AddsWithCarryAndRefusesOverflow) {
  EXPECT_EQ(add(U256(~0ULL), U256(1)), from_hex("010000000000000000"));
  EXPECT_EQ(add(kMax, U256(0)), kMax);
  EXPECT_FALSE(add(kMax, U256(1)));
  EXPECT_FALSE(add(kMax, kMax));
}

TEST(U256, MultipliesAndRefusesOverflow) {
  EXPECT_EQ(multiply(U256(~0ULL), ~0ULL), from_hex("fffffffffffffffe0000000000000001"));
  EXPECT_EQ(multiply(kMax, 1), kMax);
  EXPECT_EQ(multiply(kMax, 0), U256(0));
  EXPECT_FALSE(multiply(kMax, 2));
  EXPECT_EQ(multiply(from_hex("01" + std::string(48, '0')), ~0ULL),
            from_hex(std::string(16, 'f') + std::string(48, '0')));
  EXPECT_FALSE(multiply(from_hex("01" + std::string(50, '0')), ~0ULL));
}

// 2^255 has one factor 2 left, whatever the other factor is written as.
TEST(U256, MultiplicationOverflowsExactlyAt256Bits) {
  for (unsigned shift = 1; shift < 64; ++shift) {
    Word word{};
    const unsigned bit = 256 - shift;
    word[31 - bit / 8] = static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(multiply(U256(word), 1ULL << shift)) << shift;
    EXPECT_TRUE(multiply(U256(word), (1ULL << shift) - 1)) << shift;
  }
}

TEST(U256, ScalesUpAndRoundsUp) {
  EXPECT_EQ(scale_up(U256(0), 110, 100), U256(0));
  EXPECT_EQ(scale_up(U256(1), 110, 100), U256(2));
  EXPECT_EQ(scale_up(U256(100), 110, 100), U256(110));
  EXPECT_EQ(scale_up(U256(101), 110, 100), U256(112));
  EXPECT_EQ(scale_up(kMax, 100, 100), kMax);
  EXPECT_FALSE(scale_up(kMax, 101, 100));
  EXPECT_THROW(static_cast<void>(scale_up(U256(1), 1, 0)), std::invalid_argument);
}

}  // namespace
}  // namespace kedge::ledger::evm
