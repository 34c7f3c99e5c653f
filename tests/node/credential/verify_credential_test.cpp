// SPDX-License-Identifier: Apache-2.0
#include "node/credential/verify_credential.hpp"

#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "node/credential/credential_settings.hpp"
#include "node/sample/sample.hpp"
#include "tests/node/credential/test_lists.hpp"
#include "tests/rpc/canned_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using crypto::KeyType;
using rpc::test::CannedServer;
using namespace test;

const std::string kAnchorer = "did:example:university";

class VerifyCredentialTest : public testing::Test {
 protected:
  static Verdict anchored(Outcome outcome = Outcome::valid) {
    Verdict verdict;
    verdict.outcome = outcome;
    verdict.reasons = {{outcome == Outcome::valid     ? ReasonCode::log_key_only
                        : outcome == Outcome::invalid ? ReasonCode::digest_mismatch
                                                      : ReasonCode::log_key_untrusted,
                        "anchoring"}};
    verdict.checks = {{"credential", CheckResult::passed, "x"},
                      {"status", CheckResult::not_done, "the bundle has none"}};
    if (outcome == Outcome::valid) verdict.trust = {"log key x"};
    return verdict;
  }

  CredentialTrust trust() {
    CredentialTrust out;
    out.resolver = &resolvers_;
    out.status_source = source_;
    out.now_ms = now_;
    out.required = required_;
    return out;
  }
  Verdict verify(const std::string& document, Outcome outcome = Outcome::valid) {
    return verify_credential(anchored(outcome), as_bytes(document), kAnchorer, trust());
  }
  /// The outcome and the codes of all reasons: `invalid:credential-expired`.
  static std::string text_of(const Verdict& verdict) {
    std::string out(outcome_name(verdict.outcome));
    for (const Reason& reason : verdict.reasons) {
      out += ":" + std::string(reason_name(reason.code));
    }
    return out;
  }
  static std::string result_of(const Verdict& verdict, std::string_view name) {
    for (const Check& check : verdict.checks) {
      if (check.name == name) return std::string(check_result_name(check.result));
    }
    return "absent";
  }

  TestIssuer issuer_;
  DidResolvers resolvers_;
  MapSource map_;
  DocumentSource* source_ = nullptr;
  std::uint64_t now_ = kNow;
  std::optional<Requirements> required_;
};

TEST_F(VerifyCredentialTest, AddsItsChecksToAValidVerdict) {
  const Verdict verdict = verify(issuer_.sign(issuer_.ebsi_claims()));
  EXPECT_EQ(text_of(verdict), "valid:log-key-only");
  EXPECT_EQ(result_of(verdict, "credential"), "passed") << "the anchoring's own";
  EXPECT_EQ(result_of(verdict, "credential.issuer"), "not-done");
  EXPECT_EQ(result_of(verdict, "credential.claims"), "passed");
  EXPECT_EQ(result_of(verdict, "credential.signature"), "passed");
  EXPECT_EQ(result_of(verdict, "credential.validity"), "passed");
  EXPECT_EQ(result_of(verdict, "credential.status"), "not-done");
  EXPECT_EQ(result_of(verdict, "credential.schema"), "not-done");
  ASSERT_EQ(verdict.trust.size(), 2U);
  EXPECT_EQ(verdict.trust[0], "log key x");
  EXPECT_NE(verdict.trust[1].find(issuer_.did()), std::string::npos);
  const Verdict own = verify_credential(anchored(), as_bytes(issuer_.sign(issuer_.ebsi_claims())),
                                        issuer_.did(), trust());
  EXPECT_EQ(result_of(own, "credential.issuer"), "passed");
}

TEST_F(VerifyCredentialTest, WhatFailsMakesItInvalid) {
  const std::string token = issuer_.sign(issuer_.ebsi_claims());
  now_ = kNow + 1000ULL * 86'400 * 365;
  Verdict verdict = verify(token);
  EXPECT_EQ(text_of(verdict), "invalid:credential-expired");
  EXPECT_TRUE(verdict.trust.empty());
  EXPECT_EQ(text_of(verify(token, Outcome::unknown)),
            "invalid:credential-expired:log-key-untrusted");
  EXPECT_EQ(text_of(verify(token, Outcome::invalid)), "invalid:digest-mismatch:credential-expired");
  now_ = kNow - 1000ULL * 86'400 * 365;
  EXPECT_EQ(text_of(verify(token)), "invalid:credential-not-yet-valid");
  now_ = kNow;
  json claims = issuer_.ebsi_claims();
  claims["jti"] = "urn:uuid:2";
  EXPECT_EQ(text_of(verify(TestIssuer().sign_with(issuer_.header(), claims))),
            "invalid:credential-claims:credential-signature");
  claims["vc"]["validFrom"] = 7;
  EXPECT_EQ(text_of(verify(issuer_.sign(claims))), "invalid:credential-malformed");
  // Whatever is required: a contradiction is a contradiction.
  required_ = Requirements{};
  EXPECT_EQ(text_of(verify(TestIssuer().sign_with(issuer_.header(), issuer_.ebsi_claims()))),
            "invalid:credential-signature");
}

TEST_F(VerifyCredentialTest, TheDatesToTheMinute) {
  const std::string token = issuer_.sign(issuer_.ebsi_claims());
  const std::uint64_t from = 1'767'225'600'000;
  const std::uint64_t until = 1'798'761'600'000;
  const auto leeway = static_cast<std::uint64_t>(kClockLeewayMs);
  const std::vector<std::pair<std::uint64_t, std::string>> cases = {
      {from - leeway - 1, "invalid:credential-not-yet-valid"},
      {from - leeway, "valid:log-key-only"},
      {until + leeway - 1, "valid:log-key-only"},
      {until + leeway, "invalid:credential-expired"},
  };
  for (const auto& [now, expected] : cases) {
    now_ = now;
    EXPECT_EQ(text_of(verify(token)), expected) << now;
  }
}

TEST_F(VerifyCredentialTest, WhatCannotBeDoneMattersWhereItIsRequired) {
  const TestIssuer unknown(KeyType::p256, "did:ebsi:zZeKyEJfUTGwajhNyNX928z");
  const std::string token = unknown.sign(unknown.ebsi_claims());
  EXPECT_EQ(text_of(verify(token)), "unknown:issuer-key-unknown");
  EXPECT_EQ(result_of(verify(token), "credential.accreditation"), "not-done");
  EXPECT_EQ(text_of(verify("a PDF")), "valid:log-key-only");
  EXPECT_EQ(text_of(verify(issuer_.sign(json{{"a", 1}}))), "unknown:signature-unsupported");
  required_ = Requirements{};
  EXPECT_EQ(text_of(verify(token)), "valid:log-key-only");
  EXPECT_EQ(text_of(verify(issuer_.sign(json{{"a", 1}}))), "valid:log-key-only");
  required_ = Requirements{.signature = true, .validity = true};
  EXPECT_EQ(text_of(verify("a PDF")), "unknown:signature-unsupported:validity-unknown");
  EXPECT_EQ(text_of(verify(issuer_.sign(issuer_.ebsi_claims()))), "valid:log-key-only");
}

TEST_F(VerifyCredentialTest, StatusIsAskedForWhereSomebodyMayBeAsked) {
  const std::string token = bitstring_credential(issuer_, status_entry("BitstringStatusListEntry"));
  EXPECT_EQ(text_of(verify(token)), "valid:log-key-only");
  EXPECT_EQ(result_of(verify(token), "credential.credentialStatus"), "not-done");
  required_ = Requirements{.status = true};
  EXPECT_EQ(text_of(verify(token)), "unknown:status-not-looked-up");
  EXPECT_EQ(text_of(verify(issuer_.sign(issuer_.ebsi_claims()))), "unknown:status-missing");
  Verdict proven = anchored();
  proven.checks.push_back({"status", CheckResult::passed, "valid as of epoch 7"});
  EXPECT_EQ(text_of(verify_credential(proven, as_bytes(token), kAnchorer, trust())),
            "valid:log-key-only");
  required_.reset();
  source_ = &map_;
  EXPECT_EQ(text_of(verify(token)), "unknown:status-host-untrusted");
  map_.documents.insert_or_assign(kListUrl,
                                  issuer_.prove(bitstring_document(issuer_, w3c_bits(false))));
  EXPECT_EQ(text_of(verify(token)), "valid:log-key-only");
  map_.documents.insert_or_assign(kListUrl,
                                  issuer_.prove(bitstring_document(issuer_, w3c_bits(true))));
  EXPECT_EQ(text_of(verify(token)), "invalid:revoked");
  EXPECT_EQ(text_of(verify_credential(proven, as_bytes(token), kAnchorer, trust())),
            "invalid:revoked")
      << "a proof of the register does not outweigh the list that the credential names";
}

TEST_F(VerifyCredentialTest, Requirements) {
  EXPECT_EQ(*parse_requirements("none"), (Requirements{}));
  EXPECT_EQ(*parse_requirements("signature"), (Requirements{.signature = true}));
  EXPECT_EQ(*parse_requirements("status,validity,signature"), (Requirements{true, true, true}));
  for (const char* text : {"", ",", "signature,", "signature, status", "none,status", "all"}) {
    EXPECT_FALSE(parse_requirements(text)) << text;
  }
}

TEST_F(VerifyCredentialTest, EverySampleIsValid) {
  const sample::SampleMaker maker(7);
  std::set<std::string> forms;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto made = maker.make(i);
    ASSERT_TRUE(made);
    SCOPED_TRACE(made->file_name);
    const Credential credential = parsed(made->document);
    forms.insert(std::string(form_name(credential.form)) + credential.algorithm);
    const Verdict verdict = verify(made->document);
    EXPECT_EQ(text_of(verdict), "valid:log-key-only");
    EXPECT_EQ(result_of(verdict, "credential.signature"), "passed");
    EXPECT_EQ(result_of(verdict, "credential.claims"), "passed");
    std::string forged = made->document;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_NE(verify(forged).outcome, Outcome::valid);
  }
  EXPECT_EQ(forms.size(), 4U) << testing::PrintToString(forms);
}

/// From the trust file to a real server: a pinned issuer, a list over HTTP, and each thing that can
/// be wrong with the way there.
class CredentialSettingsTest : public VerifyCredentialTest {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const auto path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string verify_with(const config::TrustedCredentials& trusted, const std::string& document) {
    const auto settings = CredentialSettings::create(trusted);
    EXPECT_TRUE(settings) << settings.error().message;
    return text_of(verify_credential(anchored(), as_bytes(document), kAnchorer,
                                     settings->trust(kNow, std::nullopt)));
  }

  TempDir directory_;
};

TEST_F(CredentialSettingsTest, PinnedDocumentsAndLists) {
  const TestIssuer issuer(KeyType::ed25519, kAnchorer);
  Bytes bits = w3c_bits(false);
  std::string body;
  const CannedServer server([&](const std::string&) { return CannedServer::http(body); });
  const std::string url = server.url() + "/lists/1";
  json list = bitstring_document(issuer, bits);
  list["id"] = url;
  json entry = status_entry("BitstringStatusListEntry");
  entry["statusListCredential"] = url;
  const std::string credential = bitstring_credential(issuer, entry);
  config::TrustedCredentials trusted;
  EXPECT_EQ(verify_with(trusted, credential), "unknown:issuer-key-unknown");
  trusted.did_documents = {write("issuer.json", issuer.did_document().dump())};
  EXPECT_EQ(verify_with(trusted, credential), "valid:log-key-only");
  EXPECT_EQ(server.connections(), 0U) << "nobody is asked without being named";
  trusted.status_hosts = {server.url()};
  body = issuer.prove(list);
  EXPECT_EQ(verify_with(trusted, credential), "valid:log-key-only");
  EXPECT_EQ(server.connections(), 1U);
  list["credentialSubject"]["encodedList"] = bitstring_list(w3c_bits(true));
  body = issuer.prove(list);
  EXPECT_EQ(verify_with(trusted, credential), "invalid:revoked");
  body = "busy";
  EXPECT_EQ(verify_with(trusted, credential), "unknown:status-list-malformed");
  body = std::string(std::size_t{5} << 20, ' ');
  EXPECT_EQ(verify_with(trusted, credential), "unknown:status-unreachable");
  trusted.status_hosts = {"http://127.0.0.1:1"};
  EXPECT_EQ(verify_with(trusted, credential), "unknown:status-host-untrusted");
}

TEST_F(CredentialSettingsTest, RefusesWhatItCannotUse) {
  const auto field_of = [](const config::TrustedCredentials& trusted) {
    const auto settings = CredentialSettings::create(trusted);
    return settings ? std::string("accepted") : settings.error().field;
  };
  const std::string good =
      write("a.json", TestIssuer(KeyType::p256, kAnchorer).did_document().dump());
  config::TrustedCredentials trusted;
  trusted.did_documents = {good};
  EXPECT_EQ(field_of(trusted), "accepted");
  trusted.did_documents = {good, good};
  EXPECT_EQ(field_of(trusted), "credentials.did_documents");
  trusted.did_documents = {write("b.json", "{}")};
  EXPECT_EQ(field_of(trusted), "credentials.did_documents");
  trusted.did_documents = {(directory_.path() / "missing.json").string()};
  EXPECT_EQ(field_of(trusted), "credentials.did_documents");
  trusted = {};
  trusted.did_registry = "http:// /";
  EXPECT_EQ(field_of(trusted), "credentials.did_registry");
  trusted = {};
  trusted.status_hosts = {"https://user:word@a.example"};
  EXPECT_EQ(field_of(trusted), "credentials.status_hosts");
}

}  // namespace
}  // namespace kedge::node
