// SPDX-License-Identifier: Apache-2.0
#include "crypto/base58.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "tests/crypto/random_bytes.hpp"

namespace kedge::crypto {
namespace {

// draft-msporny-base58-03 section 5, and the cases of Bitcoin Core's base58_encode_decode.json.
TEST(Base58, KnownAnswers) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"61", "2g"},
      {"626262", "a3gV"},
      {"636363", "aPEr"},
      {"48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"},
      {"73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"},
      {"00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"},
      {"0000287fb4cd", "11233QC4"},
      {"00000000000000000000", "1111111111"},
      {"00", "1"}};
  for (const auto& [hex, text] : cases) {
    EXPECT_EQ(base58btc_encode(*from_hex(hex)), text);
    EXPECT_EQ(to_hex(*base58btc_decode(text)), hex);
  }
}

TEST(Base58, EveryLengthAndCountOfLeadingZerosRoundTrips) {
  for (std::size_t size = 0; size <= 80; ++size) {
    for (std::size_t zeros = 0; zeros <= std::min<std::size_t>(size, 5); ++zeros) {
      Bytes bytes = test::pseudo_random(size, size);
      std::fill_n(bytes.begin(), zeros, std::uint8_t{0});
      const auto back = base58btc_decode(base58btc_encode(bytes));
      ASSERT_TRUE(back);
      ASSERT_EQ(*back, bytes);
    }
  }
}

TEST(Base58, EveryOtherCharacterIsRefused) {
  const std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool good = alphabet.find(c) != std::string_view::npos;
    EXPECT_EQ(base58btc_decode(std::string{'2', c}).has_value(), good) << value;
    EXPECT_EQ(base58btc_decode(std::string{c, '2'}).has_value(), good) << value;
  }
}

// Base58 of a number is unique, so every text over the alphabet is what its octets encode to.
TEST(Base58, EveryShortTextIsCanonical) {
  const std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  for (const char a : alphabet) {
    for (const char b : alphabet) {
      const std::string text{a, b};
      ASSERT_EQ(base58btc_encode(*base58btc_decode(text)), text);
    }
  }
}

TEST(Base58, BothDirectionsAreBounded) {
  const Bytes largest(kBase58MaxBytes, 0xff);
  const std::string text = base58btc_encode(largest);
  EXPECT_LE(text.size(), kBase58MaxText);
  EXPECT_EQ(*base58btc_decode(text), largest);
  EXPECT_THROW(base58btc_encode(Bytes(kBase58MaxBytes + 1, 0)), std::length_error);
  EXPECT_TRUE(base58btc_decode(std::string(kBase58MaxText, 'z')));
  EXPECT_FALSE(base58btc_decode(std::string(kBase58MaxText + 1, '1')));
}

}  // namespace
}  // namespace kedge::crypto
