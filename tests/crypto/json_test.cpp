// SPDX-License-Identifier: Apache-2.0
#include "crypto/json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

std::string refusal(std::string_view text, JsonLimits limits = {}) {
  const auto parsed = parse_json(text, limits);
  if (parsed) return "accepted: " + parsed->dump();
  EXPECT_EQ(parsed.error().code, Errc::invalid_argument);
  // Checking keeps no values, and still knows where it is.
  const auto checked = check_json(text, limits);
  EXPECT_FALSE(checked);
  EXPECT_EQ(checked.error().message, parsed.error().message);
  EXPECT_EQ(checked.error().field, parsed.error().field);
  return parsed.error().message;
}

TEST(Json, BuildsWhatTheTextSays) {
  const std::string text =
      R"( {"a":[1,-2,3.5,true,false,null,"x\u00e9\ud83d\ude00"],"b":{"c":{},"d":[]},)"
      R"("big":18446744073709551615,"small":-9223372036854775808} )";
  const auto parsed = parse_json(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, json::parse(text));
  EXPECT_TRUE((*parsed)["big"].is_number_unsigned());
  EXPECT_EQ(*parse_json("7"), 7);
  EXPECT_EQ(*parse_json("\"\""), "");
  EXPECT_EQ(*parse_json("[]"), json::array());
}

TEST(Json, RefusesDuplicateKeysAtAnyDepth) {
  EXPECT_EQ(refusal(R"({"a":1,"a":2})"), "invalid JSON: the key \"a\" appears twice");
  EXPECT_EQ(refusal(R"({"a":1,"\u0061":2})"), "invalid JSON: the key \"a\" appears twice");
  const auto nested = parse_json(R"({"x":[1,{"y":{"k":1,"k":1}}]})");
  ASSERT_FALSE(nested);
  EXPECT_EQ(nested.error().field, "x[1].y.k");
  EXPECT_TRUE(parse_json(R"([{"a":1},{"a":2}])"));
}

TEST(Json, BoundsTheDepthBeforeAnythingElse) {
  const auto nested = [](std::size_t depth, char open, char close) {
    return std::string(depth, open) + std::string(depth, close);
  };
  EXPECT_TRUE(parse_json(nested(64, '[', ']')));
  EXPECT_EQ(refusal(nested(65, '[', ']')), "invalid JSON: nested deeper than 64 levels");
  EXPECT_EQ(refusal(std::string(1'000'000, '[')), "invalid JSON: nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(refusal(objects), "invalid JSON: nested deeper than 64 levels");
  EXPECT_TRUE(parse_json("1", {100, 0}));
  EXPECT_EQ(refusal("[]", {100, 0}), "invalid JSON: nested deeper than 0 levels");
}

TEST(Json, NamesThePathOfWhatIsWrong) {
  for (const auto& [text, path] :
       {std::pair{R"({"a":[1,{"b":[{},[],[1,2],{"c":1,"c":2}]}]})", "a[1].b[3].c"},
        std::pair{"[[],[1],[1,2],[1,2,x]]", "[3][2]"}, std::pair{"[0,0,1e999]", "[2]"},
        std::pair{R"({"a":{},"b":[{"c":tru}]})", "b[0].c"}}) {
    EXPECT_EQ(parse_json(text).error().field, path) << text;
    EXPECT_EQ(check_json(text).error().field, path) << text;
  }
}

TEST(Json, BoundsTheSize) {
  EXPECT_TRUE(parse_json("[1]", {3, 64}));
  EXPECT_EQ(refusal("[1] ", {3, 64}), "the JSON text has 4 octets, more than the limit of 3");
}

TEST(Json, RefusesNumbersThatDoNotFit) {
  EXPECT_EQ(refusal("18446744073709551616"),
            "invalid JSON: the integer 18446744073709551616 does not fit 64 bits");
  EXPECT_EQ(refusal("-9223372036854775809"),
            "invalid JSON: the integer -9223372036854775809 does not fit 64 bits");
  EXPECT_EQ(refusal("1e400"), "invalid JSON: the number 1e400 is too large");
  EXPECT_TRUE(parse_json("1e300"));
  EXPECT_TRUE(parse_json("18446744073709551616.0"));
}

TEST(Json, SaysAtWhichOctetTheSyntaxBreaks) {
  EXPECT_TRUE(refusal("{\"a\":1,}").starts_with("invalid JSON: at octet 7: syntax error"))
      << refusal("{\"a\":1,}");
  EXPECT_TRUE(refusal("[1] x").starts_with("invalid JSON: at octet 4: ")) << refusal("[1] x");
  EXPECT_TRUE(refusal("").starts_with("invalid JSON: at octet 0: ")) << refusal("");
}

TEST(Json, MessagesArePrintableWhateverTheInput) {
  for (const std::string& text :
       {std::string("[\"\xff\xfe\"]"), std::string("{\"\xc3\xa9\":1,\"\xc3\xa9\":1}"),
        std::string("[\"a\x01\"]"), std::string("\0", 1), std::string("[\x1b]")}) {
    for (const char c : refusal(text)) {
      EXPECT_TRUE(c >= 0x20 && c <= 0x7e) << refusal(text);
    }
  }
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"01",
                           "+1",
                           "1.",
                           ".5",
                           "NaN",
                           "Infinity",
                           "[1,]",
                           "{,}",
                           "{\"a\"}",
                           "'a'",
                           "// c\n1",
                           "[\"\\x\"]",
                           "[\"\t\"]",
                           "nul",
                           "[1 2]",
                           "{\"a\":1 \"b\":2}",
                           "\xEF\xBB\xBF{}",
                           "\xFE\xFF",
                           "[\"\\ud800\"]",
                           "[\"\\udc00\"]"}) {
    EXPECT_FALSE(parse_json(text)) << text;
    EXPECT_FALSE(check_json(text)) << text;
  }
}

TEST(Json, RefusesTheNegativeVectors) {
  KEDGE_NEEDS_VECTORS("jcs/negative.json");
  const json cases = test::read_json(vectors)["cases"];
  ASSERT_EQ(cases.size(), 18U);
  for (const json& one : cases) {
    EXPECT_FALSE(parse_json(as_text(test::octets(test::text(one["inputHex"]))))) << one["name"];
  }
}

}  // namespace
}  // namespace kedge::crypto
