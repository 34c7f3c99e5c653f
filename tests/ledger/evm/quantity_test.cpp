// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/quantity.hpp"

#include <gtest/gtest.h>

namespace kedge::ledger::evm {
namespace {

TEST(Quantity, WritesWithoutLeadingZeros) {
  EXPECT_EQ(to_quantity(0), "0x0");
  EXPECT_EQ(to_quantity(65), "0x41");
  EXPECT_EQ(to_quantity(1024), "0x400");
  EXPECT_EQ(to_quantity(~0ULL), "0xffffffffffffffff");
}

TEST(Quantity, ReadsWhatItWrites) {
  for (unsigned shift = 0; shift < 64; ++shift) {
    for (const std::uint64_t value : {(1ULL << shift) - 1, 1ULL << shift}) {
      const auto read = u64_from_quantity(to_quantity(value));
      ASSERT_TRUE(read);
      EXPECT_EQ(*read, value);
    }
  }
  const std::string most = "0x" + std::string(64, 'f');
  ASSERT_TRUE(u256_from_quantity(most));
  EXPECT_EQ(to_quantity(*u256_from_quantity(most)), most);
}

// The wrong forms that the Ethereum JSON-RPC specification lists, and some more.
TEST(Quantity, RefusesEveryOtherForm) {
  for (const char* wrong : {"", "0", "0x", "0x0400", "0x00", "ff", "0xFF", "0Xff", "0x1 ", " 0x1",
                            "0x-1", "0x1g", "1024", "0x0x1", "+0x1", "-0x1"}) {
    EXPECT_FALSE(u256_from_quantity(wrong)) << wrong;
  }
  EXPECT_FALSE(u256_from_quantity("0x1" + std::string(64, '0')));
  EXPECT_FALSE(u64_from_quantity("0x10000000000000000"));
}

TEST(Data, ReadsAndWritesOctets) {
  EXPECT_EQ(to_data({}), "0x");
  ASSERT_TRUE(bytes_from_data("0x"));
  EXPECT_TRUE(bytes_from_data("0x")->empty());
  EXPECT_EQ(*bytes_from_data("0x004200"), (Bytes{0, 0x42, 0}));
  for (const char* wrong : {"", "0xf0f0f", "004200", "0xAB", "0x0g"}) {
    EXPECT_FALSE(bytes_from_data(wrong)) << wrong;
  }
  const std::string hash = "0x" + std::string(64, 'a');
  ASSERT_TRUE(hash_from_data(hash));
  EXPECT_EQ(to_data(*hash_from_data(hash)), hash);
  EXPECT_FALSE(hash_from_data(hash + "aa"));
  EXPECT_FALSE(hash_from_data(hash.substr(2)));
}

}  // namespace
}  // namespace kedge::ledger::evm
