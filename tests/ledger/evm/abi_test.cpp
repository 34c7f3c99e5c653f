// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/abi.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"

namespace kedge::ledger::evm::abi {
namespace {

// The Solidity ABI specification prints this selector and these words (section "Examples").
TEST(Abi, SelectorsAndWordsOfTheSpecification) {
  EXPECT_EQ(crypto::to_hex(selector("baz(uint32,bool)")), "cdcd77c0");
  EXPECT_EQ(crypto::to_hex(Writer(selector("baz(uint32,bool)")).put(69).put(1).take()),
            "cdcd77c0"
            "0000000000000000000000000000000000000000000000000000000000000045"
            "0000000000000000000000000000000000000000000000000000000000000001");
}

TEST(Abi, WordsComeBack) {
  const Address address = {1, 2, 3};
  const Bytes words = Writer().put(~std::uint64_t{0}).put(address).put(Word{9}).take();
  Reader reader(words);
  EXPECT_EQ(reader.u64("a"), ~std::uint64_t{0});
  EXPECT_EQ(reader.address("b"), address);
  EXPECT_EQ(reader.word("c"), Word{9});
  EXPECT_TRUE(reader.finish());
}

TEST(Abi, RefusesBitsBeyondTheType) {
  for (std::size_t i = 0; i < 24; ++i) {
    Word wrong{};
    wrong[i] = 1;
    Reader number(wrong);
    number.u64("n");
    EXPECT_FALSE(number.finish()) << i;
    Reader address(wrong);
    address.address("a");
    EXPECT_EQ(address.finish().has_value(), i >= 12) << i;
  }
}

TEST(Abi, NamesWhatIsMissingAndRefusesWhatIsLeftOver) {
  const Bytes words(63);
  Reader missing(words);
  missing.word("first");
  missing.word("second");
  missing.word("third");
  EXPECT_EQ(missing.finish().error().field, "second");
  Reader left_over(words);
  left_over.word("first");
  EXPECT_FALSE(left_over.finish());
}

}  // namespace
}  // namespace kedge::ledger::evm::abi
