// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <set>

#include "tests/node/api/described_node.hpp"

namespace kedge::test {
namespace {

class SchemaTest : public DescribedNode {};

/// Every method is called with its own examples, in the order of the table; what it answers, and
/// what the description shows, is as its schema says. KEDGE_WRITE_EXAMPLES names a file that gets
/// the answers, for whoever changes a description.
TEST_F(SchemaTest, EveryMethodAnswersItsExamplesAsItsSchemaSays) {
  json answers = json::object();
  for (const auto& [name, method] : methods().all()) {
    ASSERT_NE(method.doc, nullptr) << name;
    const json described = doc(name);
    EXPECT_EQ(described["name"], name);
    EXPECT_FALSE(described["examples"].empty()) << name;
    for (const json& example : described["examples"]) {
      const std::string title = name + ", " + example["name"].get<std::string>();
      EXPECT_EQ(checker_.check(described["params"], example["params"]), "") << title;
      const json answer = call(name, live(example["params"]));
      EXPECT_EQ(checker_.check(described["result"], answer), "") << title;
      EXPECT_EQ(checker_.check(described["result"], example["result"]), "") << title;
      answers[name].push_back(answer);
    }
  }
  if (const char* file = std::getenv("KEDGE_WRITE_EXAMPLES")) std::ofstream(file) << answers.dump();
}

TEST_F(SchemaTest, DescribesWhatIsServedAndNothingElse) {
  std::set<std::string> described;
  for (const rpc::MethodDoc& file : node::schema_files()) {
    // Those of a connection are added by whoever has connections.
    const bool connected = file.name == "subscribe" || file.name == "unsubscribe";
    if (file.name != "components" && !connected) described.emplace(file.name);
  }
  std::set<std::string> served;
  for (const auto& [name, method] : methods().all()) served.insert(name);
  EXPECT_EQ(described, served);
  EXPECT_THROW(node::method_doc("node_destroy"), std::logic_error);
}

/// What a schema allows must not be wider than what is taken: a member too many is refused.
TEST_F(SchemaTest, RefusesMembersThatNoSchemaHas) {
  for (const auto& [name, method] : methods().all()) {
    json params = doc(name)["examples"][0]["params"];
    params["nobody_knows"] = 1;
    EXPECT_NE(checker_.check(doc(name)["params"], params), "") << name;
    const std::string refused = refusal(name, params);
    EXPECT_TRUE(refused.starts_with("-32602 nobody_knows: unknown field")) << refused;
  }
}

TEST_F(SchemaTest, TellsAllOfItAsOpenRpc) {
  const json document = call("rpc.discover");
  EXPECT_EQ(document["openrpc"], "1.3.2");
  EXPECT_EQ(document["info"]["version"], services().version);
  EXPECT_EQ(document["methods"].size(), methods().all().size());
  const json& errors = document["components"]["errors"];
  std::set<std::string> names;
  for (const json& method : document["methods"]) {
    const auto name = method["name"].get<std::string>();
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(method["paramStructure"], "by-name");
    EXPECT_FALSE(method["summary"].get<std::string>().empty()) << name;
    EXPECT_EQ(method["x-scopes"].empty(), methods().find(name)->access == rpc::Access::open);
    bool optional = false;
    for (const json& param : method["params"]) {
      // The specification: required ones come first.
      const bool required = param.value("required", false);
      EXPECT_FALSE(optional && required) << name;
      optional |= !required;
    }
    for (const json& error : method["errors"]) {
      const auto place = error["$ref"].get<std::string>();
      EXPECT_TRUE(errors.contains(place.substr(place.rfind('/') + 1))) << place;
    }
    for (const json& example : method["examples"]) {
      json params = json::object();
      for (const json& param : example["params"]) {
        params[param["name"].get<std::string>()] = param["value"];
      }
      EXPECT_EQ(checker_.check(doc(name)["params"], params), "") << name;
    }
  }
  EXPECT_EQ(document["components"]["schemas"], json::parse(node::schema_components()));
}

TEST(SchemaChecker, SeesEveryKindOfMistake) {
  using json = nlohmann::json;
  const SchemaChecker checker(
      json::parse(R"({"Hash":{"type":"string","pattern":"^[0-9a-f]{4}$"}})"));
  const json schema = json::parse(R"({"type":"object","properties":{
      "hash":{"$ref":"#/components/schemas/Hash"}, "n":{"type":"integer","minimum":1,"maximum":3},
      "word":{"type":"string","enum":["a","b"]}, "list":{"type":"array","minItems":1,"maxItems":2,
      "items":{"anyOf":[{"type":"boolean"},{"type":"null"}]}}},
      "required":["hash"],"additionalProperties":false,
      "oneOf":[{"required":["n"]},{"required":["word"]}]})");
  const auto check = [&](const char* text) { return checker.check(schema, json::parse(text)); };
  EXPECT_EQ(check(R"({"hash":"00ff","n":3,"list":[true,null]})"), "");
  for (const char* bad :
       {R"({"n":3})", R"({"hash":"00FF","n":3})", R"({"hash":"00ff","n":4})", R"([])",
        R"({"hash":"00ff","n":0})", R"({"hash":"00ff","n":1.5})", R"({"hash":"00ff"})",
        R"({"hash":"00ff","n":1,"word":"a"})", R"({"hash":"00ff","word":"c"})",
        R"({"hash":"00ff","n":1,"list":[]})", R"({"hash":"00ff","n":1,"list":[1]})",
        R"({"hash":"00ff","n":1,"list":[true,true,true]})", R"({"hash":"00ff","n":1,"x":1})"}) {
    EXPECT_NE(check(bad), "") << bad;
  }
  EXPECT_NE(checker.check({{"$ref", "#/elsewhere"}}, 1), "");
  EXPECT_NE(checker.check({{"multipleOf", 2}}, 2), "");
}

}  // namespace
}  // namespace kedge::test
