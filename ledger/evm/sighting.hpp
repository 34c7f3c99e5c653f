// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/evm/anchor_plan.hpp"
#include "ledger/evm/evm_options.hpp"

namespace kedge::ledger::evm {

/// What one node shows of an anchor.
struct Sighting {
  enum class Kind : std::uint8_t {
    /// None of the attempts, and the nonce is still free.
    absent,
    /// The same, and a transaction with a lower nonce is missing as well.
    gap,
    /// One of the attempts waits in the pool.
    waiting,
    /// In a canonical block, with the event that it was to cause.
    mined,
    /// In a canonical block, refused by the contract.
    reverted,
    /// The nonce is used, by none of the attempts that this node knows.
    spent,
  };
  Kind kind = Kind::absent;
  Block head;
  /// mined, reverted: the block, the receipt, and whether it is final.
  Block block;
  TransactionReceipt receipt;
  std::uint64_t seq = 0;
  bool final = false;
};

/// Asks one node. A receipt counts only if its block is the one that the node names at that height,
/// and a mined anchor only with its event. unavailable if the node cannot be asked, or if what it
/// says cannot be.
Result<Sighting> look(EthApi& api, const EvmOptions& options, const EvmHooks& hooks,
                      const Address& account, const AnchorPlan& plan);

/// How far a mined anchor is from being final.
Confirmations count_confirmations(const EvmOptions& options, const Sighting& sighting);

}  // namespace kedge::ledger::evm
