// SPDX-License-Identifier: Apache-2.0
#include "rpc/json_text.hpp"

#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/json.hpp"

namespace kedge::rpc {
namespace {

using nlohmann::json;

constexpr std::size_t kDepth = 64;

std::string nested(std::size_t depth, char open, char close) {
  return std::string(depth, open) + std::string(depth, close);
}

std::string refusal(std::string_view text) {
  const Status status = check_json(text, kDepth);
  if (status) return "accepted";
  EXPECT_EQ(status.error().code, Errc::invalid_argument) << text;
  return status.error().message;
}

TEST(CheckJson, AcceptsEveryKindOfValue) {
  for (const std::string_view text :
       {"null", "true", " false ", "0", "-0", "1.5e3", "\"\"", "[]", "{}", "[1,[2,{\"a\":[]}]]",
        "{\"a\":{\"a\":1},\"b\":{\"a\":2}}", "18446744073709551615", "-9223372036854775808",
        "\"\\u00e4\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"", "\r\n\t {\"\":0}\n"}) {
    EXPECT_EQ(refusal(text), "accepted") << text;
  }
}

TEST(CheckJson, NamesWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal(""), "expected JSON, got nothing");
  EXPECT_EQ(refusal(R"({"a":1,"a":2})"), R"(invalid JSON: the key "a" appears twice)");
  EXPECT_NE(refusal("[1,2,}").find("at octet 5"), std::string::npos) << refusal("[1,2,}");
  const Status deep = check_json(R"({"x":[{"y":1,"y":2}]})", kDepth);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().field, "x[0].y");
}

TEST(CheckJson, DoesNotTakeANulForTheEnd) {
  EXPECT_EQ(refusal(std::string_view("1\0{", 3)),
            "invalid JSON: at octet 1: a NUL, which no JSON text holds");
  EXPECT_FALSE(crypto::parse_json(std::string_view("[]\0", 3)));
}

TEST(CheckJson, RefusesDuplicateNamesHoweverTheyAreWritten) {
  EXPECT_NE(refusal(R"({"a":1,"\u0061":2})"), "accepted");
  EXPECT_NE(refusal(R"([[{"b":[{"x":0,"y":0,"x":0}]}]])"), "accepted");
  std::string wide = "{";
  for (int i = 0; i < 100; ++i) wide += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(refusal(wide + "\"l\":0}"), "accepted");
  EXPECT_NE(refusal(wide + "\"k50\":0}"), "accepted");
}

TEST(CheckJson, RefusesWhatIsNotUtf8OrHasLoneSurrogates) {
  for (const std::string_view text :
       {"\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\\ud800\"",
        "\"\\udc00\"", "\"\\ud800\\ud800\"", "{\"\\udfff\":1}", "\"\x01\"", "\xEF\xBB\xBF{}"}) {
    EXPECT_NE(refusal(text), "accepted") << text;
  }
}

TEST(CheckJson, BoundsDepthBeforeAnythingRecurses) {
  EXPECT_EQ(refusal(nested(64, '[', ']')), "accepted");
  EXPECT_NE(refusal(nested(65, '[', ']')), "accepted");
  EXPECT_NE(refusal(nested(200'000, '[', ']')), "accepted");
  EXPECT_NE(refusal(std::string(8 << 20, '[')), "accepted");
  std::string objects;
  for (int i = 0; i < 64; ++i) objects += "{\"a\":";
  EXPECT_EQ(refusal(objects + "1" + std::string(64, '}')), "accepted");
  EXPECT_NE(refusal("[" + objects + "1" + std::string(64, '}') + "]"), "accepted");
}

/// Random text that is often JSON and often nearly so.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::string value(int depth) {
    switch (pick(depth > 0 ? 9 : 7)) {
      case 0:
        return "null";
      case 1:
        return pick(2) == 0 ? "true" : "false";
      case 2:
        return std::to_string(static_cast<std::int64_t>(random_()) - 2'000'000'000);
      case 3:
        return one_of({"1e5", "-0.0", "1E+400", "01", "1.", ".5", "9007199254740993",
                       "18446744073709551616", "123456789012345678901234567890", "1e-999"});
      case 4:
      case 5:
      case 6:
        return text();
      case 7: {
        std::string out = "[";
        for (std::size_t i = pick(4); i > 0; --i) out += value(depth - 1) + (i > 1 ? "," : "");
        return out + "]";
      }
      default: {
        std::string out = "{";
        for (std::size_t i = pick(12); i > 0; --i) {
          out += text() + ":" + value(depth - 1) + (i > 1 ? ", " : "");
        }
        return out + "}";
      }
    }
  }

  void damage(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = pick(text.size());
    switch (pick(4)) {
      case 0:
        text[at] = static_cast<char>(pick(256));
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        text.insert(at, 1, "{}[]\",:\\0"[pick(9)]);
        break;
      default:
        text.resize(at);
        break;
    }
  }

  std::size_t pick(std::size_t bound) { return random_() % bound; }

 private:
  std::string text() {
    return one_of({"\"a\"", "\"b\"", "\"c\"", "\"\"", "\"\\u0061\"", "\"\\n\\\"\"", "\"\xC3\xA4\"",
                   "\"\\ud83d\\ude00\"", "\"\\udc00\"", "\"longer name\"", "\"\xE2\x82\xAC\"",
                   "\"\xED\x9F\xBF\""});
  }

  std::string one_of(std::initializer_list<const char*> list) {
    return list.begin()[pick(list.size())];
  }

  std::mt19937 random_;
};

TEST(CheckJson, AgreesWithTheSlowParserOnRandomText) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Generator generator(seed);
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 30'000; ++round) {
    std::string text = generator.value(6);
    for (std::size_t i = generator.pick(3); i > 0; --i) generator.damage(text);
    const bool slow = crypto::parse_json(text, {.max_depth = 5}).has_value();
    const Status fast = check_json(text, 5);
    ASSERT_EQ(fast.has_value(), slow) << text;
    if (!fast && !text.empty()) {
      // The words come from the slow parser: a disagreement would be an internal error.
      ASSERT_EQ(fast.error().code, Errc::invalid_argument) << text << ": " << fast.error().message;
    }
    ++(slow ? accepted : refused);
  }
  EXPECT_GT(accepted, 3'000);
  EXPECT_GT(refused, 3'000);
}

/// What the cutting functions make of a checked text.
json rebuilt(std::string_view text) {
  switch (kind_of(text)) {
    case JsonKind::object: {
      json out = json::object();
      for (const Member& member : object_members(text)) out[member.name] = rebuilt(member.value);
      return out;
    }
    case JsonKind::array: {
      json out = json::array();
      for (const std::string_view element : array_elements(text)) out.push_back(rebuilt(element));
      return out;
    }
    case JsonKind::string:
      return string_value(text);
    default:
      return json::parse(text);
  }
}

TEST(CutJson, AgreesWithTheSlowParserOnRandomText) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Generator generator(seed);
  int compared = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = " " + generator.value(6) + "\n";
    const Result<json> slow = crypto::parse_json(text);
    if (!slow) continue;
    ASSERT_EQ(rebuilt(text), *slow) << text;
    ++compared;
  }
  EXPECT_GT(compared, 3'000);
}

TEST(CutJson, KeepsTheReceivedTextOfValues) {
  const std::string text = R"( { "a" : { "x" : [ 1 , "}]\"" ] } , "b\n": 1.50 ,"c":null } )";
  const Members members = object_members(text);
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].name, "a");
  EXPECT_EQ(members[0].value, R"({ "x" : [ 1 , "}]\"" ] })");
  EXPECT_EQ(members[1].name, "b\n");
  EXPECT_EQ(members[1].value, "1.50");
  EXPECT_EQ(kind_of(members[2].value), JsonKind::null);
}

TEST(AppendJsonString, WritesWhatEveryParserReadsBack) {
  std::string all;
  for (int c = 0; c < 128; ++c) all.push_back(static_cast<char>(c));
  all += "\xC3\xA4\xF0\x9F\x98\x80";
  std::string out;
  append_json_string(out, all);
  EXPECT_EQ(json::parse(out).get<std::string>(), all);
  EXPECT_EQ(string_value(out), all);
  std::string repaired;
  append_json_string(repaired,
                     "a\xFF"
                     "b");
  EXPECT_EQ(repaired,
            "\"a\xEF\xBF\xBD"
            "b\"");
}

}  // namespace
}  // namespace kedge::rpc
