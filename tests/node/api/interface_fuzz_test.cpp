// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "node/api/rest_table.hpp"
#include "tests/node/api/described_node.hpp"

namespace kedge::test {
namespace {

using json = nlohmann::json;

/// Values that follow a schema mostly, and sometimes not at all.
class Guesser {
 public:
  Guesser(std::uint64_t seed, const json& components) : random_(seed), components_(components) {}

  std::size_t below(std::size_t count) { return random_() % count; }
  bool once_in(std::size_t count) { return below(count) == 0; }

  json guess(const json& schema, int depth = 0) {
    if (once_in(12) || depth > 6) return anything();
    if (schema.contains("$ref")) {
      const auto target = schema["$ref"].get<std::string>();
      return guess(components_.at(target.substr(target.rfind('/') + 1)), depth);
    }
    if (schema.contains("const")) return schema["const"];
    if (schema.contains("enum")) return schema["enum"][below(schema["enum"].size())];
    if (schema.contains("anyOf") && !schema.contains("properties")) {
      return guess(schema["anyOf"][below(schema["anyOf"].size())], depth + 1);
    }
    const std::string type = schema.value("type", "string");
    if (type == "integer") return number();
    if (type == "boolean") return once_in(2);
    if (type == "null") return nullptr;
    if (type == "array") return list(schema, depth);
    if (type == "object") return object(schema, depth);
    return text(schema);
  }

  json anything() {
    switch (below(9)) {
      case 0:
        return nullptr;
      case 1:
        return -1;
      case 2:
        return 1.5;
      case 3:
        return std::string(3'000, 'x');
      case 4:
        return json::array({json::object(), 7, "x"});
      case 5:
        return {{"digest", 7}, {"", nullptr}};
      case 6:
        return 1e300;
      case 7:
        return "\xC3\xA4 \" \\ / <b> %00 ../ \n";
      default:
        return true;
    }
  }

 private:
  json number() {
    constexpr std::uint64_t kNumbers[] = {
        0,      1,         2,          3,          4,           5,           1'000, 10'000,
        10'001, 1U << 31U, 4294967295, 4294967296, 1ULL << 53U, 1ULL << 63U, ~0ULL};
    return kNumbers[below(std::size(kNumbers))];
  }
  json text(const json& schema) {
    const std::string pattern = schema.value("pattern", "");
    if (pattern.find("{64}") != std::string::npos) return hash();
    switch (below(6)) {
      case 0:
        return "did:example:issuer";
      case 1:
        return "embedded";
      case 2:
        return "AAECAw==";
      case 3:
        return "2026-01-01T00:00:00Z";
      case 4:
        return "";
      default:
        return std::to_string(below(9));
    }
  }
  std::string hash();
  json list(const json& schema, int depth) {
    json out = json::array();
    for (std::size_t i = below(4); i > 0; --i) out.push_back(guess(schema["items"], depth + 1));
    return out;
  }
  json object(const json& schema, int depth) {
    json out = json::object();
    const json required = schema.value("required", json::array());
    const json properties = schema.value("properties", json::object());
    for (const auto& [name, property] : properties.items()) {
      const bool needed = std::find(required.begin(), required.end(), json(name)) != required.end();
      if (once_in(needed ? 15 : 2)) continue;
      out[name] = guess(property, depth + 1);
    }
    if (once_in(15)) out["surprise"] = anything();
    return out;
  }

  std::mt19937_64 random_;
  const json& components_;
};

class InterfaceFuzz : public DescribedNode {
 public:
  static std::string some_digest(std::uint64_t number) { return digest(number); }

 protected:
  static std::uint64_t seed() {
    if (const char* given = std::getenv("KEDGE_SEED")) return std::stoull(given);
    return std::random_device{}();
  }

  /// Time stands still here: nobody may wait for what only time brings.
  static void do_not_wait(json& params) {
    if (params.is_object() && params.contains("wait") && params["wait"].is_string()) {
      params["timeout_ms"] = 0;
      if (params["wait"] != "nonsense") params["wait"] = "accepted";
    }
  }

  /// A refusal tells a program and a person what to do about it.
  static void expect_helpful(const json& error) {
    const int code = error["code"].get<int>();
    EXPECT_NE(code, -32603) << error;
    EXPECT_FALSE(error["message"].get<std::string>().empty());
    if (code != -32602) return;
    const json data = error.value("data", json::object());
    EXPECT_FALSE(data.value("field", "").empty() && data.value("expected", "").empty()) << error;
  }

  void expect_proper(const rpc::HttpResponse& response) {
    EXPECT_LT(response.status, 500U) << response.body;
    if (response.status < 400) return;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const json body = json::parse(response.body);
    EXPECT_EQ(checker_.check({{"$ref", "#/components/schemas/Problem"}}, body), "") << body;
    EXPECT_EQ(body["status"], response.status);
    const auto detail = body["detail"].get<std::string>();
    if (response.status == 400) {
      EXPECT_TRUE(body.contains("field") || detail.find("expected") != std::string::npos ||
                  detail.find("parse error") != std::string::npos)
          << body;
    }
  }

  const json components_ = json::parse(node::schema_components());
};

std::string Guesser::hash() {
  return InterfaceFuzz::some_digest(below(9));
}

TEST_F(InterfaceFuzz, EveryMethodAnswersOrSaysWhatItWants) {
  const std::uint64_t start = seed();
  SCOPED_TRACE("KEDGE_SEED=" + std::to_string(start));
  std::cout << "KEDGE_SEED=" << start << "\n";
  Guesser guesser(start, components_);
  int answered = 0;
  for (const auto& [name, method] : methods().all()) {
    const json described = doc(name);
    for (int round = 0; round < 150 && !HasFailure(); ++round) {
      json params = guesser.once_in(4) ? described["examples"][0]["params"] : json();
      if (params.is_null()) {
        params = guesser.guess(described["params"]);
      } else if (!params.empty()) {
        auto member = params.begin();
        std::advance(member, static_cast<long>(guesser.below(params.size())));
        *member = guesser.anything();
      }
      do_not_wait(params);
      SCOPED_TRACE(name + " " + params.dump(-1, ' ', true, json::error_handler_t::replace));
      const bool known = !guesser.once_in(8);
      const rpc::HttpResponse response =
          begin(request(name, params), known ? "Bearer " + kCookie : std::string()).get();
      EXPECT_NE(response.status, 500U) << response.body;
      const json body = json::parse(response.body);
      if (body.contains("error")) {
        expect_helpful(body["error"]);
      } else {
        EXPECT_EQ(checker_.check(described["result"], body["result"]), "");
        ++answered;
      }
    }
  }
  EXPECT_GT(answered, 200);
}

TEST_F(InterfaceFuzz, EveryResourceAnswersOrSaysWhatItWants) {
  const std::uint64_t start = seed();
  SCOPED_TRACE("KEDGE_SEED=" + std::to_string(start));
  std::cout << "KEDGE_SEED=" << start << "\n";
  Guesser guesser(start, components_);
  constexpr const char* kTypes[] = {"application/json", "application/x-ndjson", "text/plain", ""};
  constexpr const char* kAccepts[] = {"application/json",     "*/*",  "text/html", "", "text/plain",
                                      "application/cbor;q=x", ",,,;;"};
  const auto words = [&](const json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', true, json::error_handler_t::replace);
  };
  int answered = 0;
  for (const node::RestRow& row : node::rest_table()) {
    const json described = doc(std::string(row.method));
    for (int round = 0; round < 120 && !HasFailure(); ++round) {
      json params = guesser.guess(described["params"]);
      if (!params.is_object()) params = json::object();
      do_not_wait(params);
      rpc::HeaderList headers = {{"Accept", kAccepts[guesser.below(std::size(kAccepts))]}};
      if (!guesser.once_in(6)) headers.emplace_back("Authorization", "Bearer " + kCookie);
      std::string target(row.path);
      std::string body;
      std::string query;
      if (row.http_method == "POST") {
        const bool stream = row.method == "anchor_submit" && guesser.once_in(2);
        body = params.dump(-1, ' ', true, json::error_handler_t::replace);
        if (stream) body = words(guesser.anything()) + "\n" + body + "\n" + item(3).dump() + "\n";
        if (guesser.once_in(6)) body.resize(guesser.below(body.size() + 1));
        headers.emplace_back("Content-Type", stream ? kTypes[1]
                                             : guesser.once_in(5)
                                                 ? kTypes[guesser.below(std::size(kTypes))]
                                                 : kTypes[0]);
      } else {
        for (const auto& [name, value] : params.items()) {
          const std::string segment = "{" + name + "}";
          const std::string text = rpc::percent_encode(words(value));
          const std::size_t at = target.find(segment);
          if (at != std::string::npos) {
            target.replace(at, segment.size(), guesser.once_in(20) ? "%" + text : text);
          } else if (guesser.once_in(2)) {
            query += (query.empty() ? "?" : "&") + name + "=" + text;
          }
        }
        if (guesser.once_in(20)) query += (query.empty() ? "?" : "&") + std::string("cursor=AQ");
      }
      SCOPED_TRACE(std::string(row.http_method) + " " + target + query + " " + body);
      const rpc::HttpResponse response =
          visit(std::string(row.http_method), target + query, body, headers);
      expect_proper(response);
      answered += response.status == 200 ? 1 : 0;
    }
  }
  EXPECT_GT(answered, 150);
}

}  // namespace
}  // namespace kedge::test
