// SPDX-License-Identifier: Apache-2.0
#include "node/api/submit_request.hpp"

#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "rpc/json_text.hpp"

namespace kedge::node::api {
namespace {

using crypto::DigestProfile;
using json = nlohmann::ordered_json;

/// The same parser once more, slow and over a whole document; gives the field of the first error.
class SlowParser {
 public:
  explicit SlowParser(const json& params) { read_call(params); }

  SubmitCall call;
  std::string field;

 private:
  void read_call(const json& params) {
    if (!params.is_object()) return fail("params");
    bool has_items = false;
    for (const auto& [name, value] : params.items()) {
      if (!field.empty()) return;
      if (name == "items") {
        has_items = true;
        read_items(value);
      } else if (name == "wait") {
        if (value.is_null()) continue;
        const auto state = value.is_string() ? state_from_name(value.get<std::string>())
                                             : Result<CredentialState>(Error{});
        if (!state) return fail("wait");
        call.wait = *state;
      } else if (name == "timeout_ms") {
        if (value.is_null()) continue;
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 120'000) {
          return fail("timeout_ms");
        }
        call.timeout = std::chrono::milliseconds(value.get<std::uint64_t>());
      } else {
        return fail(name.substr(0, 80));
      }
    }
    if (!has_items) fail("items");
  }

  void fail(std::string where) {
    if (field.empty()) field = std::move(where);
  }

  void read_items(const json& list) {
    if (!list.is_array() || list.empty()) return fail("items");
    for (const json& item : list) {
      if (field.empty()) read_item(item, "items[" + std::to_string(call.items.size()) + "]");
    }
  }

  void read_item(const json& item, const std::string& path) {
    if (!item.is_object()) return fail(path);
    const json* given[4] = {};
    constexpr std::string_view kNames[4] = {"profile", "digest", "content", "credential"};
    for (const auto& [name, value] : item.items()) {
      std::size_t i = 0;
      while (i < 4 && kNames[i] != name) ++i;
      if (i == 4) return fail(path + "." + name.substr(0, 80));
      if (value.is_null()) continue;
      if (!value.is_string() && !(i == 3 && value.is_object())) return fail(path + "." + name);
      given[i] = &value;
    }
    const auto [profile_text, digest, content, credential] = given;
    const auto profile = profile_text == nullptr
                             ? Result<DigestProfile>(Error{})
                             : crypto::profile_from_name(profile_text->get<std::string>());
    if (!profile) return fail(path + ".profile");
    SubmitItem& out = call.items.emplace_back();
    out.profile = *profile;
    if ((digest != nullptr) + (content != nullptr) + (credential != nullptr) != 1) {
      return fail(path);
    }
    if (digest != nullptr) {
      const auto hash = crypto::hash_from_hex(digest->get<std::string>());
      return hash ? void(out.digest = *hash) : fail(path + ".digest");
    }
    if (content != nullptr) {
      const auto octets = crypto::base64_decode(content->get<std::string>());
      if (*profile != DigestProfile::bytes || !octets) return fail(path + ".content");
      out.digest = crypto::sha256(*octets);
      return;
    }
    const bool takes_object = *profile == DigestProfile::jcs || *profile == DigestProfile::jades;
    if (credential->is_object() ? !takes_object : !takes_object && *profile != DigestProfile::jws) {
      return fail(path + ".credential");
    }
    const std::string text =
        credential->is_object() ? credential->dump() : credential->get<std::string>();
    const auto hash = crypto::credential_digest(*profile, as_bytes(text));
    if (!hash) return fail(path + ".credential");
    out.digest = *hash;
  }
};

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::string call() {
    std::vector<std::string> members;
    if (!rarely()) members.push_back("\"items\":" + (rarely() ? junk() : items()));
    if (pick(3) == 0) members.push_back("\"wait\":" + (rarely() ? junk() : one_of(kStates)));
    if (pick(3) == 0) {
      members.push_back("\"timeout_ms\":" + (rarely() ? junk() : std::to_string(pick(130'000))));
    }
    if (rarely()) members.push_back("\"it\\u0065ms \":1");
    return object(members);
  }

 private:
  static constexpr std::initializer_list<const char*> kStates = {
      "\"accepted\"", "\"sealed\"", "\"anchored\"", "\"final\"", "\"s\\u0065aled\""};

  std::string items() {
    std::string out = "[";
    for (std::size_t i = pick(6); i > 0; --i) {
      out += (rarely() ? junk() : item()) + (i > 1 ? " , " : "");
    }
    return out + "]";
  }

  std::string item() {
    std::vector<std::string> members;
    if (!rarely()) {
      members.push_back("\"profile\":" +
                        (rarely() ? junk()
                                  : one_of({"\"jws\"", "\"jcs\"", "\"jades\"", "\"bytes\"",
                                            "\"external\"", "\"j\\u0077s\"", "\"other\""})));
    }
    const std::size_t kind = pick(5);
    if (kind <= 1) members.push_back("\"digest\":" + (rarely() ? junk() : digest()));
    if (kind == 2 || rarely()) {
      members.push_back("\"content\":" +
                        one_of({"\"aGVsbG8=\"", "\"\"", "\"aGVsbG8\"", "\"a\\u0047VsbG8=\""}));
    }
    if (kind >= 3 || rarely()) {
      members.push_back(
          "\"credential\":" +
          one_of({"\"eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln\"", "\"no\"", "{\"b\":1,\"a\":[{}]}",
                  "\"{\\\"a\\\":1}\"", "{ \"x\" : \"}\\\"]\" , \"proof\":{\"y\":[]} }",
                  "{\"n\":9007199254740993}", "{}", "null"}));
    }
    if (rarely()) members.push_back("\"extra\":" + junk());
    return object(members);
  }

  std::string digest() {
    std::string hex = crypto::to_hex(crypto::sha256(as_bytes(std::to_string(random_()))));
    if (rarely()) hex[pick(64)] = "AgZ-"[pick(4)];
    if (rarely()) hex.resize(pick(64));
    return "\"" + hex + "\"";
  }

  std::string object(std::vector<std::string> members) {
    std::shuffle(members.begin(), members.end(), random_);
    std::string out = "{ ";
    for (std::size_t i = 0; i < members.size(); ++i) out += (i > 0 ? ", " : "") + members[i];
    return out + "}";
  }

  std::string junk() {
    return one_of({"null", "1", "-1", "1.5", "\"\"", "true", "[]", "{}", "[[1]]", "{\"a\":{}}"});
  }

  bool rarely() { return pick(40) == 0; }
  std::size_t pick(std::size_t bound) { return random_() % bound; }
  std::string one_of(std::initializer_list<const char*> list) {
    return list.begin()[pick(list.size())];
  }

  std::mt19937 random_;
};

TEST(SubmitRequest, AgreesWithASlowParserOnRandomCalls) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Generator generator(seed);
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 30'000; ++round) {
    const std::string text = generator.call();
    if (!rpc::check_json(text, 64)) continue;
    const SlowParser slow(json::parse(text));
    const Result<SubmitCall> fast = parse_submit_call(text);
    ASSERT_EQ(fast ? std::string() : fast.error().field, slow.field) << text;
    if (!fast) {
      ASSERT_EQ(fast.error().code, Errc::invalid_argument) << text;
      ++refused;
      continue;
    }
    ++accepted;
    ASSERT_EQ(fast->wait, slow.call.wait) << text;
    ASSERT_EQ(fast->timeout, slow.call.timeout) << text;
    ASSERT_EQ(fast->items.size(), slow.call.items.size()) << text;
    for (std::size_t i = 0; i < fast->items.size(); ++i) {
      ASSERT_EQ(fast->items[i].profile, slow.call.items[i].profile) << text;
      ASSERT_EQ(fast->items[i].digest, slow.call.items[i].digest) << text;
    }
  }
  EXPECT_GT(accepted, 2'000);
  EXPECT_GT(refused, 2'000);
}

TEST(SubmitRequest, TakesLargeCallsAndGoesOnWithSmallOnes) {
  std::string large = R"({"items":[)";
  const std::string hex(64, 'a');
  for (int i = 0; i < 10'000; ++i) {
    large += R"({"profile":"external","digest":")" + hex + R"("},)" + std::string(100, ' ');
  }
  large += R"({"profile":"external","digest":")" + hex + R"("}]})";
  EXPECT_EQ(parse_submit_call(large).error().field, "items");
  for (int round = 0; round < 3; ++round) {
    const auto call = parse_submit_call(R"({"items":[{"profile":"bytes","content":"aGVsbG8="}]})");
    ASSERT_TRUE(call);
    EXPECT_EQ(call->items.at(0).digest, crypto::sha256(as_bytes("hello")));
  }
}

}  // namespace
}  // namespace kedge::node::api
