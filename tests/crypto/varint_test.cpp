// SPDX-License-Identifier: Apache-2.0
#include "crypto/varint.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "crypto/hex.hpp"

namespace kedge::crypto {
namespace {

// github.com/multiformats/unsigned-varint, "Examples".
TEST(Varint, KnownAnswers) {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "00"},      {1, "01"},        {127, "7f"},        {128, "8001"},
      {255, "ff01"},  {300, "ac02"},    {16384, "808001"},  {0xed, "ed01"},
      {0xe7, "e701"}, {0x1200, "8024"}, {0xeb51, "d1d603"}, {kVarintMax, "ffffffffffffffff7f"}};
  for (const auto& [value, hex] : cases) {
    Bytes out;
    append_varint(out, value);
    EXPECT_EQ(to_hex(out), hex);
    const auto back = read_varint(out);
    ASSERT_TRUE(back) << hex;
    EXPECT_EQ(back->value, value);
    EXPECT_EQ(back->size, out.size());
  }
}

TEST(Varint, EveryPowerOfTwoAndItsNeighboursRoundTrip) {
  for (int bit = 0; bit < 63; ++bit) {
    for (const std::uint64_t value : {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit}) {
      Bytes out;
      append_varint(out, value);
      ASSERT_EQ(read_varint(out)->value, value);
      for (std::size_t cut = 0; cut < out.size(); ++cut) {
        ASSERT_FALSE(read_varint(ByteView(out).first(cut))) << value << " cut to " << cut;
      }
    }
  }
}

// Exhaustive over two octets: whatever decodes is what its value encodes to.
TEST(Varint, OnlyTheShortestFormDecodes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const Bytes in = {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)};
      const auto decoded = read_varint(in);
      if (!decoded) {
        EXPECT_TRUE(first >= 0x80 && (second == 0 || second >= 0x80)) << first << " " << second;
        continue;
      }
      Bytes out;
      append_varint(out, decoded->value);
      ASSERT_EQ(to_hex(out), to_hex(ByteView(in).first(decoded->size)));
    }
  }
}

TEST(Varint, RefusesMoreThanNineOctetsAndMoreThan63Bits) {
  EXPECT_FALSE(read_varint(*from_hex("ffffffffffffffffff01")));
  EXPECT_FALSE(read_varint(*from_hex("80808080808080808001")));
  EXPECT_FALSE(read_varint(*from_hex("808080808080808000")));
  EXPECT_FALSE(read_varint({}));
  Bytes out;
  EXPECT_THROW(append_varint(out, kVarintMax + 1), std::out_of_range);
}

TEST(Varint, LeavesTheRestOfTheInput) {
  const auto decoded = read_varint(*from_hex("ac02ffff"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->value, 300U);
  EXPECT_EQ(decoded->size, 2U);
}

}  // namespace
}  // namespace kedge::crypto
