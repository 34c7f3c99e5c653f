// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "ledger/evm/ledger_proof.hpp"

/// Why somebody believes that a block is one of the chain.
namespace kedge::ledger::evm {

/// The validators of the blocks `from_block` to `to_block`, both included.
struct ValidatorRange {
  std::uint64_t from_block = 0;
  std::uint64_t to_block = std::numeric_limits<std::uint64_t>::max();
  /// Not `plain`.
  BlockRules rules = BlockRules::qbft;
  /// Ascending, each once, at least one.
  std::vector<Address> validators;
};

struct PinnedBlock {
  std::uint64_t number = 0;
  Hash hash{};
};

/// The chain's nodes that are to be asked, at least `agree` of which must name the same block.
struct AskedNodes {
  std::vector<std::string> urls;
  std::uint32_t agree = 1;
};

/// Which anchors of which log are believed, and why.
struct LedgerTrust {
  std::uint64_t chain_id = 0;
  Address contract{};
  Hash log_id{};
  /// What code the contract must run, if it has to be shown; then only a state proof will do.
  std::optional<Hash> code_hash;
  std::variant<std::vector<ValidatorRange>, std::vector<PinnedBlock>, AskedNodes> blocks;
};

/// Asks nodes for the hash of a block. The only thing in a verification that may open a socket.
class BlockHashes {
 public:
  virtual ~BlockHashes() = default;
  /// One answer for each URL, in order: the hash of the block of this number on the chain
  /// `chain_id`, or why there is none. A node of another chain is an error.
  virtual std::vector<Result<Hash>> block_hashes(const std::vector<std::string>& urls,
                                                 std::uint64_t chain_id, std::uint64_t number) = 0;
};

enum class Belief : std::uint8_t {
  believed,
  /// Nothing speaks for the block, nothing against it.
  unknown,
  /// What is trusted says that there is no such block.
  contradicted,
};

struct BlockVerdict {
  Belief belief = Belief::unknown;
  /// On whose word the block is believed, or why it is not; for a person.
  std::string why;
};

/// Judges the block of a proof that has passed check_ledger_proof. `trust` is for the proof's
/// chain, contract and log. Without `hashes` no node is asked.
BlockVerdict judge_block(const LedgerProof& proof, const ProvedBlock& block,
                         const LedgerTrust& trust, BlockHashes* hashes);

/// Judges a block by its number and hash alone: all that pins and nodes need. By validators it is
/// unknown.
BlockVerdict judge_block_hash(std::uint64_t number, const Hash& hash, const LedgerTrust& trust,
                              BlockHashes* hashes);

}  // namespace kedge::ledger::evm
