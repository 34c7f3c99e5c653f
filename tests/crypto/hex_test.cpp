// SPDX-License-Identifier: Apache-2.0
#include "crypto/hex.hpp"

#include <gtest/gtest.h>

#include "tests/crypto/random_bytes.hpp"

namespace kedge::crypto {
namespace {

TEST(Hex, EveryOctetRoundTrips) {
  for (int value = 0; value < 256; ++value) {
    const Bytes bytes = {static_cast<std::uint8_t>(value)};
    char expected[3];
    std::snprintf(expected, sizeof expected, "%02x", value);
    EXPECT_EQ(to_hex(bytes), expected);
    EXPECT_EQ(*from_hex(expected), bytes);
  }
}

TEST(Hex, EveryOtherCharacterIsRefusedInBothPlaces) {
  const std::string_view digits = "0123456789abcdef";
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool good = digits.find(c) != std::string_view::npos;
    EXPECT_EQ(from_hex(std::string{c, '0'}).has_value(), good) << value;
    EXPECT_EQ(from_hex(std::string{'0', c}).has_value(), good) << value;
  }
}

TEST(Hex, RefusesUpperCasePrefixesWhiteSpaceAndOddLengths) {
  for (const char* text : {"AB", "aB", "0xab", "ab ", " ab", "ab\n", "a", "abc", "-1", "ab cd"}) {
    const auto result = from_hex(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, Errc::invalid_argument);
  }
  EXPECT_TRUE(from_hex("")->empty());
}

TEST(Hex, SaysWhereAndWhy) {
  EXPECT_EQ(from_hex("00G0").error().message,
            "expected lower-case hex, found another character at offset 2");
  EXPECT_EQ(from_hex("000").error().message, "expected an even number of hex characters, found 3");
  EXPECT_EQ(hash_from_hex("00").error().message, "expected 64 lower-case hex characters, found 2");
}

TEST(Hex, AHashHasExactly64Characters) {
  const Bytes bytes = test::pseudo_random(32, 21);
  const std::string text = to_hex(bytes);
  const auto hash = hash_from_hex(text);
  ASSERT_TRUE(hash);
  EXPECT_EQ(to_hex(*hash), text);
  EXPECT_FALSE(hash_from_hex(text + "00"));
  EXPECT_FALSE(hash_from_hex(text.substr(2)));
  EXPECT_FALSE(hash_from_hex(text.substr(1)));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string bad = text;
    bad[i] = 'g';
    EXPECT_FALSE(hash_from_hex(bad)) << i;
  }
}

TEST(Hex, AppendsToWhatIsThere) {
  std::string out = "0x";
  append_hex(out, Bytes{0xde, 0xad});
  append_hex(out, {});
  append_hex(out, Bytes{0x00});
  EXPECT_EQ(out, "0xdead00");
}

}  // namespace
}  // namespace kedge::crypto
