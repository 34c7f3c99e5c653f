// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "crypto/keys.hpp"
#include "ledger/evm/harvest.hpp"
#include "ledger/evm/ledger_proof.hpp"
#include "ledger/evm/receipt.hpp"

/// A block of a small chain with an anchor in it: real tries, a real header, and seals by keys that
/// are one repeated octet each.
namespace kedge::test {

struct EvmBlockOptions {
  ledger::evm::BlockRules rules = ledger::evm::BlockRules::qbft;
  std::size_t validators = 7;
  std::size_t seals = 5;
  std::uint64_t number = 123'456;
  std::uint64_t time = 1'800'000'000;
  /// Of the chain's state and of the block, besides those of the log.
  std::size_t other_accounts = 50;
  std::size_t other_slots = 20;
  std::size_t other_receipts = 30;
};

class EvmBlock {
 public:
  using Options = EvmBlockOptions;

  EvmBlock(std::uint64_t size, const Hash& root, const Options& options = {});

  /// With a state proof, a receipt proof, or both.
  [[nodiscard]] ledger::evm::LedgerProof proof(bool state = true, bool receipt = true) const;
  [[nodiscard]] const std::vector<ledger::evm::Address>& validators() const { return validators_; }
  [[nodiscard]] const ledger::evm::Header& header() const { return header_; }
  [[nodiscard]] Hash hash() const;
  /// The header sealed by these keys alone.
  [[nodiscard]] ledger::evm::Header sealed(const std::vector<std::size_t>& keys) const;

  /// What an RPC node would answer.
  [[nodiscard]] ledger::evm::HarvestTarget target() const;
  [[nodiscard]] ledger::evm::HarvestAnswers answers() const;

  static crypto::SecretKey key(std::size_t index);

 private:
  void build_state();
  void build_receipts();

  Options options_;
  ledger::evm::LedgerProof proof_;
  ledger::evm::StateProof state_;
  ledger::evm::ReceiptProof receipt_;
  Hash state_root_{};
  Hash receipts_root_{};
  std::vector<ledger::evm::Receipt> receipts_;
  std::vector<ledger::evm::Address> validators_;
  ledger::evm::Header header_;
};

}  // namespace kedge::test
