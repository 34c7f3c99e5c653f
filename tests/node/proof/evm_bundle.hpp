// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/node/proof/sample_bundle.hpp"
#include "tests/support/evm_block.hpp"

namespace kedge::test {

/// A log whose checkpoint is anchored in a block of a small chain; and its bundle.
struct EvmBundle {
  static constexpr node::Location kWhere{0, 5};

  /// `record`: stored in place of the true one.
  explicit EvmBundle(const EvmBlockOptions& options = {}, const std::string& record = {})
      : checkpoint(fill(filled)), block(checkpoint.size, checkpoint.root, options) {
    filled.anchor_with("chain", node::AnchorState::final,
                       record.empty() ? *ledger::evm::format_ledger_proof(block.proof()) : record);
    if (record.empty()) bundle = bundle_of(filled, kWhere);
    digest = FilledStore::digest(kWhere.issuer, kWhere.position);
  }

  /// The log's key, and the ledger without any block.
  [[nodiscard]] node::Trust trust_log() const {
    node::Trust trust = trust_in(filled);
    trust.ledgers.clear();
    trust.require_anchor = true;
    const auto proof = block.proof();
    trust.evm.push_back({proof.chain_id, proof.contract, proof.checkpoint.log_id, {}, {}});
    return trust;
  }

  [[nodiscard]] node::Trust trust_validators() const {
    node::Trust trust = trust_log();
    const auto rules = block.proof().rules;
    trust.evm[0].blocks = std::vector<ledger::evm::ValidatorRange>{
        {0, std::numeric_limits<std::uint64_t>::max(), rules, block.validators()}};
    return trust;
  }

  /// Puts another proof into the bundle.
  void carry(const ledger::evm::LedgerProof& proof) {
    bundle.anchors = {*ledger::evm::format_ledger_proof(proof)};
  }

  FilledStore filled;
  node::CheckpointRow checkpoint;
  EvmBlock block;
  node::Bundle bundle;
  Hash digest{};

 private:
  static node::CheckpointRow fill(FilledStore& filled) {
    filled.add_issuer("did:example:first");
    filled.accept(0, 9);
    return filled.seal();
  }
};

}  // namespace kedge::test
