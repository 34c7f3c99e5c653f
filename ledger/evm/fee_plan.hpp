// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/evm/evm_options.hpp"
#include "ledger/evm/transaction.hpp"

namespace kedge::ledger::evm {

/// What the chain asks for now.
struct FeeMarket {
  /// Of the newest block; nullopt on chains without EIP-1559.
  std::optional<U256> base_fee;
  /// The node's suggestions.
  U256 gas_price;
  U256 priority_fee;
};

/// Whether an attempt can be replaced by one that pays 10 % more and not more than the cap. Never
/// at price zero.
bool can_raise(const FeeRules& rules, const Transaction& last);

/// Sets type, prices and gas limit. `last` is the attempt with the same nonce that this one is to
/// replace, if any: then both prices are at least 110 % of its prices, rounded up, as geth, Besu
/// and hardhat ask for. too_busy if the chain asks for more than the cap.
Status set_fees(const FeeRules& rules, const FeeMarket& market, const Transaction* last,
                Transaction& out);

}  // namespace kedge::ledger::evm
