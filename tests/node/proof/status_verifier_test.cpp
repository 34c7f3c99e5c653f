// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_verifier.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "node/proof/bundle_json.hpp"
#include "node/proof/status_proof_json.hpp"
#include "tests/node/proof/evm_bundle.hpp"
#include "tests/node/proof/status_log.hpp"

namespace kedge::node {
namespace {

using test::SampleBundle;
using test::StatusLog;
using test::StatusLogOptions;

constexpr std::uint64_t kSampleMs = 1'767'225'600'000;
constexpr std::uint64_t kHourMs = 3'600'000;

class StatusVerifier : public testing::Test {
 protected:
  static StatusLogOptions options(StatusValue value = StatusValue::valid) {
    StatusLogOptions options;
    options.lists = {{kRegister, 300, {{kIndex, value}}}, {1, 200, {{7, StatusValue::revoked}}}};
    return options;
  }
  StatusProof proof_of(const StatusLogOptions& options, StatusTarget target = {kRegister, kIndex}) {
    return StatusLog(sample_.filled.signer(), options).prove(target);
  }
  Verdict verdict_on(const StatusProof& proof) {
    Bundle bundle = sample_.bundle;
    bundle.status = status_to_json(proof);
    return verify(bundle, sample_.trust, sample_.digest);
  }
  void expect(const StatusProof& proof, ReasonCode code) { expect(verdict_on(proof), code); }
  static void expect(const Verdict& verdict, ReasonCode code) {
    ASSERT_FALSE(verdict.reasons.empty());
    EXPECT_EQ(reason_name(verdict.reasons.front().code), reason_name(code))
        << verdict_to_json(verdict);
    EXPECT_EQ(verdict.outcome, reason_outcome(code));
    EXPECT_EQ(verdict.trust.empty(), verdict.outcome != Outcome::valid);
    EXPECT_EQ(check_named(verdict, "status").result == CheckResult::passed,
              verdict.outcome == Outcome::valid);
  }
  static const Check& check_named(const Verdict& verdict, std::string_view name) {
    const auto found = std::find_if(verdict.checks.begin(), verdict.checks.end(),
                                    [name](const Check& check) { return check.name == name; });
    if (found == verdict.checks.end()) throw std::runtime_error("no such check");
    return *found;
  }
  void accept_age(std::uint64_t age_ms, std::uint64_t max_age_ms) {
    sample_.trust.status_age = StatusAge{kSampleMs + age_ms, max_age_ms};
  }

  /// The position of the sample: the first of the only batch of its issuer is 0.
  static constexpr std::uint64_t kIndex = SampleBundle::kWhere.position;
  SampleBundle sample_;
};

TEST_F(StatusVerifier, SaysValidAsOfWhen) {
  const Verdict verdict = verdict_on(proof_of(options()));
  expect(verdict, ReasonCode::log_key_only);
  EXPECT_EQ(check_named(verdict, "status").detail, "valid as of epoch 7, 2026-01-01T00:00:00.000Z");
  ASSERT_EQ(verdict.trust.size(), 2u);
  EXPECT_EQ(verdict.trust[1], "status as of epoch 7, 2026-01-01T00:00:00.000Z: the log's key");
}

TEST_F(StatusVerifier, IsInvalidForWhatIsRevokedOrSuspended) {
  expect(proof_of(options(StatusValue::revoked)), ReasonCode::revoked);
  expect(proof_of(options(StatusValue::suspended)), ReasonCode::suspended);
}

TEST_F(StatusVerifier, RequiresAStatusOfWhoSetsAnAge) {
  accept_age(0, kHourMs);
  const Verdict verdict = verify(sample_.bundle, sample_.trust, sample_.digest);
  expect(verdict, ReasonCode::status_missing);
}

TEST_F(StatusVerifier, ComparesTheAgeWithTheEpoch) {
  accept_age(kHourMs, kHourMs);
  expect(proof_of(options()), ReasonCode::log_key_only);
  accept_age(kHourMs + 1, kHourMs);
  expect(proof_of(options()), ReasonCode::status_stale);
  // One from the future is not too old.
  sample_.trust.status_age = StatusAge{kSampleMs - 1, 0};
  expect(proof_of(options()), ReasonCode::log_key_only);
  sample_.trust.status_age = StatusAge{~std::uint64_t{0}, ~std::uint64_t{0}};
  expect(proof_of(options()), ReasonCode::log_key_only);
}

TEST_F(StatusVerifier, NeverFindsARevocationTooOld) {
  accept_age(100 * kHourMs, kHourMs);
  expect(proof_of(options(StatusValue::revoked)), ReasonCode::revoked);
  // A suspension may have been lifted since.
  expect(proof_of(options(StatusValue::suspended)), ReasonCode::status_stale);
}

TEST_F(StatusVerifier, FindsAnOldProofStaleWhereANewerEpochSaysOtherwise) {
  StatusLogOptions newer = options(StatusValue::revoked);
  newer.before = 40;
  newer.epoch = 9;
  newer.time_ms += 2 * kHourMs;
  accept_age(2 * kHourMs, kHourMs);
  expect(proof_of(newer), ReasonCode::revoked);
  expect(proof_of(options()), ReasonCode::status_stale);
}

TEST_F(StatusVerifier, RefusesAStatusOfSomethingElse) {
  expect(proof_of(options(), {kRegister, kIndex + 1}), ReasonCode::status_mismatch);
  StatusLogOptions other = options();
  other.issuer = "did:example:first";
  expect(proof_of(other), ReasonCode::status_mismatch);
}

TEST_F(StatusVerifier, CannotTellWhichEntryOfAPublishedListIsMeant) {
  expect(proof_of(options(), {1, 8}), ReasonCode::status_unsupported);
}

TEST_F(StatusVerifier, DoesNotTakeAStatusFromBeforeTheCredential) {
  StatusLogOptions before = options();
  before.credential_count = kIndex;
  before.lists = {};
  expect(proof_of(before), ReasonCode::status_stale);
}

TEST_F(StatusVerifier, RefusesWhatDoesNotFollow) {
  StatusProof proof = proof_of(options(StatusValue::revoked));
  proof.value = StatusValue::valid;
  expect(proof, ReasonCode::status_mismatch);
  proof = proof_of(options());
  proof.list->chunk_path.push_back(Hash{});
  expect(proof, ReasonCode::status_path);
  proof = proof_of(options());
  proof.directory.record.credential_count += 1;
  expect(proof, ReasonCode::status_path);
  proof = proof_of(options());
  proof.epoch.index += 1;
  expect(proof, ReasonCode::status_path);
  proof = proof_of(options());
  proof.epoch.entry.back() ^= 1;
  expect(proof, ReasonCode::status_path);
  proof = proof_of(options());
  proof.epoch.checkpoint += "x";
  expect(proof, ReasonCode::checkpoint_malformed);
}

TEST_F(StatusVerifier, RefusesAnotherLogAndTwoRootsOfOneSize) {
  const test::FilledStore other("other.example/log");
  StatusProof proof = StatusLog(other.signer(), options()).prove({kRegister, kIndex});
  expect(proof, ReasonCode::status_mismatch);
  StatusLogOptions same_size = options();
  const auto size = find_checkpoint(sample_.bundle.log.checkpoint).value.value().size;
  same_size.before = static_cast<std::size_t>(size) - 1;
  expect(proof_of(same_size), ReasonCode::status_mismatch);
}

TEST_F(StatusVerifier, SaysNothingOfTheCredentialWithoutATrustedKey) {
  const test::FilledStore forger("log.example/kedge", nullptr, 8);
  const StatusProof proof =
      StatusLog(forger.signer(), options(StatusValue::revoked)).prove({kRegister, kIndex});
  const Verdict verdict = verdict_on(proof);
  expect(verdict, ReasonCode::log_key_untrusted);
  EXPECT_EQ(check_named(verdict, "status").result, CheckResult::not_done);
}

TEST_F(StatusVerifier, RequiresTheAnchorOfTheStatusToo) {
  StatusLogOptions bare = options(StatusValue::revoked);
  bare.anchored = false;
  expect(proof_of(bare), ReasonCode::anchor_missing);
  sample_.trust.require_anchor = false;
  expect(proof_of(bare), ReasonCode::revoked);
}

TEST_F(StatusVerifier, RefusesAnAnchorOfAnotherCheckpoint) {
  StatusProof proof = proof_of(options());
  proof.epoch.anchors = sample_.bundle.anchors;
  expect(proof, ReasonCode::anchor_mismatch);
}

TEST_F(StatusVerifier, JudgesAProofAlone) {
  const StatusProof proof = proof_of(options(), {1, 7});
  const Hash issuer = crypto::sha256(as_bytes("did:example:second"));
  expect(verify_status(proof, {issuer, {1, 7}}, sample_.trust), ReasonCode::revoked);
  expect(verify_status(proof_of(options(), {1, 8}), {issuer, {1, 8}}, sample_.trust),
         ReasonCode::log_key_only);
  expect(verify_status(proof, {issuer, {1, 8}}, sample_.trust), ReasonCode::status_mismatch);
  expect(verify_status(proof, {Hash{}, {1, 7}}, sample_.trust), ReasonCode::status_mismatch);
}

TEST_F(StatusVerifier, IsMalformedUnlessEveryFieldIsThere) {
  const auto expect_malformed = [this](const std::string& status, const std::string& field) {
    Bundle bundle = sample_.bundle;
    bundle.status = status;
    const Verdict verdict = verify(bundle, sample_.trust, sample_.digest);
    expect(verdict, ReasonCode::status_malformed);
    EXPECT_EQ(verdict.reasons.front().message.find(field), 0u) << verdict.reasons.front().message;
  };
  expect_malformed("{}", "the field ");
  const std::string text = status_to_json(proof_of(options()));
  const auto with = [&text](const std::string& from, const std::string& to) {
    std::string changed = text;
    const std::size_t at = changed.find(from);
    if (at == std::string::npos) throw std::runtime_error("not in the sample: " + from);
    return changed.replace(at, from.size(), to);
  };
  expect_malformed(with("\"value\":\"valid\"", "\"value\":\"maybe\""), "value: ");
  expect_malformed(with("\"value\":\"valid\"", "\"value\":0"), "value: ");
  expect_malformed(with("\"epochIndex\":20", "\"epochIndex\":-1"), "epochIndex: ");
  expect_malformed(with("\"recordIndex\":0", "\"recordIndey\":0"), "recordIndey: ");
  expect_malformed(with("\"recordIndex\":0,", ""), "recordIndex: ");
  expect_malformed(with("\"size\":300", "\"size\":\"300\""), "record.size: ");
  expect_malformed(with("\"list\":0,\"record\"", "\"list\":4294967296,\"record\""), "list: ");
  expect_malformed(with("\"issuerHash\":\"", "\"issuerHash\":\"0"), "directory.issuerHash: ");
  expect_malformed(with("\"anchors\":[", "\"anchors\":[{},"), "anchors[0].ledger: ");
}

TEST_F(StatusVerifier, RoundTripsItsJson) {
  for (const StatusTarget target : {StatusTarget{kRegister, kIndex}, StatusTarget{kRegister, 500},
                                    StatusTarget{1, 7}, StatusTarget{2, 9}}) {
    const StatusProof proof = proof_of(options(StatusValue::suspended), target);
    const auto read = status_from_json(status_to_json(proof));
    ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
    EXPECT_EQ(*read, proof);
    Bundle bundle = sample_.bundle;
    bundle.status = status_to_json(proof);
    // RFC 8785 form: a bundle carries it unchanged.
    EXPECT_EQ(*bundle_from_json(bundle_to_json(bundle)), bundle);
  }
  StatusLogOptions none = options();
  none.lists = {};
  const StatusProof proof = proof_of(none);
  EXPECT_EQ(*status_from_json(status_to_json(proof)), proof);
}

TEST(StatusOnEvm, HasTheAgeOfItsBlock) {
  test::EvmBundle sample;
  StatusLogOptions options;
  options.issuer = "did:example:first";
  options.before = 40;
  // A block of that very checkpoint, made after the epoch.
  const StatusLog log(sample.filled.signer(), options);
  StatusProof proof = log.prove({kRegister, test::EvmBundle::kWhere.position});
  const auto checkpoint = find_checkpoint(proof.epoch.checkpoint).value.value();
  const test::EvmBlock block(checkpoint.size, checkpoint.root);
  proof.epoch.anchors = {*ledger::evm::format_ledger_proof(block.proof())};
  Bundle bundle = sample.bundle;
  bundle.status = status_to_json(proof);
  Trust trust = sample.trust_validators();
  const auto ledger = block.proof();
  trust.evm.push_back(trust.evm[0]);
  trust.evm[1].log_id = ledger.checkpoint.log_id;
  trust.evm[1].contract = ledger.contract;
  const auto proved = ledger::evm::check_ledger_proof(ledger);
  ASSERT_TRUE(proved) << proved.error().message;
  const std::uint64_t block_ms = proved->anchored_at * 1000;
  ASSERT_NE(block_ms, options.time_ms);
  trust.status_age = StatusAge{block_ms + kHourMs, kHourMs};
  Verdict verdict = verify(bundle, trust, sample.digest);
  EXPECT_EQ(verdict.outcome, Outcome::valid) << verdict_to_json(verdict);
  trust.status_age->now_ms += 1;
  verdict = verify(bundle, trust, sample.digest);
  EXPECT_EQ(verdict.outcome, Outcome::unknown) << verdict_to_json(verdict);
  EXPECT_EQ(verdict.reasons.front().code, ReasonCode::status_stale);
}

}  // namespace
}  // namespace kedge::node
