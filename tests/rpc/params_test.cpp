// SPDX-License-Identifier: Apache-2.0
#include "rpc/params.hpp"

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

const std::string kHex(64, 'a');

/// `<field>: <message>` of finish(), or "fine".
std::string outcome(Params& params) {
  const Status status = params.finish();
  if (status) return "fine";
  EXPECT_EQ(status.error().code, Errc::invalid_argument);
  return status.error().field + ": " + status.error().message;
}

TEST(Params, ReadsEveryKind) {
  const std::string text = R"({"h":")" + kHex +
                           R"(","n":18446744073709551615,"s":"\u00e4","b":true,"c":"jcs",)"
                           R"("o":{"x":"AQID"},"a":[1, {"y":2}],"t":{"raw" : 1}})";
  Params params(text);
  EXPECT_EQ(params.hash("h")[31], 0xaa);
  EXPECT_EQ(params.integer("n", 0, ~0ULL), ~0ULL);
  EXPECT_EQ(params.string("s", 2), "\xC3\xA4");
  EXPECT_EQ(params.optional_boolean("b"), true);
  EXPECT_EQ(params.choice("c", {"jws", "jcs"}), 1U);
  EXPECT_EQ(params.array("a", 2).at(1), R"({"y":2})");
  EXPECT_EQ(params.object_text("t"), R"({"raw" : 1})");
  Params nested = params.object("o");
  EXPECT_EQ(nested.base64("x", 3), (Bytes{1, 2, 3}));
  EXPECT_EQ(outcome(nested), "fine");
  EXPECT_EQ(outcome(params), "fine");
}

TEST(Params, TreatsNullAsAbsent) {
  Params params(R"({"h":null,"n":null,"s":null,"b":null,"c":null,"t":null})");
  EXPECT_FALSE(params.has("h"));
  EXPECT_FALSE(params.optional_hash("h"));
  EXPECT_FALSE(params.optional_integer("n", 0, 9));
  EXPECT_FALSE(params.optional_string("s", 9));
  EXPECT_FALSE(params.optional_boolean("b"));
  EXPECT_FALSE(params.optional_choice("c", {"x"}));
  EXPECT_FALSE(params.optional_text("t"));
  EXPECT_FALSE(params.optional_text("absent"));
  EXPECT_EQ(outcome(params), "fine");
}

TEST(Params, NamesTheFieldAndWhatWasExpected) {
  const auto fails = [](std::string_view text, const auto& read) {
    Params params(text);
    read(params);
    return outcome(params);
  };
  const auto hash = [](Params& p) { p.hash("h"); };
  const std::string want = "h: expected 64 lower-case hex characters";
  EXPECT_EQ(fails("{}", hash), want);
  EXPECT_EQ(fails(R"({"h":1})", hash), want);
  EXPECT_EQ(fails(R"({"h":"aa"})", hash), want);
  EXPECT_EQ(fails(R"({"h":")" + kHex.substr(1) + "\"}", hash), want);
  EXPECT_EQ(fails(R"({"h":"A)" + kHex.substr(1) + "\"}", hash), want);
  EXPECT_EQ(fails(R"({"h":"0x)" + kHex.substr(2) + "\"}", hash), want);

  const auto number = [](Params& p) { p.integer("n", 1, 9); };
  EXPECT_EQ(fails("{}", number), "n: expected a whole number");
  for (const std::string bad : {"0", "10", "-1", "1.0", "1e0", "\"1\"", "true", "[1]"}) {
    EXPECT_EQ(fails("{\"n\":" + bad + "}", number), "n: expected a whole number from 1 to 9")
        << bad;
  }
  const auto text = [](Params& p) { p.string("s", 2); };
  EXPECT_EQ(fails("{}", text), "s: expected a string");
  EXPECT_EQ(fails(R"({"s":1})", text), "s: expected a string");
  EXPECT_EQ(fails(R"({"s":"abc"})", text), "s: expected a string of at most 2 octets");
  EXPECT_EQ(fails(R"({"c":"x"})",
                  [](Params& p) {
                    p.choice("c", {"a", "b"});
                  }),
            R"(c: expected one of "a", "b")");
  EXPECT_EQ(fails(R"({"c":0})", [](Params& p) { p.optional_choice("c", {"a"}); }),
            R"(c: expected one of "a")");
  EXPECT_EQ(fails(R"({"b":1})", [](Params& p) { p.optional_boolean("b"); }),
            "b: expected true or false");
  EXPECT_EQ(fails(R"({"a":{}})", [](Params& p) { p.array("a", 1); }), "a: expected an array");
  EXPECT_EQ(fails(R"({"a":[1,2]})", [](Params& p) { p.array("a", 1); }),
            "a: expected an array of at most 1 elements");
  EXPECT_EQ(fails(R"({"x":"AQI"})", [](Params& p) { p.base64("x", 9); }),
            "x: expected standard base64 with padding of at most 9 octets");
  EXPECT_EQ(fails(R"({"x":"AQIDBA=="})", [](Params& p) { p.base64("x", 3); }),
            "x: expected a string of at most 4 octets");
  EXPECT_EQ(fails("{}", [](Params& p) { p.object_text("o"); }), "o: expected an object");
}

TEST(Params, RefusesWhatIsNotAnObject) {
  Params params("[1]");
  EXPECT_EQ(outcome(params), "params: expected an object of named fields");
}

TEST(Params, RefusesUnknownFieldsAndNamesTheKnown) {
  Params params(R"({"digest":"x","a":1})");
  params.optional_integer("a", 0, 9);
  params.optional_string("b", 9);
  EXPECT_EQ(outcome(params), "digest: unknown field; known: a, b");
  Params nameless(R"({"":1})");
  EXPECT_EQ(outcome(nameless), "\"\": unknown field; expected none");
  Params none(R"({"a":1})");
  EXPECT_EQ(outcome(none), "a: unknown field; expected none");
}

TEST(Params, ShowsTheHeadOfANameAndNoHalfCharacter) {
  EXPECT_EQ(shown_name(""), "\"\"");
  EXPECT_EQ(shown_name("a"), "a");
  EXPECT_EQ(shown_name(std::string(80, 'a')), std::string(80, 'a'));
  EXPECT_EQ(shown_name(std::string(81, 'a')), std::string(80, 'a') + "...");
  EXPECT_EQ(shown_name(std::string(79, 'a') + "\xC3\xA9"), std::string(79, 'a') + "...");
}

TEST(Params, GivesThePathOfNestedFieldsAndKeepsTheFirstError) {
  Params params(R"({"o":{"p":{"n":"x"}},"z":1})");
  Params inner = params.object("o");
  Params innermost = inner.object("p");
  innermost.integer("n", 0, 5);
  params.string("z", 5);
  EXPECT_EQ(outcome(params), "o.p.n: expected a whole number from 0 to 5");
  EXPECT_EQ(outcome(innermost), outcome(params));
  Params other(R"({"o":{"q":1}})");
  Params nested = other.object("o");
  EXPECT_EQ(outcome(nested), "o.q: unknown field; expected none");
}

TEST(Params, TakesTheCallersOwnFindings) {
  Params params(R"({"from":9,"to":3})");
  params.integer("from", 0, 10);
  params.integer("to", 0, 10);
  params.fail("to", "at least `from`");
  EXPECT_EQ(outcome(params), "to: expected at least `from`");
}

}  // namespace
}  // namespace kedge::rpc
