// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "crypto/checkpoint.hpp"
#include "ledger/evm/block_trust.hpp"
#include "node/proof/bundle_checks.hpp"

/// Anchors on EVM ledgers: what their record proves, and to whom.
namespace kedge::node {

/// A record whose proof leads from a block to the checkpoint.
struct ProvedAnchor {
  ledger::evm::LedgerProof proof;
  ledger::evm::ProvedBlock block;
};

/// The record is well-formed, of this checkpoint, and its proof holds. That the block is one of the
/// chain is not checked.
Found<ProvedAnchor> prove_evm_anchor(const std::string& anchor,
                                     const crypto::Checkpoint& checkpoint);

/// What an anchor is worth to somebody.
struct AnchorJudgement {
  /// Whether the anchor is believed; if not, `reason` says why.
  bool accepted = false;
  Reason reason;
  /// Where and when the checkpoint was written, for a person.
  std::string where;
  /// On whose word it is believed, for a person.
  std::string trust;
};

/// Judges a proved anchor by whatever of `ledgers` is of its chain, contract and log.
AnchorJudgement judge_evm_anchor(const ProvedAnchor& anchor,
                                 std::span<const ledger::evm::LedgerTrust> ledgers,
                                 ledger::evm::BlockHashes* hashes);

}  // namespace kedge::node
