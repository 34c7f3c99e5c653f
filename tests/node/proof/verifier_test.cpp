// SPDX-License-Identifier: Apache-2.0
#include "node/proof/verifier.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ledger/embedded_record.hpp"
#include "node/proof/bundle_json.hpp"
#include "tests/node/proof/sample_bundle.hpp"

namespace kedge::node {
namespace {

using test::FilledStore;
using test::SampleBundle;

class Verifier : public testing::Test {
 protected:
  /// The verdict on the changed bundle has this first reason, and its outcome.
  void expect(const Bundle& bundle, ReasonCode code) { expect(bundle, code, sample_.digest); }
  void expect(const Bundle& bundle, ReasonCode code, const Claim& claim) {
    const Verdict verdict = verify(bundle, sample_.trust, claim);
    EXPECT_EQ(verdict.outcome, reason_outcome(code)) << verdict_to_json(verdict);
    ASSERT_FALSE(verdict.reasons.empty());
    EXPECT_EQ(reason_name(verdict.reasons.front().code), reason_name(code))
        << verdict_to_json(verdict);
    EXPECT_EQ(verdict.trust.empty(), verdict.outcome != Outcome::valid);
  }
  static const Check& check_named(const Verdict& verdict, std::string_view name) {
    const auto found = std::find_if(verdict.checks.begin(), verdict.checks.end(),
                                    [name](const Check& check) { return check.name == name; });
    if (found == verdict.checks.end()) throw std::runtime_error("no such check");
    return *found;
  }

  SampleBundle sample_;
  Bundle bundle_ = sample_.bundle;
};

TEST_F(Verifier, SaysWhatItCheckedAndOnWhoseWord) {
  const Verdict verdict = verify(bundle_, sample_.trust, sample_.digest);
  EXPECT_EQ(verdict.outcome, Outcome::valid) << verdict_to_json(verdict);
  ASSERT_EQ(verdict.reasons.size(), 1u);
  EXPECT_EQ(verdict.reasons[0].code, ReasonCode::log_key_only);
  EXPECT_NE(verdict.reasons[0].message.find("proves nothing against it"), std::string::npos);
  ASSERT_EQ(verdict.trust.size(), 1u);
  EXPECT_EQ(verdict.trust[0].find("log key log.example/kedge+"), 0u);
  for (const char* name : {"credential", "log-entry", "issuer", "batch-path", "checkpoint",
                           "log-path", "checkpoint-signature", "anchors[0]"}) {
    EXPECT_EQ(check_named(verdict, name).result, CheckResult::passed) << name;
  }
  EXPECT_EQ(check_named(verdict, "status").result, CheckResult::not_done);
}

TEST_F(Verifier, AnswersForTheDigestInTheBundleWithoutAClaim) {
  const Verdict verdict = verify(bundle_, sample_.trust, std::monostate{});
  EXPECT_EQ(verdict.outcome, Outcome::valid);
  EXPECT_EQ(check_named(verdict, "credential").result, CheckResult::not_done);
}

TEST_F(Verifier, RefusesAnotherDigest) {
  Hash other = sample_.digest;
  other[31] ^= 1;
  expect(bundle_, ReasonCode::digest_mismatch, other);
}

TEST_F(Verifier, HashesTheCredentialAsItsProfileSays) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  const std::string token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkaWQ6ZXhhbXBsZTp4In0";
  const auto digest =
      crypto::credential_digest(crypto::DigestProfile::jws, as_bytes(token + ".c2lnbmF0dXJl"));
  ASSERT_TRUE(digest) << digest.error().message;
  filled.accept_digest(issuer, crypto::DigestProfile::jws, *digest);
  filled.accept_digest(issuer, crypto::DigestProfile::external, Hash{1});
  filled.seal();
  sample_.trust = test::trust_in(filled);
  const Bundle bundle = test::bundle_of(filled, {issuer, 0});
  const auto claim = [](std::string_view text,
                        std::optional<crypto::DigestProfile> profile = std::nullopt) {
    return Claim(CredentialClaim{Bytes(text.begin(), text.end()), profile});
  };
  expect(bundle, ReasonCode::log_key_only, claim(token + ".c2lnbmF0dXJl"));
  expect(bundle, ReasonCode::log_key_only,
         claim(token + ".c2lnbmF0dXJl", crypto::DigestProfile::jws));
  expect(bundle, ReasonCode::profile_mismatch,
         claim(token + ".c2lnbmF0dXJl", crypto::DigestProfile::bytes));
  expect(bundle, ReasonCode::credential_malformed, claim("not a token"));
  expect(bundle, ReasonCode::digest_mismatch,
         claim("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkaWQ6ZXhhbXBsZTp5In0.c2lnbmF0dXJl"));
  expect(test::bundle_of(filled, {issuer, 1}), ReasonCode::profile_not_computable, claim("x"));
}

TEST_F(Verifier, FindsEachContradiction) {
  Bundle bundle = bundle_;
  bundle.credential.salt[0] ^= 1;
  expect(bundle, ReasonCode::batch_path);

  bundle = bundle_;
  bundle.credential.profile = crypto::DigestProfile::jcs;
  expect(bundle, ReasonCode::batch_path);

  bundle = bundle_;
  bundle.batch.issuer = "did:example:first";
  expect(bundle, ReasonCode::issuer_mismatch);

  bundle = bundle_;
  bundle.batch.index += 1;
  expect(bundle, ReasonCode::batch_path);

  bundle = bundle_;
  bundle.batch.path.pop_back();
  expect(bundle, ReasonCode::batch_path);

  bundle = bundle_;
  std::swap(bundle.batch.path[0], bundle.batch.path[1]);
  expect(bundle, ReasonCode::batch_path);

  bundle = bundle_;
  std::swap(bundle.batch.path, bundle.log.path);
  expect(bundle, ReasonCode::batch_path);

  bundle = bundle_;
  bundle.batch.entry.back() ^= 1;
  expect(bundle, ReasonCode::log_path);

  bundle = bundle_;
  bundle.batch.entry.push_back(0);
  expect(bundle, ReasonCode::entry_malformed);

  bundle = bundle_;
  bundle.log.index -= 1;
  expect(bundle, ReasonCode::log_path);

  bundle = bundle_;
  bundle.log.path.push_back(Hash{});
  expect(bundle, ReasonCode::log_path);

  bundle = bundle_;
  bundle.log.checkpoint += "x";
  expect(bundle, ReasonCode::checkpoint_malformed);
}

TEST_F(Verifier, RefusesAnEntryOfAnotherType) {
  const auto epoch = sample_.filled.snapshot()->log_entry(sample_.bundle.log.index + 1);
  ASSERT_TRUE(epoch);
  bundle_.batch.entry = *epoch;
  expect(bundle_, ReasonCode::entry_malformed);
}

TEST_F(Verifier, BindsTheBundleToItsCheckpoint) {
  const auto reader = sample_.filled.snapshot();
  const auto earlier = reader->checkpoint(1);
  ASSERT_TRUE(earlier);
  bundle_.log.checkpoint = earlier->note;
  expect(bundle_, ReasonCode::log_path);
}

TEST_F(Verifier, SeparatesWrongSignaturesFromUntrustedKeys) {
  // Same name and key id, another text: the signature is wrong.
  const auto other = sample_.filled.snapshot()->checkpoint(1);
  ASSERT_TRUE(other);
  Bundle bundle = bundle_;
  const std::size_t cut = bundle.log.checkpoint.find("\n\n");
  const std::size_t other_cut = other->note.find("\n\n");
  bundle.log.checkpoint = bundle.log.checkpoint.substr(0, cut) + other->note.substr(other_cut);
  expect(bundle, ReasonCode::checkpoint_signature);

  const FilledStore stranger("log.example/kedge", nullptr, 9);
  sample_.trust.log_keys = {stranger.verifier()};
  expect(bundle_, ReasonCode::log_key_untrusted);
  sample_.trust.log_keys.clear();
  expect(bundle_, ReasonCode::log_key_untrusted);
  // A trusted key speaks for its own log only.
  const FilledStore other_log("other.example/log");
  sample_.trust.log_keys = {other_log.verifier()};
  expect(bundle_, ReasonCode::log_key_untrusted);
  // Wrong is wrong, whoever has signed.
  bundle_.batch.path[0][0] ^= 1;
  expect(bundle_, ReasonCode::batch_path);
}

TEST_F(Verifier, JudgesEmbeddedAnchors) {
  Bundle bundle = bundle_;
  bundle.anchors[0].replace(bundle.anchors[0].find("\"seq\":1"), 7, "\"seq\":2");
  expect(bundle, ReasonCode::anchor_malformed);

  auto record = ledger::parse_record(bundle_.anchors[0]);
  ASSERT_TRUE(record);
  record->size -= 1;
  record->head = ledger::record_head(*record);
  bundle.anchors[0] = *ledger::format_record(*record);
  expect(bundle, ReasonCode::anchor_mismatch);

  bundle.anchors.clear();
  expect(bundle, ReasonCode::anchor_missing);
  sample_.trust.ledgers.clear();
  expect(bundle_, ReasonCode::anchor_untrusted);
  sample_.trust.require_anchor = false;
  expect(bundle, ReasonCode::log_key_only);
  expect(bundle_, ReasonCode::log_key_only);
}

TEST_F(Verifier, DoesNotClaimWhatItCannotCheck) {
  Bundle bundle = bundle_;
  bundle.anchors = {R"({"ledger":"ebsi"})"};
  expect(bundle, ReasonCode::anchor_unsupported);
  sample_.trust.require_anchor = false;
  expect(bundle, ReasonCode::anchor_unsupported);
  bundle.anchors.push_back(bundle_.anchors[0]);
  expect(bundle, ReasonCode::log_key_only);
  const Verdict verdict = verify(bundle, sample_.trust, sample_.digest);
  EXPECT_EQ(check_named(verdict, "anchors[0]").result, CheckResult::not_done);
  EXPECT_EQ(check_named(verdict, "anchors[1]").result, CheckResult::passed);
  bundle_.status = R"({"list":0})";
  expect(bundle_, ReasonCode::status_malformed);
}

TEST_F(Verifier, PutsContradictionsFirst) {
  sample_.trust.log_keys.clear();
  bundle_.anchors[0] = "{}";
  const Verdict verdict = verify(bundle_, sample_.trust, sample_.digest);
  ASSERT_EQ(verdict.reasons.size(), 2u);
  EXPECT_EQ(verdict.reasons[0].code, ReasonCode::anchor_malformed);
  EXPECT_EQ(verdict.reasons[1].code, ReasonCode::log_key_untrusted);
  EXPECT_EQ(verdict.outcome, Outcome::invalid);
}

TEST_F(Verifier, TellsAnotherVersionFromDamage) {
  const auto expect_document = [this](std::string_view text, ReasonCode code) {
    const Verdict verdict = verify_document(as_bytes(text), sample_.trust, sample_.digest);
    EXPECT_EQ(reason_name(verdict.reasons.at(0).code), reason_name(code)) << text;
    EXPECT_EQ(verdict.outcome, reason_outcome(code));
  };
  expect_document(bundle_to_json(bundle_), ReasonCode::log_key_only);
  expect_document("", ReasonCode::malformed);
  expect_document("\xa0", ReasonCode::malformed);
  expect_document("{}", ReasonCode::malformed);
  expect_document(R"({"format":"kedge-proof/2","new":1})", ReasonCode::format_unsupported);
  expect_document(
      "\xa1\x66"
      "format\x6d"
      "kedge-proof/2",
      ReasonCode::format_unsupported);
}

}  // namespace
}  // namespace kedge::node
