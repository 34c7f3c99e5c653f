// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/block_trust.hpp"

#include <algorithm>

#include "ledger/evm/seals.hpp"

namespace kedge::ledger::evm {
namespace {

std::string_view people_name(BlockRules rules) {
  return rules == BlockRules::ibft2 ? "IBFT 2.0" : "QBFT";
}

BlockVerdict judge(const LedgerProof& proof, const ProvedBlock& block,
                   const std::vector<ValidatorRange>& ranges) {
  const std::uint64_t number = block.header.number();
  const auto range = std::find_if(ranges.begin(), ranges.end(), [&](const ValidatorRange& each) {
    return number >= each.from_block && number <= each.to_block;
  });
  if (range == ranges.end()) {
    return {Belief::unknown, "no validators are trusted at block " + std::to_string(number)};
  }
  if (proof.rules != range->rules) {
    return {Belief::contradicted, "the blocks of the chain are sealed by the rules of " +
                                      std::string(people_name(range->rules))};
  }
  const SealCheck check = check_seals(block.header, range->rules, range->validators);
  switch (check.outcome) {
    case SealOutcome::sealed:
      return {Belief::believed, std::to_string(check.seals) + " of " +
                                    std::to_string(range->validators.size()) +
                                    " validators, who have sealed the block (" +
                                    std::string(people_name(range->rules)) + ")"};
    case SealOutcome::other_validators:
      return {Belief::unknown, check.why};
    case SealOutcome::not_sealed:
      break;
  }
  return {Belief::contradicted, check.why};
}

BlockVerdict judge(std::uint64_t number, const Hash& hash, const std::vector<PinnedBlock>& pins) {
  bool other = false;
  for (const PinnedBlock& pin : pins) {
    if (pin.number != number) continue;
    if (pin.hash == hash) return {Belief::believed, "the block hash that you have pinned"};
    other = true;
  }
  if (other) return {Belief::contradicted, "another block of this number is pinned"};
  return {Belief::unknown, "block " + std::to_string(number) + " is not pinned"};
}

BlockVerdict judge(std::uint64_t chain_id, std::uint64_t number, const Hash& hash,
                   const AskedNodes& nodes, BlockHashes* hashes) {
  if (hashes == nullptr) return {Belief::unknown, "the nodes of the chain were not asked"};
  const auto answers = hashes->block_hashes(nodes.urls, chain_id, number);
  std::size_t same = 0;
  std::size_t other = 0;
  std::string error;
  for (const Result<Hash>& answer : answers) {
    if (!answer) {
      error = answer.error().message;
    } else {
      (*answer == hash ? same : other) += 1;
    }
  }
  const std::string of_all = " of " + std::to_string(nodes.urls.size()) + " nodes ";
  if (same >= nodes.agree) {
    return {Belief::believed, std::to_string(same) + of_all + "that were asked"};
  }
  if (other >= nodes.agree) {
    return {Belief::contradicted, std::to_string(other) + of_all + "name another block"};
  }
  std::string why =
      std::to_string(same) + of_all + "name the block, expected " + std::to_string(nodes.agree);
  if (!error.empty()) why += "; " + error;
  return {Belief::unknown, std::move(why)};
}

}  // namespace

BlockVerdict judge_block(const LedgerProof& proof, const ProvedBlock& block,
                         const LedgerTrust& trust, BlockHashes* hashes) {
  if (trust.code_hash && !block.code_hash) {
    return {Belief::unknown, "only a state proof shows which code the contract runs"};
  }
  if (trust.code_hash && *trust.code_hash != *block.code_hash) {
    return {Belief::contradicted, "the contract runs other code than the trusted one"};
  }
  if (const auto* ranges = std::get_if<std::vector<ValidatorRange>>(&trust.blocks)) {
    return judge(proof, block, *ranges);
  }
  return judge_block_hash(block.header.number(), block.hash, trust, hashes);
}

BlockVerdict judge_block_hash(std::uint64_t number, const Hash& hash, const LedgerTrust& trust,
                              BlockHashes* hashes) {
  if (const auto* nodes = std::get_if<AskedNodes>(&trust.blocks)) {
    return judge(trust.chain_id, number, hash, *nodes, hashes);
  }
  if (const auto* pins = std::get_if<std::vector<PinnedBlock>>(&trust.blocks)) {
    return judge(number, hash, *pins);
  }
  return {Belief::unknown, "seals stand in a header, and there is none"};
}

}  // namespace kedge::ledger::evm
