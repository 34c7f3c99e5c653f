// SPDX-License-Identifier: Apache-2.0
#include "node/status/purpose_bits.hpp"

#include <random>

#include <gtest/gtest.h>

#include "node/status/compression.hpp"
#include "node/status/foreign_list.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

std::uint8_t packed_value(ByteView packed, std::uint64_t index) {
  return static_cast<std::uint8_t>(packed[index / 4] >> (2 * (index % 4)) & 3);
}

TEST(PurposeBits, EveryOctetOfStatuses) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    const Bytes packed = {static_cast<std::uint8_t>(octet)};
    const Bytes revoked = purpose_bits(packed, 4, StatusPurpose::revocation);
    const Bytes suspended = purpose_bits(packed, 4, StatusPurpose::suspension);
    ASSERT_EQ(revoked.size(), 1U);
    for (unsigned index = 0; index < 8; ++index) {
      const unsigned value = index < 4 ? packed_value(packed, index) : 0;
      EXPECT_EQ(revoked[0] >> (7 - index) & 1, value & 1) << octet << " " << index;
      EXPECT_EQ(suspended[0] >> (7 - index) & 1, value >> 1) << octet << " " << index;
    }
  }
}

TEST(PurposeBits, EverySizeAndNothingBeyondIt) {
  const Bytes packed(32, 0x55);
  for (std::uint64_t size = 0; size <= 128; ++size) {
    const Bytes bits = purpose_bits(packed, size, StatusPurpose::revocation);
    ASSERT_EQ(bits.size(), (size + 7) / 8);
    for (std::uint64_t i = 0; i < bits.size() * 8; ++i) {
      EXPECT_EQ(bits[i / 8] >> (7 - i % 8) & 1, i < size ? 1 : 0) << size << " " << i;
    }
    EXPECT_EQ(purpose_bits(packed, size, StatusPurpose::suspension), Bytes((size + 7) / 8));
  }
  EXPECT_THROW(purpose_bits(packed, 129, StatusPurpose::revocation), std::invalid_argument);
  EXPECT_EQ(purpose_bits(Bytes{0x01}, 1, StatusPurpose::revocation), Bytes{0x80});
}

TEST(PurposeBits, NamesBothPurposes) {
  for (const StatusPurpose purpose : kStatusPurposes) {
    EXPECT_EQ(*purpose_from_name(purpose_name(purpose)), purpose);
  }
  EXPECT_EQ(purpose_from_name("message").error().code, Errc::invalid_argument);
}

TEST(Compression, WhatGoesInComesOut) {
  std::mt19937 random(20261129);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16'384},
                                 std::size_t{65'536}, std::size_t{65'537}, std::size_t{300'001}}) {
    Bytes octets(size);
    for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(random());
    for (const Wrapping wrapping : {Wrapping::gzip, Wrapping::zlib}) {
      const Bytes packed = compress(octets, wrapping);
      EXPECT_EQ(packed, compress(octets, wrapping)) << "the same octets every time";
      const auto back = decompress(packed, wrapping);
      ASSERT_TRUE(back) << back.refusal().message;
      EXPECT_EQ(*back, octets);
    }
  }
}

TEST(Compression, EveryPrefixAndEveryTailIsRefused) {
  for (const Wrapping wrapping : {Wrapping::gzip, Wrapping::zlib}) {
    Bytes packed = compress(Bytes(1000, 7), wrapping);
    for (std::size_t size = 0; size < packed.size(); ++size) {
      const auto cut = decompress(ByteView(packed).first(size), wrapping);
      ASSERT_FALSE(cut) << size;
      EXPECT_EQ(cut.refusal().fault, ListFault::wrong_compression);
    }
    packed.push_back(0);
    EXPECT_EQ(decompress(packed, wrapping).refusal().fault, ListFault::trailing_data);
    packed.pop_back();
    // A second member is as good a place to hide something as any other.
    const Bytes once = packed;
    packed.insert(packed.end(), once.begin(), once.end());
    EXPECT_EQ(decompress(packed, wrapping).refusal().fault, ListFault::trailing_data);
  }
  const Bytes zlib = compress(Bytes(1000, 7), Wrapping::zlib);
  EXPECT_EQ(decompress(zlib, Wrapping::gzip).refusal().fault, ListFault::wrong_compression);
  const Bytes gzip = compress(Bytes(1000, 7), Wrapping::gzip);
  EXPECT_EQ(decompress(gzip, Wrapping::zlib).refusal().fault, ListFault::wrong_compression);
}

TEST(Compression, ABombIsRefusedAtTheBound) {
  const Bytes fits = compress(Bytes(kMaxListOctets), Wrapping::gzip);
  EXPECT_EQ(decompress(fits, Wrapping::gzip)->size(), kMaxListOctets);
  const Bytes bomb = compress(Bytes(kMaxListOctets + 1), Wrapping::gzip);
  EXPECT_LT(bomb.size(), 20'000U);
  EXPECT_EQ(decompress(bomb, Wrapping::gzip).refusal().fault, ListFault::too_large);
  EXPECT_EQ(decompress(compress(Bytes(9), Wrapping::zlib), Wrapping::zlib, 8).refusal().fault,
            ListFault::too_large);
  EXPECT_EQ(decompress(compress(Bytes(8), Wrapping::zlib), Wrapping::zlib, 8)->size(), 8U);
}

TEST(ForeignListValue, EntriesOfEverySizeInBothOrders) {
  for (const unsigned bits : {1U, 2U, 4U, 8U}) {
    const Bytes octets = {0b1011'0100, 0b0110'0011};
    const ForeignList low(octets, bits, BitOrder::least_significant_first);
    const ForeignList high(octets, bits, BitOrder::most_significant_first);
    ASSERT_EQ(low.size(), 16 / bits);
    for (std::uint64_t i = 0; i < low.size(); ++i) {
      unsigned from_low = 0;
      unsigned from_high = 0;
      for (unsigned bit = 0; bit < bits; ++bit) {
        const std::uint64_t at = i * bits + bit;
        from_low |= static_cast<unsigned>(octets[at / 8] >> (at % 8) & 1) << bit;
        from_high = from_high << 1 | static_cast<unsigned>(octets[at / 8] >> (7 - at % 8) & 1);
      }
      EXPECT_EQ(*low.value(i), from_low);
      EXPECT_EQ(*high.value(i), from_high);
    }
    EXPECT_EQ(low.value(low.size()).refusal().fault, ListFault::out_of_range);
    EXPECT_EQ(high.value(~std::uint64_t{0}).refusal().fault, ListFault::out_of_range);
  }
}

}  // namespace
}  // namespace kedge::test
