// SPDX-License-Identifier: Apache-2.0
#include "node/proof/trust_settings.hpp"

namespace kedge::node {
namespace {

using ledger::evm::BlockRules;

using Blocks = decltype(ledger::evm::LedgerTrust::blocks);

Blocks blocks_of(const config::TrustedValidators& validators) {
  std::vector<ledger::evm::ValidatorRange> out;
  for (const config::ValidatorRange& range : validators.ranges) {
    const auto rules =
        range.rules == config::SealRules::ibft2 ? BlockRules::ibft2 : BlockRules::qbft;
    out.push_back({range.from_block, range.to_block, rules, range.addresses});
  }
  return out;
}

Blocks blocks_of(const config::TrustedBlocks& blocks) {
  std::vector<ledger::evm::PinnedBlock> out;
  for (const config::TrustedBlock& block : blocks.blocks) out.push_back({block.number, block.hash});
  return out;
}

Blocks blocks_of(const config::TrustedEndpoints& endpoints) {
  return ledger::evm::AskedNodes{endpoints.urls, endpoints.agree};
}

}  // namespace

Result<Trust> trust_of(const config::TrustFile& file) {
  Trust trust;
  for (const std::string& text : file.log_keys) {
    auto key = crypto::NoteVerifier::from_vkey(text);
    if (!key) return invalid_argument(key.error().message, "log_keys");
    trust.log_keys.push_back(*std::move(key));
  }
  for (const config::TrustedLedger& ledger : file.ledgers) {
    Blocks blocks = std::visit([](const auto& way) { return blocks_of(way); }, ledger.blocks);
    trust.evm.push_back(
        {ledger.chain_id, ledger.contract, ledger.log_id, ledger.code_hash, std::move(blocks)});
  }
  if (!trust.evm.empty()) {
    trust.ledgers.clear();
    trust.require_anchor = true;
  }
  return trust;
}

}  // namespace kedge::node
