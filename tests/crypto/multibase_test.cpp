// SPDX-License-Identifier: Apache-2.0
#include "crypto/multibase.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/crypto/random_bytes.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::crypto {
namespace {

const std::map<std::string, Multibase> kSupported = {{"base16", Multibase::base16},
                                                     {"base16upper", Multibase::base16_upper},
                                                     {"base32", Multibase::base32},
                                                     {"base32upper", Multibase::base32_upper},
                                                     {"base58btc", Multibase::base58btc},
                                                     {"base64", Multibase::base64},
                                                     {"base64pad", Multibase::base64_pad},
                                                     {"base64url", Multibase::base64url},
                                                     {"base64urlpad", Multibase::base64url_pad}};

struct Row {
  std::string name;
  std::string text;
};

/// The rows of one table: `name, "text"` after a line with headings.
std::vector<Row> read_rows(const std::filesystem::path& path) {
  std::istringstream lines(test::read_file(path));
  std::string line;
  std::getline(lines, line);
  std::vector<Row> rows;
  while (std::getline(lines, line)) {
    const std::size_t comma = line.find(',');
    const std::size_t open = line.find('"', comma);
    const std::size_t close = line.rfind('"');
    if (comma == std::string::npos || open == close) continue;
    rows.push_back({line.substr(0, comma), line.substr(open + 1, close - open - 1)});
  }
  return rows;
}

void check_table(const std::filesystem::path& path, std::string_view plain, bool canonical) {
  std::size_t supported = 0;
  for (const Row& row : read_rows(path)) {
    const auto decoded = multibase_decode(row.text);
    const auto base = kSupported.find(row.name);
    if (base == kSupported.end()) {
      EXPECT_FALSE(decoded) << path.filename() << " " << row.name;
      continue;
    }
    ++supported;
    ASSERT_TRUE(decoded) << path.filename() << " " << row.name;
    EXPECT_EQ(decoded->base, base->second) << row.name;
    EXPECT_EQ(as_text(decoded->bytes), plain) << row.name;
    if (canonical) {
      EXPECT_EQ(multibase_encode(base->second, as_bytes(plain)), row.text);
    }
  }
  EXPECT_EQ(supported, canonical ? kSupported.size() : 4U) << path.filename();
}

TEST(Multibase, OfficialTables) {
  KEDGE_NEEDS_VECTORS("keys/multiformats/multibase");
  using namespace std::string_view_literals;
  check_table(vectors / "basic.csv", "yes mani !", true);
  check_table(vectors / "leading_zero.csv", "\0yes mani !"sv, true);
  check_table(vectors / "two_leading_zeros.csv", "\0\0yes mani !"sv, true);
  check_table(vectors / "case_insensitivity.csv", "hello world", false);
}

TEST(Multibase, EveryLengthRoundTripsInEveryBase) {
  for (const auto& [name, base] : kSupported) {
    for (std::size_t size = 0; size <= 70; ++size) {
      const Bytes bytes = test::pseudo_random(size, size);
      const std::string text = multibase_encode(base, bytes);
      const auto back = multibase_decode(text);
      ASSERT_TRUE(back) << name << " " << size;
      ASSERT_EQ(back->base, base);
      ASSERT_EQ(back->bytes, bytes) << name << " " << size;
    }
  }
}

TEST(Multibase, RefusesUnknownPrefixesAndNothing) {
  EXPECT_FALSE(multibase_decode(""));
  std::size_t known = 0;
  for (int value = 0; value < 256; ++value) {
    if (multibase_decode(std::string(1, static_cast<char>(value)))) ++known;
  }
  EXPECT_EQ(known, kSupported.size());
}

// Exhaustive over the last quantum of base32: one octet has two characters, of which only those
// with zero spare bits decode.
TEST(Multibase, OnlyCanonicalBase32Decodes) {
  const std::string alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::size_t decoded = 0;
  for (const char a : alphabet) {
    EXPECT_FALSE(multibase_decode(std::string{'b', a}));
    for (const char b : alphabet) {
      if (const auto value = multibase_decode(std::string{'b', a, b})) {
        ++decoded;
        EXPECT_EQ(multibase_encode(Multibase::base32, value->bytes), (std::string{'b', a, b}));
      }
    }
  }
  EXPECT_EQ(decoded, 256U);
}

TEST(Multibase, RefusesWhatTheBaseRefuses) {
  for (const char* text :
       {"f0",    "f0g", "F0x",   "b0",  "b1",    "ba",    "baaa", "bme======", "z0",    "zO",
        "zI",    "zl",  "mZg==", "mZh", "m-w",   "mZ",    "MZg",  "MZg=",      "MZh==", "M-w==",
        "uZg==", "u+w", "uZh",   "UZg", "U+w==", "UZh==", "u Zg", "uZg\n"}) {
    EXPECT_FALSE(multibase_decode(text)) << text;
  }
}

}  // namespace
}  // namespace kedge::crypto
