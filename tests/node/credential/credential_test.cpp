// SPDX-License-Identifier: Apache-2.0
#include "node/credential/credential.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "tests/node/credential/test_issuer.hpp"

namespace kedge::node {
namespace {

using test::json;
using test::parsed;
using test::TestIssuer;

TEST(ParseCredential, JwtVc11) {
  const TestIssuer issuer;
  json claims = issuer.ebsi_claims();
  claims["vc"]["credentialStatus"] = {{"id", "https://lists.example/1#7"},
                                      {"type", "StatusList2021Entry"},
                                      {"statusPurpose", "revocation"},
                                      {"statusListIndex", "7"},
                                      {"statusListCredential", "https://lists.example/1"}};
  const Credential read = parsed(issuer.sign(claims) + "\n");
  EXPECT_EQ(read.form, CredentialForm::jwt_vc_1_1);
  EXPECT_EQ(read.issuer, issuer.did());
  EXPECT_EQ(read.key_id, issuer.url());
  EXPECT_EQ(read.algorithm, "ES256");
  EXPECT_EQ(read.type_header, "JWT");
  EXPECT_EQ(read.subjects, std::vector{issuer.did()});
  EXPECT_EQ(read.valid_from_ms, 1'767'225'600'000);
  EXPECT_EQ(read.valid_until_ms, 1'798'761'600'000);
  EXPECT_EQ(read.issued_ms, 1'767'225'600'000);
  EXPECT_FALSE(read.document.ends_with('\n'));
  ASSERT_EQ(read.statuses.size(), 1U);
  EXPECT_EQ(read.statuses[0].kind, StatusEntryKind::status_list_2021);
  EXPECT_EQ(read.statuses[0].path, "vc.credentialStatus");
  EXPECT_EQ(read.statuses[0].index, 7U);
  EXPECT_EQ(read.statuses[0].list, "https://lists.example/1");
}

TEST(ParseCredential, JwtVc20) {
  const TestIssuer issuer(crypto::KeyType::ed25519);
  json claims = issuer.vcdm();
  claims["issuer"] = {{"id", issuer.did()}, {"name", "A university"}};
  claims["credentialStatus"] = json::array({{{"type", "BitstringStatusListEntry"},
                                             {"statusPurpose", "revocation"},
                                             {"statusListIndex", "94567"},
                                             {"statusListCredential", "https://lists.example/3"}},
                                            {{"type", "SomethingElse"}}});
  const Credential read = parsed(issuer.sign(claims, "vc+jwt"));
  EXPECT_EQ(read.form, CredentialForm::jwt_vc_2_0);
  EXPECT_EQ(read.issuer, issuer.did());
  EXPECT_EQ(read.valid_until_ms, 1'798'761'600'000);
  ASSERT_EQ(read.statuses.size(), 2U);
  EXPECT_EQ(read.statuses[0].kind, StatusEntryKind::bitstring);
  EXPECT_EQ(read.statuses[0].path, "credentialStatus[0]");
  EXPECT_EQ(read.statuses[1].kind, StatusEntryKind::other);
  EXPECT_EQ(read.statuses[1].type, "SomethingElse");
}

TEST(ParseCredential, SdJwtVc) {
  const TestIssuer issuer;
  const std::string disclosure = crypto::make_disclosure("salt", "grade", "A");
  json claims = issuer.sd_claims();
  claims["_sd"] = {crypto::disclosure_digest(disclosure)};
  claims["status"] = {{"status_list", {{"idx", 5}, {"uri", "https://lists.example/t"}}}};
  const std::string token = issuer.sign(claims, "dc+sd-jwt");
  const Credential shown = parsed(token + "~" + disclosure + "~");
  EXPECT_EQ(shown.form, CredentialForm::sd_jwt_vc);
  EXPECT_EQ(shown.claims["grade"], "A");
  EXPECT_FALSE(shown.signed_claims.contains("grade"));
  ASSERT_EQ(shown.statuses.size(), 1U);
  EXPECT_EQ(shown.statuses[0].kind, StatusEntryKind::token);
  EXPECT_EQ(shown.statuses[0].path, "status.status_list");
  EXPECT_EQ(shown.statuses[0].index, 5U);
  EXPECT_FALSE(parsed(token + "~").claims.contains("grade"));
  const std::string foreign = crypto::make_disclosure("salt", "grade", "B");
  EXPECT_TRUE(parsed(token + "~" + foreign + "~").disclosure_fault);
}

TEST(ParseCredential, DataIntegrity) {
  const TestIssuer issuer;
  const Credential read = parsed(issuer.prove(issuer.vcdm()));
  EXPECT_EQ(read.form, CredentialForm::data_integrity);
  EXPECT_EQ(read.issuer, issuer.did());
  EXPECT_EQ(read.issued_ms, 1'767'225'600'000) << "proof.created";
}

TEST(ParseCredential, OtherDocuments) {
  EXPECT_EQ(parsed("").form, CredentialForm::plain);
  EXPECT_EQ(parsed("%PDF-1.7 ...").form, CredentialForm::plain);
  EXPECT_EQ(parsed("a.b.c").form, CredentialForm::plain);
  EXPECT_EQ(parsed(R"({"a":1})").form, CredentialForm::plain);
  EXPECT_EQ(parsed(R"({"a":1,"a":2})").form, CredentialForm::plain) << "no strict JSON";
  EXPECT_EQ(parsed(R"({\rtf1 a diploma})").form, CredentialForm::plain);
  EXPECT_EQ(parsed(R"({"a":1,"a":2,"proof":{}})").form, CredentialForm::other_signed);
  EXPECT_EQ(parsed(R"({"a":1,"proof":{}})").form, CredentialForm::other_signed);
  EXPECT_EQ(parsed(R"({"payload":"","signatures":[]})").form, CredentialForm::other_signed);
  const TestIssuer issuer;
  EXPECT_EQ(parsed(issuer.sign(json{{"a", 1}})).form, CredentialForm::other_signed);
  EXPECT_EQ(parsed(issuer.sign(json{{"a", 1}}) + "~").form, CredentialForm::other_signed);
}

/// What wants to be a token and is none must not pass for octets that nobody has signed.
TEST(ParseCredential, ATokenWithoutASignatureIsRefused) {
  const std::string header = crypto::base64url_encode(as_bytes(R"({"alg":"none"})"));
  const std::string payload = crypto::base64url_encode(as_bytes(TestIssuer().vcdm().dump()));
  for (const std::string& token : {header + "." + payload + ".", header + "." + payload + ".AA"}) {
    EXPECT_FALSE(parse_credential(as_bytes(token))) << token;
  }
}

struct Malformed {
  const char* field;
  std::function<void(json&)> change;
};

void expect_fields(const std::vector<Malformed>& cases, const json& good,
                   const std::function<std::string(const json&)>& write) {
  ASSERT_TRUE(parse_credential(as_bytes(write(good))));
  for (const Malformed& item : cases) {
    json changed = good;
    item.change(changed);
    const auto read = parse_credential(as_bytes(write(changed)));
    ASSERT_FALSE(read) << item.field;
    EXPECT_EQ(read.error().field, item.field);
    EXPECT_EQ(read.error().code, Errc::invalid_argument);
    EXPECT_FALSE(read.error().message.empty());
  }
}

TEST(ParseCredential, NamesTheMemberOfAJwt) {
  const TestIssuer issuer;
  const std::vector<Malformed> cases = {
      {"vc", [](json& c) { c["vc"] = "x"; }},
      {"vc.type", [](json& c) { c["vc"].erase("type"); }},
      {"vc.type", [](json& c) { c["vc"]["type"] = json::array(); }},
      {"vc.issuer", [](json& c) { c["vc"]["issuer"] = "nobody"; }},
      {"vc.issuer.id",
       [](json& c) {
         c["vc"]["issuer"] = {{"name", "x"}};
       }},
      {"vc.credentialSubject", [](json& c) { c["vc"]["credentialSubject"] = json::array(); }},
      {"vc.credentialSubject", [](json& c) { c["vc"]["credentialSubject"] = "x"; }},
      {"vc.credentialSubject.id", [](json& c) { c["vc"]["credentialSubject"]["id"] = 7; }},
      {"vc.credentialSubject[1]",
       [](json& c) {
         c["vc"]["credentialSubject"] = {json::object(), 1};
       }},
      {"vc.validFrom", [](json& c) { c["vc"]["validFrom"] = "yesterday"; }},
      {"vc.expirationDate", [](json& c) { c["vc"]["expirationDate"] = "2027-01-01T00:00:00"; }},
      {"nbf", [](json& c) { c["nbf"] = "1767225600"; }},
      {"exp", [](json& c) { c["exp"] = -1; }},
      {"iat", [](json& c) { c["iat"] = 1e18; }},
      {"iss", [](json& c) { c["iss"] = json::array(); }},
      {"iss", [](json& c) { c["vc"].erase("issuer"), c.erase("iss"); }},
  };
  expect_fields(cases, issuer.ebsi_claims(), [&](const json& c) { return issuer.sign(c); });
}

TEST(ParseCredential, NamesTheMemberOfAStatusEntry) {
  const TestIssuer issuer;
  json good = issuer.vcdm();
  good["credentialStatus"] = {{{"type", "BitstringStatusListEntry"},
                               {"statusPurpose", "revocation"},
                               {"statusListIndex", "0"},
                               {"statusListCredential", "https://lists.example/3"}}};
  const auto set = [](const char* name, json value) {
    return [name, value](json& c) { c["credentialStatus"][0][name] = value; };
  };
  const std::vector<Malformed> cases = {
      {"credentialStatus", [](json& c) { c["credentialStatus"] = json::array(); }},
      {"credentialStatus", [](json& c) { c["credentialStatus"] = json(json::array_t(17, 1)); }},
      {"credentialStatus", [](json& c) { c["credentialStatus"] = "x"; }},
      {"credentialStatus[0]", [](json& c) { c["credentialStatus"][0] = 1; }},
      {"credentialStatus[0].type", set("type", 1)},
      {"credentialStatus[0].statusPurpose", set("statusPurpose", 1)},
      {"credentialStatus[0].statusListIndex", set("statusListIndex", 7)},
      {"credentialStatus[0].statusListIndex", set("statusListIndex", "")},
      {"credentialStatus[0].statusListIndex", set("statusListIndex", "-1")},
      {"credentialStatus[0].statusListIndex", set("statusListIndex", "07")},
      {"credentialStatus[0].statusListIndex", set("statusListIndex", "7 ")},
      {"credentialStatus[0].statusListIndex", set("statusListIndex", "99999999999999999999")},
      {"credentialStatus[0].statusListCredential", set("statusListCredential", "lists")},
      {"credentialStatus[0].statusSize", set("statusSize", 0)},
      {"credentialStatus[0].statusSize", set("statusSize", "1")},
  };
  expect_fields(cases, good, [&](const json& c) { return issuer.prove(c); });
}

TEST(ParseCredential, NamesTheMemberOfAnSdJwt) {
  const TestIssuer issuer;
  json good = issuer.sd_claims();
  good["status"] = {{"status_list", {{"idx", 0}, {"uri", "https://lists.example/t"}}}};
  const std::vector<Malformed> cases = {
      {"vct", [](json& c) { c.erase("vct"); }},
      {"vct", [](json& c) { c["vct"] = 1; }},
      {"iss", [](json& c) { c["iss"] = "somebody"; }},
      {"sub", [](json& c) { c["sub"] = 1; }},
      {"exp", [](json& c) { c["exp"] = "x"; }},
      {"status", [](json& c) { c["status"] = 1; }},
      {"status.status_list", [](json& c) { c["status"]["status_list"] = 1; }},
      {"status.status_list.idx", [](json& c) { c["status"]["status_list"]["idx"] = "0"; }},
      {"status.status_list.idx", [](json& c) { c["status"]["status_list"]["idx"] = -1; }},
      {"status.status_list.uri", [](json& c) { c["status"]["status_list"].erase("uri"); }},
  };
  expect_fields(cases, good, [&](const json& c) { return issuer.sign(c, "dc+sd-jwt") + "~"; });
}

TEST(ParseCredential, LongDocuments) {
  const std::string long_json = "{" + std::string(kMaxCredentialText, ' ') + "}";
  EXPECT_FALSE(parse_credential(as_bytes(long_json)));
  EXPECT_EQ(parsed(std::string(kMaxCredentialText + 1, '.')).form, CredentialForm::plain);
}

}  // namespace
}  // namespace kedge::node
