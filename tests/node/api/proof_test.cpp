// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "node/proof/verifier.hpp"
#include "node/sample/sample.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class ProofTest : public ApiTest {
 protected:
  /// A token that is submitted and anchored.
  static constexpr const char* kToken = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln";

  json token_bundle() {
    json params = {{"items", {{{"profile", "jws"}, {"credential", kToken}}}}};
    const json hex = call("anchor_submit", params)["items"][0]["digest"];
    call("anchor_seal");
    params["wait"] = "final";
    call("anchor_submit", params);
    return call("proof_get", {{"digest", hex}})["bundle"];
  }
};

TEST_F(ProofTest, HasNoBundleBeforeTheSeal) {
  call("anchor_submit", items(0, 1));
  const json expected = {{"state", "accepted"}, {"complete", false}, {"bundle", nullptr}};
  EXPECT_EQ(call("proof_get", {{"digest", digest(0)}}), expected);
}

TEST_F(ProofTest, GivesBundlesThatVerifyOffline) {
  anchored(0, 100);
  for (const std::uint64_t number : {0U, 17U, 99U}) {
    const json answer =
        call("proof_get", {{"digest", digest(number)}, {"issuer", kIssuer}, {"position", number}});
    EXPECT_EQ(answer["state"], "final");
    EXPECT_EQ(answer["complete"], true);
    EXPECT_EQ(answer["bundle"]["format"], "kedge-proof/1");
    node::Trust trust;
    trust.log_keys.push_back(services().log_key);
    const std::string text = answer["bundle"].dump();
    const node::Verdict verdict = node::verify_document(as_bytes(text), trust, std::monostate());
    EXPECT_EQ(verdict.outcome, node::Outcome::valid) << node::verdict_to_json(verdict);
  }
}

TEST_F(ProofTest, AsksForTheIssuerIfSeveralHaveTheDigest) {
  call("anchor_submit", items(0, 1));
  submit_as(kOtherIssuer, 0);
  call("anchor_seal");
  EXPECT_EQ(refusal("proof_get", {{"digest", digest(0)}}),
            "-32602 issuer: expected the issuer: 2 issuers have this digest");
  const json answer = call("proof_get", {{"digest", digest(0)}, {"issuer", kOtherIssuer}});
  EXPECT_EQ(answer["bundle"]["batch"]["issuer"], kOtherIssuer);
}

TEST_F(ProofTest, VerifiesWhatItIsShown) {
  const json bundle = token_bundle();
  const auto verdict = [&](json params) {
    params["bundle"] = bundle;
    return call("proof_verify", params)["verdict"].get<std::string>();
  };
  EXPECT_EQ(verdict(json::object()), "valid");
  // A token that is no credential: nothing says who could have signed it.
  EXPECT_EQ(verdict({{"credential", kToken}}), "unknown");
  EXPECT_EQ(verdict({{"credential", kToken}, {"require", json::array()}}), "valid");
  EXPECT_EQ(verdict({{"credential", kToken}, {"require", {"validity"}}}), "unknown");
  EXPECT_EQ(verdict({{"digest", bundle["credential"]["digest"]}}), "valid");
  EXPECT_EQ(verdict({{"digest", digest(5)}}), "invalid");
  EXPECT_EQ(verdict({{"credential", "eyJhbGciOiJFUzI1NiJ9.eyJhIjoyfQ.c2ln"}}), "invalid");
  EXPECT_EQ(verdict({{"credential", {{"a", 1}}}}), "invalid");
  EXPECT_EQ(verdict({{"content", "aGVsbG8="}}), "invalid");

  json changed = bundle;
  changed["credential"]["salt"] = std::string(32, '0');
  EXPECT_EQ(call("proof_verify", {{"bundle", changed}})["verdict"], "invalid");
  changed = bundle;
  changed["format"] = "kedge-proof/2";
  EXPECT_EQ(call("proof_verify", {{"bundle", changed}})["verdict"], "unknown");
  const json nothing = call("proof_verify", {{"bundle", json::object()}});
  EXPECT_EQ(nothing["verdict"], "invalid");
  EXPECT_EQ(nothing["reasons"][0]["code"], "malformed");
}

TEST_F(ProofTest, VerifiesContentAndObjects) {
  const std::string text = R"({"b": 1.0, "a": "x"})";
  json params = {{"items",
                  {{{"profile", "bytes"}, {"content", "aGVsbG8="}},
                   {{"profile", "jcs"}, {"credential", text}}}}};
  const json rows = call("anchor_submit", params)["items"];
  call("anchor_seal");
  const json content = call("proof_get", {{"digest", rows[0]["digest"]}})["bundle"];
  const json object = call("proof_get", {{"digest", rows[1]["digest"]}})["bundle"];
  // Sealed is enough: the verdict rests on the word of the log's key.
  EXPECT_EQ(call("proof_verify", {{"bundle", content}, {"content", "aGVsbG8="}})["verdict"],
            "valid");
  EXPECT_EQ(call("proof_verify", {{"bundle", content}, {"content", "aGVsbA=="}})["verdict"],
            "invalid");
  EXPECT_EQ(refusal("proof_verify", {{"bundle", content}, {"content", "aGVsbG9="}}),
            "-32602 content: expected standard base64 with padding of at most 67108864 octets");
  const std::string body =
      R"({"jsonrpc":"2.0","id":1,"method":"proof_verify","params":{"bundle":)" + object.dump() +
      R"(,"credential": { "b" : 1e0,"a":"\u0078"} }})";
  EXPECT_EQ(json::parse(begin(body, {}).get().body)["result"]["verdict"], "valid");
}

/// The credential itself is checked, and nobody is asked about it.
TEST_F(ProofTest, VerifiesTheCredentialItself) {
  const node::sample::SampleMaker maker(11);
  for (std::uint64_t i = 0; i < 12; ++i) {
    const auto sample = maker.make(i);
    ASSERT_TRUE(sample);
    const std::string profile(crypto::profile_name(sample->profile));
    const json params = {{"items", {{{"profile", profile}, {"credential", sample->document}}}}};
    const json hex = call("anchor_submit", params)["items"][0]["digest"];
    call("anchor_seal");
    const json bundle = call("proof_get", {{"digest", hex}})["bundle"];
    const json verdict =
        call("proof_verify", {{"bundle", bundle}, {"credential", sample->document}});
    EXPECT_EQ(verdict["verdict"], "valid") << verdict.dump();
    std::map<std::string, std::string> results;
    for (const json& check : verdict["checks"]) {
      results[check["name"].get<std::string>()] = check["result"].get<std::string>();
    }
    EXPECT_EQ(results["credential.signature"], "passed");
    EXPECT_EQ(results["credential.claims"], "passed");
    EXPECT_EQ(results["credential.validity"], "passed");
    EXPECT_EQ(results["credential.status"], "not-done");
    const json strict = call("proof_verify", {{"bundle", bundle},
                                              {"credential", sample->document},
                                              {"require", {"signature", "status"}}});
    EXPECT_EQ(strict["verdict"], "unknown");
    EXPECT_EQ(strict["reasons"][0]["code"], "status-missing");
  }
}

}  // namespace
}  // namespace kedge::test
