// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/anchor_record.hpp"

#include <algorithm>

#include "ledger/evm/eth_json.hpp"
#include "ledger/evm/harvest.hpp"
#include "ledger/evm/header_json.hpp"
#include "ledger/evm/ledger_proof.hpp"
#include "ledger/evm/quantity.hpp"
#include "ledger/evm/seals.hpp"
#include "ledger/evm/state_proof_json.hpp"

namespace kedge::ledger::evm {
namespace {

/// Whether the stored record is of this block and checkpoint.
bool still_holds(const MinedAnchor& mined) {
  if (mined.stored_record.empty()) return false;
  const auto proof = parse_ledger_proof(mined.stored_record);
  if (!proof || proof->checkpoint.seq != mined.seq || proof->checkpoint.root != mined.call.root) {
    return false;
  }
  const auto checked = check_ledger_proof(*proof);
  return checked && checked->hash == mined.block.hash;
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

/// Empty where the node has no answer.
std::string ask(EthApi& api, std::string method, std::string params) {
  auto text = api.text(std::move(method), std::move(params));
  return text && *text != "null" ? *std::move(text) : std::string();
}

/// One by one, for nodes without eth_getBlockReceipts.
std::vector<std::string> single_receipts(EthApi& api, const Block& block) {
  std::vector<std::string> out;
  JsonObject json(block.json, "block");
  for (const std::string_view hash : json.array("transactions")) {
    out.push_back(ask(api, "eth_getTransactionReceipt", "[" + std::string(hash) + "]"));
  }
  return out;
}

HarvestAnswers collect(const EvmOptions& options, EthApi& api, const MinedAnchor& mined) {
  const std::string number = quoted(to_quantity(mined.block.number));
  HarvestAnswers answers;
  answers.block = mined.block.json;
  answers.proof = ask(api, "eth_getProof",
                      state_proof_params(options.contract, options.log_id, mined.block.number));
  answers.receipts = ask(api, "eth_getBlockReceipts", "[" + number + "]");
  if (answers.receipts.empty()) answers.single_receipts = single_receipts(api, mined.block);
  return answers;
}

}  // namespace

Result<std::string> make_anchor_record(const EvmOptions& options, EthApi& api,
                                       const MinedAnchor& mined) {
  if (still_holds(mined)) return mined.stored_record;
  const HarvestTarget target{.chain_id = options.chain_id,
                             .contract = options.contract,
                             .checkpoint = {.log_id = options.log_id,
                                            .seq = mined.seq,
                                            .root = mined.call.root,
                                            .size = mined.call.size},
                             .prev_head = mined.call.prev_head,
                             .block_hash = mined.block.hash};
  HarvestAnswers answers = collect(options, api, mined);
  auto harvest = harvest_proof(target, answers);
  if (!harvest) {
    // The block's JSON may hide what is hashed.
    answers.raw_header =
        ask(api, "debug_getRawHeader", "[" + quoted(to_quantity(mined.block.number)) + "]");
    if (!answers.raw_header.empty()) harvest = harvest_proof(target, answers);
  }
  auto record =
      harvest ? format_ledger_proof(harvest->proof) : Result<std::string>(harvest.error());
  if (record) return record;
  return Error{Errc::unavailable,
               api.name() + " does not prove the anchor: " + record.error().message};
}

std::function<Status(const Block&)> seals_of(std::vector<Address> validators) {
  std::ranges::sort(validators);
  return [validators = std::move(validators)](const Block& block) -> Status {
    const auto header = header_from_block(block.json);
    if (!header) return header.error();
    if (header->hash != block.hash || header->rules == BlockRules::plain) {
      return Error{Errc::unavailable, "the block is not sealed by IBFT 2.0 or QBFT"};
    }
    const SealCheck check = check_seals(header->header, header->rules, validators);
    if (check.outcome == SealOutcome::sealed) return {};
    return Error{Errc::unavailable, check.why};
  };
}

}  // namespace kedge::ledger::evm
