// SPDX-License-Identifier: Apache-2.0
#include "crypto/rfc3339.hpp"
#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class OperatorTest : public ApiTest {};

TEST_F(OperatorTest, MakesAnIssuerAndATokenThatWritesForIt) {
  const json made = call("issuer_add", {{"issuer", "did:example:third"}});
  EXPECT_EQ(made["created"], true);
  EXPECT_EQ(made["issuer_hash"].get<std::string>().size(), 64U);
  EXPECT_EQ(call("issuer_add", {{"issuer", "did:example:third"}})["created"], false);

  const json issued =
      call("issuer_token",
           {{"issuer", "did:example:third"}, {"scopes", {"anchor:write"}}, {"label", "registrar"}});
  const std::string text = issued["token"].get<std::string>();
  EXPECT_TRUE(node::is_token(text));
  EXPECT_EQ(issued["id"], node::token_id(node::token_hash(text)));
  EXPECT_EQ(issued["state"], "active");
  // A year, where nothing is said.
  EXPECT_EQ(issued["expires"], crypto::format_rfc3339(clock_.unix_ms() + 31'536'000'000ULL));
  const std::string answer = send(request("anchor_submit", items(0, 1)), "Bearer " + text);
  EXPECT_TRUE(answer.starts_with("200")) << answer;
  EXPECT_EQ(call("anchor_get", {{"digest", digest(0)}})["credentials"][0]["issuer"],
            "did:example:third");

  const json issuers = call("issuer_list")["issuers"];
  ASSERT_EQ(issuers.size(), 3U);
  EXPECT_EQ(issuers[2]["issuer"], "did:example:third");
  EXPECT_EQ(issuers[2]["accepted"], 1);
  EXPECT_EQ(issuers[2]["tokens"], 1);
  EXPECT_EQ(issuers[0]["tokens"], 0);
}

TEST_F(OperatorTest, ShowsATokenOnceAndItsStateAlways) {
  const json one = call("issuer_token", {{"issuer", kIssuer},
                                         {"scopes", {"status:write", "read"}},
                                         {"expires", "2026-01-01T00:00:10Z"}});
  const json two =
      call("issuer_token", {{"issuer", kOtherIssuer}, {"scopes", {"admin"}}, {"expires", "never"}});
  EXPECT_EQ(two["expires"], nullptr);
  EXPECT_EQ(call("token_revoke", {{"id", two["id"]}})["state"], "revoked");
  clock_.advance(std::chrono::seconds(10));
  const json listed = call("token_list");
  ASSERT_EQ(listed["tokens"].size(), 2U);
  EXPECT_EQ(listed["tokens"][0]["state"], "expired");
  EXPECT_EQ(listed["tokens"][0]["scopes"], json({"status:write", "read"}));
  EXPECT_EQ(listed["tokens"][1]["state"], "revoked");
  EXPECT_EQ(listed.dump().find(one["token"].get<std::string>().substr(6)), std::string::npos);
  EXPECT_EQ(listed.dump().find("hash"), std::string::npos);
  EXPECT_EQ(call("token_list", {{"issuer", kOtherIssuer}})["tokens"].size(), 1U);
}

TEST_F(OperatorTest, IsToldWhatIsWrong) {
  const json good = {{"issuer", kIssuer}, {"scopes", {"read"}}};
  const auto with = [&](const std::string& name, const json& value) {
    json params = good;
    params[name] = value;
    return refusal("issuer_token", params);
  };
  EXPECT_EQ(with("issuer", "did:example:nobody"),
            "-32001 issuer: there is no such issuer; issuer_add makes it");
  EXPECT_EQ(with("scopes", {"anchor:wrote"}).substr(0, 14), "-32602 scopes:");
  EXPECT_EQ(with("scopes", {"read", "read"}).substr(0, 14), "-32602 scopes:");
  EXPECT_EQ(with("scopes", json::array()).substr(0, 14), "-32602 scopes:");
  for (const char* past : {"2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "tomorrow", ""}) {
    EXPECT_EQ(with("expires", past).substr(0, 15), "-32602 expires:") << past;
  }
  EXPECT_EQ(with("label", std::string(101, 'x')).substr(0, 13), "-32602 label:");
  EXPECT_EQ(refusal("issuer_add", {{"issuer", "no uri"}}).substr(0, 14), "-32602 issuer:");
  EXPECT_EQ(refusal("token_revoke", {{"id", "0000000000000000"}}),
            "-32001 id: there is no such token");
}

TEST_F(OperatorTest, AnAdministratorsTokenRunsTheNodeAndWritesNothing) {
  const std::string admin = "Bearer " + token(kIssuer, node::kAdmin.bit);
  EXPECT_TRUE(send(request("node_info", json::object()), admin).starts_with("200"));
  EXPECT_TRUE(send(request("issuer_add", {{"issuer", "did:example:x"}}), admin).starts_with("200"));
  EXPECT_TRUE(send(request("anchor_submit", items(0, 1)), admin).starts_with("403"));
  EXPECT_TRUE(send(request("anchor_seal", json::object()), admin).starts_with("403"));
}

}  // namespace
}  // namespace kedge::test
