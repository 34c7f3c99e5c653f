// SPDX-License-Identifier: Apache-2.0
#include "node/proof/bundle_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/node/proof/sample_bundle.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

class BundleJson : public testing::Test {
 protected:
  void expect_refused(const json& document, const std::string& field) const {
    expect_refused_text(document.dump(), field);
  }
  static void expect_refused_text(const std::string& text, const std::string& field) {
    const auto bundle = bundle_from_json(text);
    ASSERT_FALSE(bundle) << text;
    EXPECT_EQ(bundle.error().code, Errc::invalid_argument);
    EXPECT_EQ(bundle.error().field, field) << bundle.error().message;
    EXPECT_FALSE(bundle.error().message.empty());
  }
  /// The sample with the value at a JSON pointer replaced.
  json with(const std::string& pointer, json value) const {
    json document = document_;
    document[json::json_pointer(pointer)] = std::move(value);
    return document;
  }

  test::SampleBundle sample_;
  json document_ = json::parse(bundle_to_json(sample_.bundle));
};

TEST_F(BundleJson, HasTheDescribedForm) {
  const Bundle& bundle = sample_.bundle;
  EXPECT_EQ(
      bundle_to_json(bundle).find(R"({"format":"kedge-proof/1","credential":{"profile":"jws",)"),
      0u);
  EXPECT_EQ(document_["batch"]["issuer"], "did:example:second");
  EXPECT_EQ(document_["batch"]["index"], 4);
  EXPECT_EQ(document_["batch"]["path"].size(), bundle.batch.path.size());
  EXPECT_EQ(document_["log"]["checkpoint"], bundle.log.checkpoint);
  EXPECT_EQ(document_["anchors"][0]["ledger"], "embedded");
  EXPECT_EQ(document_["anchors"][0]["epoch"], 2);
  EXPECT_FALSE(document_.contains("status"));
}

TEST_F(BundleJson, ReadsWhatItWrites) {
  for (const bool with_status : {false, true}) {
    Bundle bundle = sample_.bundle;
    if (with_status) bundle.status = R"({"list":0,"value":null})";
    bundle.batch.issuer = "did:web:\"\\\n\x01é€😀";
    const std::string text = bundle_to_json(bundle);
    const auto read = bundle_from_json(text);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, bundle);
    EXPECT_EQ(bundle_to_json(*read), text);
  }
}

TEST_F(BundleJson, AppendsToABuffer) {
  std::string out = "before";
  append_bundle_json(out, sample_.bundle);
  EXPECT_EQ(out, "before" + bundle_to_json(sample_.bundle));
}

TEST_F(BundleJson, IgnoresOrderAndWhiteSpace) {
  const auto read = bundle_from_json(" " + document_.dump(2) + "\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, sample_.bundle);
}

TEST_F(BundleJson, NamesEveryFieldThatIsMissingUnknownOrOfTheWrongType) {
  for (const auto& [part, value] : document_.items()) {
    json document = document_;
    document.erase(part);
    expect_refused(document, "");
    if (part == "format" || part == "anchors") continue;
    for (const auto& [name, unused] : value.items()) {
      document = document_;
      document[part].erase(name);
      expect_refused(document, part);
      const std::string pointer = "/" + part + "/" + name;
      for (const json& wrong : {json(nullptr), json(true), json(-1), json(0.5), json::object(),
                                json(json::array({1})), json(""), json("x\x7f")}) {
        if (name == "issuer" && wrong == json("x\x7f")) continue;
        if (name == "checkpoint" && wrong == json("x\x7f")) continue;
        const std::string path = part + "." + name;
        expect_refused(with(pointer, wrong),
                       name == "path" && wrong.is_array() ? path + "[0]" : path);
      }
    }
    expect_refused(with("/" + part + "/more", 1), part + ".more");
    expect_refused(with("/" + part, 1), part);
  }
  expect_refused(with("/more", 1), "more");
  expect_refused(with("/format", "kedge-proof/2"), "format");
  expect_refused(with("/format", 1), "format");
  expect_refused(with("/anchors", json::object()), "anchors");
  expect_refused(with("/anchors/0", 1), "anchors[0]");
  expect_refused(with("/anchors/0/ledger", 1), "anchors[0].ledger");
  expect_refused(with("/anchors/0/more", json::parse("[{\"x\":1.0}]")), "anchors[0].more[0].x");
  expect_refused(with("/anchors/0/more", std::uint64_t{1} << 53), "anchors[0].more");
  expect_refused(with("/status", json::array()), "status");
}

TEST_F(BundleJson, AcceptsOneFormOfHexAndBase64) {
  std::string hash = document_["log"]["path"][1].get<std::string>();
  expect_refused(with("/log/path/1", hash + "00"), "log.path[1]");
  expect_refused(with("/log/path/1", "0x" + hash), "log.path[1]");
  hash[0] = 'A';
  expect_refused(with("/log/path/1", hash), "log.path[1]");
  expect_refused(with("/credential/digest", hash), "credential.digest");
  const std::string entry = document_["batch"]["entry"].get<std::string>();
  expect_refused(with("/batch/entry", entry + "\n"), "batch.entry");
  expect_refused(with("/batch/entry", entry.substr(0, entry.size() - 1)), "batch.entry");
  expect_refused(with("/credential/profile", "JWS"), "credential.profile");
}

TEST_F(BundleJson, KeepsItsBounds) {
  const std::string hash(64, '0');
  expect_refused(with("/batch/path", json(std::vector<std::string>(33, hash))), "batch.path");
  expect_refused(with("/log/path", json(std::vector<std::string>(64, hash))), "log.path");
  EXPECT_TRUE(bundle_from_json(with("/log/path", std::vector<std::string>(63, hash)).dump()));
  expect_refused(with("/batch/issuer", std::string(kMaxIssuerSize + 1, 'x')), "batch.issuer");
  expect_refused(with("/log/checkpoint", std::string(kMaxNoteInBundle + 1, 'x')), "log.checkpoint");
  expect_refused(with("/batch/index", kMaxBundleInteger + 1), "batch.index");
  EXPECT_TRUE(bundle_from_json(with("/batch/index", kMaxBundleInteger).dump()));
  const json anchor = json::parse(R"({"ledger":"x"})");
  expect_refused(with("/anchors", json(std::vector<json>(17, anchor))), "anchors");
  EXPECT_TRUE(bundle_from_json(with("/anchors", std::vector<json>(16, anchor)).dump()));
  expect_refused_text(std::string(kMaxBundleSize + 1, ' '), "");
  expect_refused_text(std::string(100'000, '['), "");
  const std::string twice = bundle_to_json(sample_.bundle);
  expect_refused_text("{\"format\":\"kedge-proof/1\"," + twice.substr(1), "");
}

}  // namespace
}  // namespace kedge::node
