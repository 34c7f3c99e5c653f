// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ledger/evm/ledger_proof.hpp"

/// Makes a ledger proof of what RPC nodes answer. Pure: the caller asks and hands over the texts.
/// Nothing in them is believed but what leads to the block's hash.
namespace kedge::ledger::evm {

/// The checkpoint that is to be proved.
struct HarvestTarget {
  std::uint64_t chain_id = 0;
  Address contract{};
  LoggedCheckpoint checkpoint;
  Hash prev_head{};
  /// The block that holds the transaction.
  Hash block_hash{};
};

/// The `result` of each answer as JSON text, of the target's block; empty where there is none.
struct HarvestAnswers {
  /// eth_getBlockByHash.
  std::string block;
  /// debug_getRawHeader: needed only where the block's JSON does not show all that is hashed.
  std::string raw_header;
  /// eth_getProof of the contract with head_slot and state_slot.
  std::string proof;
  /// eth_getBlockReceipts.
  std::string receipts;
  /// In its place, eth_getTransactionReceipt of every transaction of the block.
  std::vector<std::string> single_receipts;
};

struct Harvest {
  LedgerProof proof;
  /// What of the answers could not be used, and why, a sentence each.
  std::vector<std::string> left_out;
};

/// The proof with its state and receipt part as far as the answers give them; each has passed
/// check_ledger_proof. invalid_argument if the header is not that of the block or neither part is
/// good; the message says why.
Result<Harvest> harvest_proof(const HarvestTarget& target, const HarvestAnswers& answers);

}  // namespace kedge::ledger::evm
