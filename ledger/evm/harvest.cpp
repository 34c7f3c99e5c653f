// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/harvest.hpp"

#include <algorithm>
#include <optional>

#include "ledger/evm/header_json.hpp"
#include "ledger/evm/receipt_json.hpp"
#include "ledger/evm/state_proof_json.hpp"
#include "ledger/evm/trie_builder.hpp"

namespace kedge::ledger::evm {
namespace {

Result<HashedHeader> find_header(const HarvestTarget& target, const HarvestAnswers& answers) {
  auto header = header_from_block(answers.block);
  if (header && header->hash != target.block_hash) {
    return invalid_argument("the answer is another block", "hash");
  }
  if (header || answers.raw_header.empty()) return header;
  return header_from_raw(answers.raw_header, target.block_hash);
}

Result<std::vector<IndexedReceipt>> read_receipts(const HarvestAnswers& answers) {
  if (!answers.receipts.empty()) return receipts_from_answer(answers.receipts);
  std::vector<IndexedReceipt> out;
  if (answers.single_receipts.size() > kMaxReceipts) return invalid_argument("too many receipts");
  for (const std::string& text : answers.single_receipts) {
    auto receipt = receipt_from_answer(text);
    if (!receipt) return receipt.error();
    out.push_back(*std::move(receipt));
  }
  return out;
}

/// Where in the block the checkpoint's event is.
std::optional<ReceiptProof> find_event(const std::vector<IndexedReceipt>& receipts,
                                       const HarvestTarget& target) {
  for (const IndexedReceipt& indexed : receipts) {
    const std::vector<EventLog>& logs = indexed.receipt.logs;
    for (std::size_t i = 0; i < logs.size(); ++i) {
      if (logs[i].address != target.contract) continue;
      const auto event = decode_checkpoint(logs[i]);
      if (event && LoggedCheckpoint{event->log_id, event->seq, event->root, event->size} ==
                       target.checkpoint) {
        return ReceiptProof{indexed.transaction_index, i, {}};
      }
    }
  }
  return std::nullopt;
}

Result<ReceiptProof> make_receipt(const HarvestTarget& target, const HarvestAnswers& answers,
                                  const Hash& receipts_root) {
  const auto receipts = read_receipts(answers);
  if (!receipts) return receipts.error();
  auto proof = find_event(*receipts, target);
  if (!proof) return invalid_argument("no receipt has the checkpoint's event");
  std::vector<TrieItem> items;
  for (const IndexedReceipt& indexed : *receipts) {
    items.push_back({receipt_key(indexed.transaction_index), encode_receipt(indexed.receipt)});
  }
  auto built = build_trie(items, receipt_key(proof->transaction_index));
  if (!built) return built.error();
  if (built->root != receipts_root) {
    return invalid_argument("the receipts are not those of the block");
  }
  proof->nodes = std::move(built->proof);
  return *std::move(proof);
}

/// Adds one part to the proof if it holds with it alone.
template <class Part>
void add_part(Harvest& out, std::optional<Part> LedgerProof::*member, const Result<Part>& part,
              const std::string& what) {
  if (!part) {
    out.left_out.push_back(what + ": " + part.error().message);
    return;
  }
  LedgerProof alone = out.proof;
  alone.state.reset();
  alone.receipt.reset();
  alone.*member = *part;
  if (const auto checked = check_ledger_proof(alone); !checked) {
    out.left_out.push_back(what + ": " + checked.error().message);
    return;
  }
  out.proof.*member = *part;
}

}  // namespace

Result<Harvest> harvest_proof(const HarvestTarget& target, const HarvestAnswers& answers) {
  const auto header = find_header(target, answers);
  if (!header) return header.error();
  Harvest out;
  out.proof.chain_id = target.chain_id;
  out.proof.contract = target.contract;
  out.proof.checkpoint = target.checkpoint;
  out.proof.prev_head = target.prev_head;
  out.proof.rules = header->rules;
  out.proof.header = header->header.encode();
  if (!answers.proof.empty()) {
    add_part(out, &LedgerProof::state,
             state_proof_from_answer(answers.proof, target.checkpoint.log_id), "the state proof");
  }
  if (!answers.receipts.empty() || !answers.single_receipts.empty()) {
    add_part(out, &LedgerProof::receipt,
             make_receipt(target, answers, header->header.receipts_root()), "the receipt proof");
  }
  const auto checked = check_ledger_proof(out.proof);
  if (checked) return out;
  std::string why = checked.error().message;
  for (const std::string& reason : out.left_out) why += "; " + reason;
  return invalid_argument(std::move(why));
}

}  // namespace kedge::ledger::evm
