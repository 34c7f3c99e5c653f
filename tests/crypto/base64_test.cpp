// SPDX-License-Identifier: Apache-2.0
#include "crypto/base64.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "tests/crypto/random_bytes.hpp"

namespace kedge::crypto {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// RFC 4648 section 10.
TEST(Base64, Rfc4648Vectors) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : cases) {
    EXPECT_EQ(base64_encode(as_bytes(plain)), text);
    EXPECT_EQ(as_text(*base64_decode(text)), plain);
    std::string bare = text;
    bare.erase(std::find(bare.begin(), bare.end(), '='), bare.end());
    EXPECT_EQ(base64url_encode(as_bytes(plain)), bare);
    EXPECT_EQ(as_text(*base64url_decode(bare)), plain);
  }
}

TEST(Base64, EveryLengthAgreesWithOpenSslAndRoundTrips) {
  const Bytes data = test::pseudo_random(200, 31);
  for (std::size_t size = 0; size <= data.size(); ++size) {
    const ByteView bytes = ByteView(data).first(size);
    std::string oracle(4 * (size / 3 + 1) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(oracle.data()),
                                       bytes.data(), static_cast<int>(size));
    oracle.resize(static_cast<std::size_t>(length));
    ASSERT_EQ(base64_encode(bytes), oracle);
    ASSERT_TRUE(std::ranges::equal(*base64_decode(oracle), bytes)) << size;
    std::string url = oracle;
    url.erase(std::find(url.begin(), url.end(), '='), url.end());
    std::replace(url.begin(), url.end(), '+', '-');
    std::replace(url.begin(), url.end(), '/', '_');
    ASSERT_EQ(base64url_encode(bytes), url);
    ASSERT_TRUE(std::ranges::equal(*base64url_decode(url), bytes)) << size;
  }
}

TEST(Base64, EveryCharacterOutsideTheAlphabetIsRefusedInEveryPlace) {
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool shared = std::isalnum(static_cast<unsigned char>(c)) != 0 && value < 128;
    for (std::size_t place = 0; place < 8; ++place) {
      std::string text = "AAAAAAAA";
      text[place] = c;
      EXPECT_EQ(base64url_decode(text).has_value(), shared || c == '-' || c == '_') << value;
      const bool padding = c == '=' && place == 7;
      EXPECT_EQ(base64_decode(text).has_value(), shared || c == '+' || c == '/' || padding)
          << value << " at " << place;
    }
  }
}

// Exhaustive over the last quantum: of all texts of two and three characters, exactly those whose
// spare bits are zero decode, and no two texts decode to the same octets.
TEST(Base64, OnlyCanonicalTextsDecode) {
  std::size_t two = 0;
  std::size_t three = 0;
  for (const char a : kStandard) {
    for (const char b : kStandard) {
      const std::string text{a, b};
      if (const auto bytes = base64_decode(text + "==")) {
        ++two;
        ASSERT_EQ(base64_encode(*bytes), text + "==");
      }
      for (const char c : kStandard) {
        const std::string longer = text + c + "=";
        if (const auto bytes = base64_decode(longer)) {
          ++three;
          ASSERT_EQ(base64_encode(*bytes), longer);
        }
      }
    }
  }
  EXPECT_EQ(two, 256U);
  EXPECT_EQ(three, 65536U);
}

TEST(Base64, RefusesWrongPaddingAndWhiteSpace) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=", "Zm9v====", "====", "=",
        "Z===", "Zg==Zg==", "Zm=v", "Zg==\n", " Zg==", "Zm 9v", "Zm9v\r\n", "Z"}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
  for (const char* text : {"Zg==", "Zg=", "Zm8=", "Z", "Zm9vY", "Zm9v\n", "Zm 9v", "+w", "/w"}) {
    EXPECT_FALSE(base64url_decode(text)) << text;
  }
}

TEST(Base64, SaysWhatWasExpected) {
  EXPECT_EQ(base64url_decode("AAAA+AAA").error().message,
            "expected base64 of the URL-safe alphabet, found another character at offset 4");
  EXPECT_EQ(base64url_decode("AB").error().message,
            "expected canonical base64, found non-zero trailing bits");
}

}  // namespace
}  // namespace kedge::crypto
