// SPDX-License-Identifier: Apache-2.0
#include "crypto/jcs.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::read_file;

std::string canonical(std::string_view text) {
  const auto out = jcs_canonicalize(text);
  return out ? *out : "refused: " + out.error().message;
}

std::string es6(double value) {
  std::string out;
  append_es6_number(out, value);
  return out;
}

TEST(Jcs, Rfc8785Appendix) {
  EXPECT_EQ(es6(0.0), "0");
  EXPECT_EQ(es6(-0.0), "0");
  EXPECT_EQ(es6(std::bit_cast<double>(std::uint64_t{1})), "5e-324");
  EXPECT_EQ(es6(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(es6(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(es6(295147905179352830000.0), "295147905179352830000");
  EXPECT_EQ(es6(9.999999999999997e22), "9.999999999999997e+22");
  EXPECT_EQ(es6(1e21), "1e+21");
  EXPECT_EQ(es6(999999999999999900000.0), "999999999999999900000");
  EXPECT_EQ(es6(0.000001), "0.000001");
  EXPECT_EQ(es6(9.999999999999997e-7), "9.999999999999997e-7");
  EXPECT_EQ(es6(333333333.3333332), "333333333.3333332");
  EXPECT_EQ(es6(-0.0000033333333333333333), "-0.0000033333333333333333");
  EXPECT_EQ(es6(1424953923781206.2), "1424953923781206.2");
}

TEST(Jcs, OfficialPairs) {
  KEDGE_NEEDS_VECTORS("jcs");
  for (const char* name : {"arrays", "french", "structures", "unicode", "values", "weird"}) {
    const std::string input = read_file(vectors / "input" / (std::string(name) + ".json"));
    const std::string output = read_file(vectors / "output" / (std::string(name) + ".json"));
    EXPECT_EQ(canonical(input), output) << name;
    EXPECT_EQ(canonical(output), output) << name;
    std::string hex = read_file(vectors / "outhex" / (std::string(name) + ".txt"));
    std::erase_if(hex, [](char c) { return c == ' ' || c == '\n' || c == '\r'; });
    EXPECT_EQ(to_hex(as_bytes(canonical(input))), hex) << name;
  }
}

TEST(Jcs, TenThousandNumbers) {
  KEDGE_NEEDS_VECTORS("jcs/es6testfile-10000.txt");
  const std::string file = read_file(vectors);
  EXPECT_EQ(to_hex(sha256(as_bytes(file))),
            "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892");
  std::istringstream lines(file);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const std::size_t comma = line.find(',');
    std::uint64_t bits = 0;
    std::from_chars(line.data(), line.data() + comma, bits, 16);
    const double value = std::bit_cast<double>(bits);
    const std::string expected = line.substr(comma + 1);
    ASSERT_EQ(es6(value), expected);
    // As JSON text too, unless it is written as an integer beyond 2^53, which is refused.
    if (std::abs(value) <= 0x1p53 || expected.find('e') != std::string::npos) {
      ASSERT_EQ(canonical(expected), expected);
    }
  }
  EXPECT_EQ(count, 10'000U);
}

TEST(Jcs, RefusesTheNegativeVectors) {
  KEDGE_NEEDS_VECTORS("jcs/negative.json");
  const json file = test::read_json(vectors);
  ASSERT_EQ(file["cases"].size(), 18U);
  for (const char* group : {"cases", "policy"}) {
    for (const json& one : file[group]) {
      const Bytes input = test::octets(test::text(one["inputHex"]));
      const auto out = jcs_canonicalize(as_text(input));
      ASSERT_FALSE(out) << one["name"] << " gave " << *out;
      EXPECT_EQ(out.error().code, Errc::invalid_argument);
    }
  }
}

TEST(Jcs, RefusesWithTheRule) {
  const auto refused = [](std::string_view text) { return canonical(text); };
  EXPECT_EQ(refused("[9007199254740993]"),
            "refused: invalid JSON: an integer lies beyond 2^53, where numbers are not exact");
  EXPECT_EQ(refused("[-9007199254740993]"), refused("[9007199254740993]"));
  EXPECT_EQ(refused("[18446744073709551615]"), refused("[9007199254740993]"));
  // However it is written, if its canonical form is such an integer.
  for (const char* text : {"[9007199992547433.0]", "[-9007199992547433.0]", "[1e20]", "[9.1e15]",
                           "[999999999999999900000.0]"}) {
    EXPECT_NE(refused(text).find("beyond 2^53"), std::string::npos) << text;
  }
  EXPECT_TRUE(
      refused("[99999999999999999999999]").starts_with("refused: invalid JSON: the integer"));
  EXPECT_EQ(refused("[9007199254740992,-9007199254740992]"),
            "[9007199254740992,-9007199254740992]");
  EXPECT_EQ(refused(R"({"b":{"x":1,"x":1}})"),
            "refused: invalid JSON: the key \"x\" appears twice");
  EXPECT_TRUE(refused("{\"a\": \"\\ud800\"}").starts_with("refused: invalid JSON: at octet "));
  EXPECT_EQ(refused(std::string(64, '[') + std::string(64, ']')),
            std::string(64, '[') + std::string(64, ']'));
  EXPECT_EQ(refused(std::string(65, '[') + std::string(65, ']')),
            "refused: invalid JSON: nested deeper than 64 levels");
  EXPECT_FALSE(jcs_canonicalize(std::string(500'000, '[')));
}

TEST(Jcs, EscapesAsTheRuleSays) {
  EXPECT_EQ(canonical(R"("\u0000\u0008\t\n\u000b\f\r\u001f \/\"\\\u007f\u2028\ud83d\ude00")"),
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f /\\\"\\\\\x7f\xE2\x80\xA8\xF0\x9F\x98\x80\"");
  // U+D7FF begins with the octet 0xED as surrogates do, and is none.
  EXPECT_EQ(canonical("\"\xED\x9F\xBF\""), "\"\xED\x9F\xBF\"");
}

TEST(Jcs, SpecialCharactersAtEveryOffset) {
  for (const std::string& special : {std::string("\\\""), std::string("\\n"), std::string("\\\\"),
                                     std::string("\\u0001"), std::string("\xED\x9F\xBF")}) {
    for (std::size_t before = 0; before < 20; ++before) {
      for (std::size_t after = 0; after < 20; ++after) {
        const std::string text =
            '"' + std::string(before, 'a') + special + std::string(after, 'b') + '"';
        ASSERT_EQ(canonical(text), text);
      }
    }
  }
}

TEST(Jcs, RefusesLoneSurrogatesAtEveryOffset) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (const char* escape : {"\\ud800", "\\udbff", "\\udc00", "\\udfff", "\\ud800\\ud800"}) {
      for (std::size_t after = 0; after < 12; ++after) {
        ASSERT_FALSE(jcs_canonicalize("[\"" + std::string(before, 'a') + escape +
                                      std::string(after, 'b') + "\"]"));
        ASSERT_FALSE(jcs_canonicalize("{\"" + std::string(before, 'a') + escape +
                                      std::string(after, 'b') + "\":1}"));
      }
    }
  }
}

/// The naive order: decode to UTF-16 and compare.
std::u16string utf16(std::string_view text) {
  std::u16string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      code = (code << 6) | (static_cast<std::uint8_t>(text[i + k]) & 0x3F);
    }
    if (code >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
      out += static_cast<char16_t>(code);
    }
    i += size;
  }
  return out;
}

TEST(Jcs, SortsByUtf16CodeUnits) {
  const std::vector<std::string> pieces = {"",
                                           "a",
                                           "b",
                                           "\x7f",
                                           "\xC2\x80",
                                           "\xDF\xBF",
                                           "\xE0\xA0\x80",
                                           "\xED\x9F\xBF",
                                           "\xEE\x80\x80",
                                           "\xEF\xBF\xBD",
                                           "\xEF\xBF\xBF",
                                           "\xF0\x90\x80\x80",
                                           "\xF0\x9F\x98\x80",
                                           "\xF1\x80\x80\x80",
                                           "\xF4\x8F\xBF\xBF"};
  std::vector<std::string> keys;
  for (const std::string& first : pieces) {
    for (const std::string& second : pieces) keys.push_back(first + second);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::mt19937 random(8785);
  std::shuffle(keys.begin(), keys.end(), random);
  const auto object = [](const std::vector<std::string>& names) {
    std::string out = "{";
    for (const std::string& name : names) out += (out.size() > 1 ? ",\"" : "\"") + name + "\":0";
    return out + "}";
  };
  const std::string input = object(keys);
  std::sort(keys.begin(), keys.end(),
            [](const std::string& a, const std::string& b) { return utf16(a) < utf16(b); });
  EXPECT_EQ(canonical(input), object(keys));
}

json random_value(std::mt19937& random, int depth) {
  const auto pick = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const auto word = [&] {
    std::string out;
    for (int i = pick(12); i > 0; --i) {
      constexpr std::string_view kPieces[] = {
          "a", "Z", "0", "\"", "\\", "\n", "\x01", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
          " ", "/"};
      out += kPieces[pick(std::size(kPieces))];
    }
    return out;
  };
  switch (depth > 4 ? pick(5) : pick(7)) {
    case 0:
      return nullptr;
    case 1:
      return pick(2) == 0;
    case 2:
      return pick(2'000'000) - 1'000'000;
    case 3:
      return std::ldexp(pick(1'000'000) - 500'000, pick(90) - 60);
    case 4:
      return word();
    case 5: {
      json out = json::array();
      for (int i = pick(5); i > 0; --i) out.push_back(random_value(random, depth + 1));
      return out;
    }
    default: {
      json out = json::object();
      for (int i = pick(6); i > 0; --i) out[word()] = random_value(random, depth + 1);
      return out;
    }
  }
}

TEST(Jcs, FormattingDoesNotMatterAndTheValueStays) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const json value = random_value(random, 0);
    const std::string compact = canonical(value.dump());
    ASSERT_FALSE(compact.starts_with("refused")) << value.dump() << compact;
    ASSERT_EQ(canonical(value.dump(3, ' ', true)), compact);
    ASSERT_EQ(json::parse(compact), value);
    ASSERT_EQ(canonical(compact), compact);
  }
}

TEST(JcsWithoutProof, DropsTheTopLevelProofAlone) {
  const auto without = [](std::string_view text) {
    const auto out = jcs_without_proof(text);
    return out ? *out : "refused: " + out.error().message;
  };
  EXPECT_EQ(without(R"({"proof":{"a":1}})"), "{}");
  EXPECT_EQ(without(R"({"z":1,"proof":[1],"a":{"proof":2}})"), R"({"a":{"proof":2},"z":1})");
  EXPECT_EQ(without(R"({"p":1,"pro\u006ff":0,"q":2})"), R"({"p":1,"q":2})");
  EXPECT_EQ(without(R"({"Proof":1})"), R"({"Proof":1})");
  EXPECT_EQ(without("[1]"), "refused: the JSON text is not an object");
  EXPECT_EQ(without("7"), "refused: the JSON text is not an object");
  // What is dropped must be I-JSON all the same.
  EXPECT_FALSE(jcs_without_proof(R"({"proof":{"a":1,"a":2}})"));
  EXPECT_FALSE(jcs_without_proof(R"({"proof":9007199254740993})"));
  EXPECT_FALSE(jcs_without_proof(R"({"proof":1,"proof":2})"));
  EXPECT_FALSE(jcs_without_proof(R"({"proof":"\udead"})"));
}

TEST(Jcs, LargeDocumentsToo) {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += "{\"b\" : 1 ,\"a\":\"xxxxxxxxxxxxxxxx\"},";
  text.back() = ']';
  const std::string out = canonical(text);
  EXPECT_TRUE(out.starts_with("[{\"a\":\"xxxxxxxxxxxxxxxx\",\"b\":1},{\"a\"")) << out.substr(0, 80);
}

}  // namespace
}  // namespace kedge::crypto
