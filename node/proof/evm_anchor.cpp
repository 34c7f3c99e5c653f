// SPDX-License-Identifier: Apache-2.0
#include "node/proof/evm_anchor.hpp"

#include <algorithm>

#include "crypto/rfc3339.hpp"
#include "ledger/evm/address.hpp"

namespace kedge::node {
namespace {

using ledger::evm::Belief;

std::string with_field(const Error& error) {
  return error.field.empty() ? error.message : error.field + ": " + error.message;
}

std::string time_text(std::uint64_t seconds) {
  constexpr std::uint64_t kMsPerSecond = 1000;
  if (seconds > crypto::kMaxTimeMs / kMsPerSecond) return "after the year 9999";
  return crypto::format_rfc3339(seconds * kMsPerSecond);
}

}  // namespace

Found<ProvedAnchor> prove_evm_anchor(const std::string& anchor,
                                     const crypto::Checkpoint& checkpoint) {
  auto proof = ledger::evm::parse_ledger_proof(anchor);
  if (!proof) return {std::nullopt, {ReasonCode::anchor_malformed, with_field(proof.error())}};
  if (proof->checkpoint.size != checkpoint.size || proof->checkpoint.root != checkpoint.root) {
    return {std::nullopt, {ReasonCode::anchor_mismatch, "the anchor is of another checkpoint"}};
  }
  auto block = ledger::evm::check_ledger_proof(*proof);
  if (!block) return {std::nullopt, {ReasonCode::anchor_proof, with_field(block.error())}};
  return {ProvedAnchor{*std::move(proof), *std::move(block)}, {}};
}

AnchorJudgement judge_evm_anchor(const ProvedAnchor& anchor,
                                 std::span<const ledger::evm::LedgerTrust> ledgers,
                                 ledger::evm::BlockHashes* hashes) {
  const ledger::evm::LedgerProof& proof = anchor.proof;
  const std::string chain = "chain " + std::to_string(proof.chain_id);
  AnchorJudgement out;
  out.where = chain + ", block " + std::to_string(anchor.block.header.number()) + ", seq " +
              std::to_string(proof.checkpoint.seq) + ", " + time_text(anchor.block.anchored_at);
  const auto trusted =
      std::find_if(ledgers.begin(), ledgers.end(), [&](const ledger::evm::LedgerTrust& each) {
        return each.chain_id == proof.chain_id && each.contract == proof.contract &&
               each.log_id == proof.checkpoint.log_id;
      });
  if (trusted == ledgers.end()) {
    out.reason = {ReasonCode::anchor_untrusted, "anchors on " + chain + " in the contract " +
                                                    ledger::evm::to_checksum_text(proof.contract) +
                                                    " under this log id are not trusted"};
    return out;
  }
  const auto verdict = ledger::evm::judge_block(proof, anchor.block, *trusted, hashes);
  if (verdict.belief == Belief::believed) {
    out.accepted = true;
    out.trust = chain + ": " + verdict.why;
    return out;
  }
  const bool contradicted = verdict.belief == Belief::contradicted;
  out.reason = {contradicted ? ReasonCode::block_contradicted : ReasonCode::block_untrusted,
                chain + ": " + verdict.why};
  return out;
}

}  // namespace kedge::node
