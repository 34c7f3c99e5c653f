// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/evm/block_trust.hpp"
#include "ledger/evm/nodes.hpp"
#include "node/audit/anchor_cache.hpp"
#include "node/audit/history_audit.hpp"

namespace kedge::node {

struct ChainOptions {
  /// Which log of which chain, and why its blocks are believed.
  ledger::evm::LedgerTrust trust;
  /// Asks the nodes that `trust` names. Must outlive the call.
  ledger::evm::BlockHashes* block_hashes = nullptr;
  /// The block in which the log was opened, or an earlier one.
  std::uint64_t first_block = 0;
  /// So many blocks must stand on the one up to which the history is read.
  std::uint64_t confirmations = 0;
  /// Blocks read, and how many there are.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

/// What a chain has of a log as of one block.
struct ChainHistory {
  ledger::evm::BlockMark block;
  /// Seconds since 1970.
  std::uint64_t block_time = 0;
  /// On whose word the block and the head in it are believed, for a person.
  std::string why;
  ProvedHead head;
  std::vector<AnchorEvent> events;
  /// What is wrong with nodes of the chain and not with the log, a sentence each.
  std::vector<std::string> remarks;
};

/// Settles on a block that enough of the nodes show (Nodes::agree; with pinned blocks the newest of
/// these) and that `trust` believes; proves by the state in it where the log stands (eth_getProof;
/// `headOf` by as many nodes, where none has a proof); reads the checkpoints up to it, by what
/// `cache` has already, from the first node whose events lead there. If those of none do, the
/// events of the last one stand in the answer: something was left out. unavailable if nodes cannot
/// be asked, do not agree, or show a block that is not believed.
Result<ChainHistory> read_chain_history(ledger::evm::Nodes& nodes, const ChainOptions& options,
                                        AnchorCache& cache);

}  // namespace kedge::node
