// SPDX-License-Identifier: Apache-2.0
#include "node/credential/status_check.hpp"

#include <gtest/gtest.h>

#include "tests/node/credential/test_lists.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::node {
namespace {

using crypto::KeyType;
using namespace test;

class StatusTest : public testing::Test {
 protected:
  /// `passed`, `not-done` without a code, or the code.
  static std::string text_of(const CredentialFinding& finding) {
    EXPECT_FALSE(finding.check.detail.empty());
    if (finding.code) return std::string(reason_name(*finding.code));
    return std::string(check_result_name(finding.check.result));
  }

  std::vector<std::string> check(const std::string& credential) {
    const StatusLookUp look_up{asks_ ? &source_ : nullptr, &resolvers_, list_issuers_, kNow};
    std::vector<std::string> out;
    for (const auto& finding : check_credential_status(parsed(credential), look_up)) {
      out.push_back(text_of(finding));
    }
    return out;
  }
  std::string check_one(const std::string& credential) {
    const auto all = check(credential);
    EXPECT_EQ(all.size(), 1U);
    return all.at(0);
  }
  void publish(Result<std::string> document, const std::string& url = kListUrl) {
    source_.documents.insert_or_assign(url, std::move(document));
  }

  /// What becomes of an honest credential if the list at its URL is this Bitstring list.
  std::string with_bitstring(const Change& change, const Bytes& bits = w3c_bits(false)) {
    json list = bitstring_document(issuer_, bits);
    change(list);
    publish(issuer_.prove(list));
    return check_one(bitstring_credential(issuer_, status_entry("BitstringStatusListEntry")));
  }

  TestIssuer issuer_;
  MapSource source_;
  DidResolvers resolvers_;
  std::vector<std::string> list_issuers_;
  bool asks_ = true;
};

TEST_F(StatusTest, BitstringInBothForms) {
  for (const bool revoked : {false, true}) {
    for (const std::string purpose : {"revocation", "suspension"}) {
      const std::string expected = !revoked                  ? "passed"
                                   : purpose == "revocation" ? "revoked"
                                                             : "suspended";
      const json list = bitstring_document(issuer_, w3c_bits(revoked), purpose);
      const std::string credential =
          bitstring_credential(issuer_, status_entry("BitstringStatusListEntry", purpose));
      publish(issuer_.prove(list));
      EXPECT_EQ(check_one(credential), expected);
      publish(issuer_.sign(list, "vc+jwt") + "\n");
      EXPECT_EQ(check_one(credential), expected);
    }
  }
}

TEST_F(StatusTest, StatusList2021) {
  const std::string credential = ebsi_credential(issuer_, status_entry("StatusList2021Entry"));
  for (const bool revoked : {false, true}) {
    publish(issuer_.sign(status_list_2021_claims(issuer_, w3c_bits(revoked))));
    EXPECT_EQ(check_one(credential), revoked ? "revoked" : "passed");
  }
  publish(issuer_.sign(status_list_2021_claims(issuer_, w3c_bits(true), "suspension")));
  EXPECT_EQ(check_one(credential), "status-list-purpose");
  EXPECT_EQ(check_one(ebsi_credential(issuer_, status_entry("StatusList2021Entry", "suspension"))),
            "suspended");
  json contradiction = status_list_2021_claims(issuer_, w3c_bits(false));
  contradiction["jti"] = "https://lists.example/2";
  publish(issuer_.sign(contradiction));
  EXPECT_EQ(check_one(credential), "status-list-malformed");
}

TEST_F(StatusTest, TokenStatusList) {
  const std::string credential = sd_jwt_credential(issuer_);
  const std::string expected[] = {"passed", "revoked", "suspended", "status-entry-unsupported"};
  for (std::uint8_t value = 0; value < 4; ++value) {
    publish(issuer_.sign(token_list_claims(issuer_, value), "statuslist+jwt"));
    EXPECT_EQ(check_one(credential), expected[value]);
  }
  // The token need not name its issuer; its key must be the credential's issuer's all the same.
  json claims = token_list_claims(issuer_, 1);
  claims.erase("iss");
  publish(issuer_.sign(claims, "statuslist+jwt"));
  EXPECT_EQ(check_one(credential), "revoked");
  publish(TestIssuer().sign(claims, "statuslist+jwt"));
  EXPECT_EQ(check_one(credential), "status-list-signature");
}

TEST_F(StatusTest, AListThatCannotBeHadSaysNothing) {
  const std::string credential =
      bitstring_credential(issuer_, status_entry("BitstringStatusListEntry"));
  EXPECT_EQ(check_one(credential), "status-host-untrusted");
  publish(Error{Errc::unavailable, "no answer"});
  EXPECT_EQ(check_one(credential), "status-unreachable");
  publish(Error{Errc::not_found, "no such document"});
  EXPECT_EQ(check_one(credential), "status-unreachable");
  asks_ = false;
  EXPECT_EQ(check_one(credential), "status-not-looked-up");
}

TEST_F(StatusTest, AWrongListSaysNothing) {
  EXPECT_EQ(with_bitstring(unchanged), "passed");
  const std::vector<std::pair<std::string, Change>> cases = {
      {"status-list-type", [](json& d) { d["type"] = {"VerifiableCredential"}; }},
      {"status-list-type", [](json& d) { d["@context"] = {kV1}; }},
      {"status-list-type", [](json& d) { d["credentialSubject"]["type"] = "StatusList2021"; }},
      {"status-list-purpose", [](json& d) { d["credentialSubject"]["statusPurpose"] = "refresh"; }},
      {"status-list-uri", [](json& d) { d["id"] = "https://lists.example/2"; }},
      {"status-list-out-of-date", [](json& d) { d["validUntil"] = "2026-06-30T11:59:59Z"; }},
      {"status-list-out-of-date", [](json& d) { d["validFrom"] = "2026-06-30T12:00:01Z"; }},
      {"status-list-malformed", [](json& d) { d.erase("credentialSubject"); }},
      {"status-list-malformed", [](json& d) { d["credentialSubject"]["encodedList"] = 7; }},
      {"status-list-malformed", [](json& d) { d["credentialSubject"]["encodedList"] = "uAAAA"; }},
      {"status-list-malformed",
       [](json& d) {
         d["credentialSubject"]["encodedList"] =
             "u" + crypto::base64url_encode(compress(w3c_bits(false), Wrapping::zlib));
       }},
      {"status-list-malformed",
       [](json& d) {
         d["credentialSubject"]["encodedList"] =
             crypto::base64_encode(compress(w3c_bits(false), Wrapping::gzip));
       }},
  };
  for (const auto& [code, change] : cases) EXPECT_EQ(with_bitstring(change), code);
  EXPECT_EQ(with_bitstring(unchanged, Bytes(131'071 / 8)), "status-list-length");
}

TEST_F(StatusTest, BombsAreNotInflated) {
  const Bytes bomb(kMaxListOctets + 1);
  EXPECT_EQ(with_bitstring(unchanged, bomb), "status-list-too-large");
}

TEST_F(StatusTest, OnlyTheIssuersList) {
  const TestIssuer other;
  const std::string credential =
      bitstring_credential(issuer_, status_entry("BitstringStatusListEntry"));
  publish(other.prove(bitstring_document(other, w3c_bits(true))));
  EXPECT_EQ(check_one(credential), "status-list-issuer") << "never revoked";
  list_issuers_ = {other.did()};
  EXPECT_EQ(check_one(credential), "revoked") << "the verifier believes it";
  // Says that it is the issuer's, and is signed by somebody else.
  publish(other.prove(bitstring_document(issuer_, w3c_bits(true))));
  EXPECT_EQ(check_one(credential), "status-list-signature");
  json forged = json::parse(issuer_.prove(bitstring_document(issuer_, w3c_bits(true))));
  forged["credentialSubject"]["encodedList"] = bitstring_list(w3c_bits(false));
  publish(forged.dump());
  EXPECT_EQ(check_one(credential), "status-list-signature") << "never valid";
  publish(bitstring_document(issuer_, w3c_bits(false)).dump());
  EXPECT_EQ(check_one(credential), "status-list-signature") << "no proof at all";
}

TEST_F(StatusTest, OtherTokens) {
  const std::string credential = sd_jwt_credential(issuer_);
  const json good = token_list_claims(issuer_, 0);
  publish(issuer_.sign(good, "JWT"));
  EXPECT_EQ(check_one(credential), "status-list-type");
  json changed = good;
  changed["sub"] = "https://lists.example/2";
  publish(issuer_.sign(changed, "statuslist+jwt"));
  EXPECT_EQ(check_one(credential), "status-list-uri");
  changed = good;
  changed["exp"] = kNow / 1000;
  publish(issuer_.sign(changed, "statuslist+jwt"));
  EXPECT_EQ(check_one(credential), "status-list-out-of-date");
  changed = good;
  changed["status_list"]["bits"] = 3;
  publish(issuer_.sign(changed, "statuslist+jwt"));
  EXPECT_EQ(check_one(credential), "status-list-malformed");
  publish(issuer_.prove(bitstring_document(issuer_, w3c_bits(false))));
  EXPECT_EQ(check_one(credential), "status-list-type");
  publish(std::string("<html>"));
  EXPECT_EQ(check_one(credential), "status-list-malformed");
}

TEST_F(StatusTest, IndexBeyondTheList) {
  publish(issuer_.prove(bitstring_document(issuer_, w3c_bits(false))));
  json entry = status_entry("BitstringStatusListEntry");
  entry["statusListIndex"] = "131072";
  EXPECT_EQ(check_one(bitstring_credential(issuer_, entry)), "status-index-out-of-range");
  entry["statusListIndex"] = "131071";
  EXPECT_EQ(check_one(bitstring_credential(issuer_, entry)), "passed");
}

TEST_F(StatusTest, SeveralEntries) {
  publish(issuer_.prove(bitstring_document(issuer_, w3c_bits(true))));
  json wide = status_entry("BitstringStatusListEntry");
  wide["statusSize"] = 2;
  const json entries = {status_entry("BitstringStatusListEntry"),
                        status_entry("BitstringStatusListEntry"),
                        {{"type", "EbsiAccreditationEntry"}, {"id", "https://x.example/"}},
                        status_entry("BitstringStatusListEntry", "message"),
                        wide};
  EXPECT_EQ(check(bitstring_credential(issuer_, entries)),
            (std::vector<std::string>{"revoked", "revoked", "status-entry-unsupported", "not-done",
                                      "status-entry-unsupported"}));
  EXPECT_EQ(source_.fetched, 1);
}

/// The same statuses in three encodings.
TEST_F(StatusTest, CrossVectors) {
  KEDGE_NEEDS_VECTORS("status");
  const json file = json::parse(read_file(vectors / "status-list-cross.json"));
  json bitstring = bitstring_document(issuer_, {});
  bitstring["credentialSubject"]["encodedList"] = file["bitstringStatusListV1"]["encodedList"];
  json ebsi = status_list_2021_claims(issuer_, {});
  ebsi["vc"]["credentialSubject"]["encodedList"] = file["statusList2021_EBSI"]["encodedList"];
  json token = token_list_claims(issuer_, 0);
  token["status_list"] = {{"bits", 1}, {"lst", file["tokenStatusList"]["lst"]}};
  const auto indices = file["indices"].get<std::vector<std::uint64_t>>();
  for (const std::uint64_t index : {0U, 1U, 7U, 8U, 9U, 94'566U, 94'567U, 131'071U}) {
    const bool listed = std::find(indices.begin(), indices.end(), index) != indices.end();
    const std::string expected = listed ? "revoked" : "passed";
    json entry = status_entry("BitstringStatusListEntry");
    entry["statusListIndex"] = std::to_string(index);
    publish(issuer_.prove(bitstring));
    EXPECT_EQ(check_one(bitstring_credential(issuer_, entry)), expected) << index;
    entry["type"] = "StatusList2021Entry";
    publish(issuer_.sign(ebsi));
    EXPECT_EQ(check_one(ebsi_credential(issuer_, entry)), expected) << index;
    json claims = issuer_.sd_claims();
    claims["status"] = {{"status_list", {{"idx", index}, {"uri", kListUrl}}}};
    publish(issuer_.sign(token, "statuslist+jwt"));
    EXPECT_EQ(check_one(issuer_.sign(claims, "dc+sd-jwt") + "~"), expected) << index;
  }
}

}  // namespace
}  // namespace kedge::node
