// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rpc/answer.hpp"

namespace kedge::ledger::evm {

/// What an error of a node means for a transaction that was sent to it. Codes alone say little:
/// -32005 is "slow down" at one provider and "above the block's gas limit" in Besu.
enum class AnswerClass : std::uint8_t {
  /// It has it already: as good as accepted.
  already_known,
  /// The account has used this nonce, by this transaction or another one.
  nonce_low,
  /// A transaction with a lower nonce is missing.
  nonce_high,
  /// It offers too little to be taken now.
  underpriced,
  /// Another transaction with this nonce waits, and this one offers too little to replace it.
  replacement,
  /// It would revert. It may have been mined all the same (hardhat).
  reverted,
  /// The node cannot now: rate limit, synchronising, no pool. Another one may.
  not_ready,
  /// Only the operator can help: no funds, not allowed, wrong chain, gas limit, malformed.
  refused,
  /// The table does not know it. Nothing follows from it.
  unknown,
};

std::string_view name_of(AnswerClass value);

/// By code and text, for geth, Besu, Nethermind, anvil, hardhat, ganache and the gateways before
/// them. The table and its order are in answer_class.cpp.
AnswerClass classify(const rpc::ServerError& error);

}  // namespace kedge::ledger::evm
