// SPDX-License-Identifier: Apache-2.0
#include "crypto/json_string.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/utf8.hpp"

namespace kedge::crypto {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, WritesTheShortestEscapes) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("a/b é€😀\x7f"), "\"a/b é€😀\x7f\"");
  EXPECT_EQ(json_string("\"\\\b\t\n\f\r"), R"("\"\\\b\t\n\f\r")");
  EXPECT_EQ(json_string(std::string_view("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
}

TEST(JsonString, IsReadAsTheSameText) {
  for (int c = 0; c < 128; ++c) {
    for (const std::string& text :
         {std::string(1, static_cast<char>(c)), "a" + std::string(2, static_cast<char>(c)) + "é"}) {
      EXPECT_EQ(nlohmann::json::parse(json_string(text)).get<std::string>(), text);
    }
  }
}

TEST(Utf8, KnowsWhatIsWellFormed) {
  for (const char* text : {"", "ascii", "é", "€", "😀", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  // A stray continuation, truncated, overlong, a surrogate, beyond U+10FFFF, never a first octet.
  for (const char* text : {"\x80", "\xc3", "\xe2\x82", "\xc0\x80", "\xe0\x80\xaf", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xff", "a\xc3(b"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace kedge::crypto
