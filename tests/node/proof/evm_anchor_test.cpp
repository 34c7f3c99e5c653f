// SPDX-License-Identifier: Apache-2.0
#include "node/proof/evm_anchor.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ledger/evm/ledger_proof.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "tests/node/proof/evm_bundle.hpp"

namespace kedge::node {
namespace {

using ledger::evm::AskedNodes;
using ledger::evm::BlockRules;
using ledger::evm::LedgerTrust;
using ledger::evm::PinnedBlock;
using test::EvmBundle;

std::vector<std::string> codes(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const Reason& reason : verdict.reasons) out.emplace_back(reason_name(reason.code));
  return out;
}

using Codes = std::vector<std::string>;

/// Nodes that answer what they are told to.
class ScriptedNodes : public ledger::evm::BlockHashes {
 public:
  explicit ScriptedNodes(std::vector<Result<Hash>> answers) : answers_(std::move(answers)) {}
  std::vector<Result<Hash>> block_hashes(const std::vector<std::string>& urls,
                                         std::uint64_t chain_id, std::uint64_t number) override {
    EXPECT_EQ(urls.size(), answers_.size());
    EXPECT_EQ(chain_id, 6179U);
    EXPECT_EQ(number, 123'456U);
    return answers_;
  }

 private:
  std::vector<Result<Hash>> answers_;
};

TEST(EvmAnchor, SealsOfPinnedValidators) {
  for (const BlockRules rules : {BlockRules::ibft2, BlockRules::qbft}) {
    const EvmBundle sample({.rules = rules});
    const Verdict verdict = verify(sample.bundle, sample.trust_validators(), sample.digest);
    EXPECT_EQ(verdict.outcome, Outcome::valid) << verdict_to_json(verdict);
    EXPECT_EQ(codes(verdict), Codes{"ledger-confirmed"});
    ASSERT_EQ(verdict.trust.size(), 2U);
    EXPECT_NE(verdict.trust[1].find("chain 6179: 5 of 7 validators"), std::string::npos)
        << verdict.trust[1];
  }
}

TEST(EvmAnchor, StateOrReceiptAlone) {
  for (const auto& [state, receipt] : {std::pair(true, false), {false, true}}) {
    EvmBundle sample;
    sample.carry(sample.block.proof(state, receipt));
    const Verdict verdict = verify(sample.bundle, sample.trust_validators(), sample.digest);
    EXPECT_EQ(codes(verdict), Codes{"ledger-confirmed"}) << verdict_to_json(verdict);
  }
}

TEST(EvmAnchor, FewerThanTwoThirdsHaveNotSealed) {
  const EvmBundle sample({.seals = 4});
  const Verdict verdict = verify(sample.bundle, sample.trust_validators(), sample.digest);
  EXPECT_EQ(verdict.outcome, Outcome::invalid);
  EXPECT_EQ(codes(verdict), Codes{"block-contradicted"}) << verdict_to_json(verdict);
}

TEST(EvmAnchor, OtherValidatorsMayBeNewOnes) {
  const EvmBundle sample;
  Trust trust = sample.trust_validators();
  auto& ranges = std::get<std::vector<ledger::evm::ValidatorRange>>(trust.evm[0].blocks);
  ranges[0].validators.pop_back();
  EXPECT_EQ(codes(verify(sample.bundle, trust, sample.digest)), Codes{"block-untrusted"});
  trust = sample.trust_validators();
  std::get<std::vector<ledger::evm::ValidatorRange>>(trust.evm[0].blocks)[0].to_block = 1000;
  EXPECT_EQ(codes(verify(sample.bundle, trust, sample.digest)), Codes{"block-untrusted"});
}

TEST(EvmAnchor, OtherRulesContradict) {
  const EvmBundle sample;
  Trust trust = sample.trust_validators();
  std::get<std::vector<ledger::evm::ValidatorRange>>(trust.evm[0].blocks)[0].rules =
      BlockRules::ibft2;
  EXPECT_EQ(codes(verify(sample.bundle, trust, sample.digest)), Codes{"block-contradicted"});
}

TEST(EvmAnchor, PinnedBlocks) {
  const EvmBundle sample({.rules = BlockRules::plain});
  Trust trust = sample.trust_log();
  const auto judge = [&](PinnedBlock pin) {
    trust.evm[0].blocks = std::vector{pin};
    return codes(verify(sample.bundle, trust, sample.digest));
  };
  EXPECT_EQ(judge({123'456, sample.block.hash()}), Codes{"ledger-confirmed"});
  EXPECT_EQ(judge({123'456, Hash{}}), Codes{"block-contradicted"});
  EXPECT_EQ(judge({123'457, sample.block.hash()}), Codes{"block-untrusted"});
}

TEST(EvmAnchor, SomeOfTheNodes) {
  const EvmBundle sample;
  Trust trust = sample.trust_log();
  trust.evm[0].blocks = AskedNodes{{"http://a/", "http://b/", "http://c/"}, 2};
  EXPECT_EQ(codes(verify(sample.bundle, trust, sample.digest)), Codes{"block-untrusted"})
      << "nobody may ask";
  const Result<Hash> same = sample.block.hash();
  const Result<Hash> other = Hash{};
  const Result<Hash> none = Error{Errc::unavailable, "no answer"};
  const auto judge = [&](std::vector<Result<Hash>> answers) {
    ScriptedNodes nodes(std::move(answers));
    trust.block_hashes = &nodes;
    return codes(verify(sample.bundle, trust, sample.digest));
  };
  EXPECT_EQ(judge({same, same, same}), Codes{"ledger-confirmed"});
  EXPECT_EQ(judge({same, other, same}), Codes{"ledger-confirmed"});
  EXPECT_EQ(judge({same, none, none}), Codes{"block-untrusted"});
  EXPECT_EQ(judge({same, other, none}), Codes{"block-untrusted"});
  EXPECT_EQ(judge({other, other, same}), Codes{"block-contradicted"});
  EXPECT_EQ(judge({none, none, none}), Codes{"block-untrusted"});
}

TEST(EvmAnchor, AnotherLedgerThanTheTrustedOne) {
  const EvmBundle sample;
  const auto judge = [&](const auto& change) {
    Trust trust = sample.trust_validators();
    change(trust.evm[0]);
    return codes(verify(sample.bundle, trust, sample.digest));
  };
  EXPECT_EQ(judge([](LedgerTrust& t) { ++t.chain_id; }), Codes{"anchor-untrusted"});
  EXPECT_EQ(judge([](LedgerTrust& t) { t.contract[0] ^= 1; }), Codes{"anchor-untrusted"});
  EXPECT_EQ(judge([](LedgerTrust& t) { t.log_id[0] ^= 1; }), Codes{"anchor-untrusted"});
  Trust none = sample.trust_log();
  none.evm.clear();
  none.require_anchor = false;
  EXPECT_EQ(codes(verify(sample.bundle, none, sample.digest)), Codes{"log-key-only"});
}

TEST(EvmAnchor, TheContractsCode) {
  EvmBundle sample;
  const auto proved = *ledger::evm::check_ledger_proof(sample.block.proof());
  Trust trust = sample.trust_validators();
  trust.evm[0].code_hash = proved.code_hash;
  EXPECT_EQ(codes(verify(sample.bundle, trust, sample.digest)), Codes{"ledger-confirmed"});
  trust.evm[0].code_hash = Hash{};
  EXPECT_EQ(codes(verify(sample.bundle, trust, sample.digest)), Codes{"block-contradicted"});
  sample.carry(sample.block.proof(false, true));
  EXPECT_EQ(codes(verify(sample.bundle, trust, sample.digest)), Codes{"block-untrusted"});
}

TEST(EvmAnchor, ContradictionsAreInvalidWhateverIsTrusted) {
  EvmBundle sample;
  Trust nothing = sample.trust_log();
  nothing.evm.clear();
  auto proof = sample.block.proof();
  proof.checkpoint.seq += 1;
  sample.carry(proof);
  EXPECT_EQ(codes(verify(sample.bundle, nothing, sample.digest)).front(), "anchor-proof");
  proof = sample.block.proof();
  proof.checkpoint.size += 1;
  sample.carry(proof);
  EXPECT_EQ(codes(verify(sample.bundle, nothing, sample.digest)).front(), "anchor-mismatch");
  sample.bundle.anchors = {R"({"ledger":"evm"})"};
  EXPECT_EQ(codes(verify(sample.bundle, nothing, sample.digest)).front(), "anchor-malformed");
}

TEST(EvmAnchor, BothEncodingsOfABundleCarryIt) {
  const EvmBundle sample;
  const Bytes cbor = bundle_to_cbor(sample.bundle);
  const std::string json = bundle_to_json(sample.bundle);
  EXPECT_EQ(*bundle_from_cbor(cbor), sample.bundle);
  EXPECT_EQ(*bundle_from_json(json), sample.bundle);
  EXPECT_LT(10 * cbor.size(), 6 * json.size()) << "octets, not hex";
}

TEST(EvmAnchor, TheProverHandsOutOnlyWhatHolds) {
  EvmBundle sample;
  const Prover prover(sample.filled.verifier());
  EXPECT_TRUE(prover.prove(*sample.filled.snapshot(), EvmBundle::kWhere));
  auto proof = sample.block.proof();
  proof.checkpoint.seq += 1;
  EvmBundle broken({}, *ledger::evm::format_ledger_proof(proof));
  const Prover other(broken.filled.verifier());
  EXPECT_FALSE(other.prove(*broken.filled.snapshot(), EvmBundle::kWhere));
}

}  // namespace
}  // namespace kedge::node
