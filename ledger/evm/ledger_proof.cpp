// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/ledger_proof.hpp"

#include <algorithm>

#include "crypto/keccak.hpp"
#include "ledger/evm/receipt.hpp"
#include "ledger/evm/rlp.hpp"
#include "ledger/evm/trie_proof.hpp"

namespace kedge::ledger::evm {
namespace {

struct Account {
  Hash storage_root{};
  Hash code_hash{};
};

Result<Bytes> value_at(const Hash& root, ByteView key, std::span<const Bytes> nodes,
                       const char* what) {
  auto value = verify_trie_proof(root, key, nodes);
  if (!value) return invalid_argument(value.error().message, what);
  if (!*value) return invalid_argument("the proof shows that there is nothing", what);
  return **std::move(value);
}

Result<Account> prove_account(const Hash& state_root, const Address& address,
                              std::span<const Bytes> nodes) {
  const auto value = value_at(state_root, crypto::keccak256(address), nodes, "state.account");
  if (!value) return value.error();
  const auto list = rlp::decode(*value, {.max_bytes = 256, .max_depth = 1, .max_items = 8});
  if (!list) return invalid_argument(list.error().message, "state.account");
  rlp::ListReader in(*list, "account");
  in.u64("nonce");
  in.u256("balance");
  Account account;
  account.storage_root = in.fixed<32>("storageRoot");
  account.code_hash = in.fixed<32>("codeHash");
  if (const Status done = in.finish(); !done) {
    return invalid_argument(done.error().message, "state.account");
  }
  return account;
}

/// A word of storage; the trie holds it without its leading zeros.
Result<Hash> prove_word(const Hash& storage_root, const Hash& slot, std::span<const Bytes> nodes,
                        const char* what) {
  const auto value = value_at(storage_root, crypto::keccak256(slot), nodes, what);
  if (!value) return value.error();
  const auto item = rlp::decode(*value, {.max_bytes = 33, .max_depth = 0, .max_items = 1});
  if (!item) return invalid_argument(item.error().message, what);
  const ByteView octets = item->payload();
  if (octets.empty() || octets.size() > sizeof(Hash) || octets[0] == 0) {
    return invalid_argument("expected a word of storage without leading zeros", what);
  }
  return U256::from_bytes(octets)->word();
}

Status check_state(const LedgerProof& proof, ProvedBlock& block) {
  const auto proved =
      prove_log_state(block.header, proof.contract, proof.checkpoint.log_id, *proof.state);
  if (!proved) return proved.error();
  const LogState& state = proved->state;
  if (state.head != head_after(proof.prev_head, proof.checkpoint)) {
    return invalid_argument("the log's head in the block is not that of the checkpoint",
                            "state.head");
  }
  if (state.seq != proof.checkpoint.seq) {
    return invalid_argument("the log has another seq in the block", "state.state");
  }
  if (state.time > block.header.timestamp()) {
    return invalid_argument("the checkpoint is younger than the block", "state.state");
  }
  block.anchored_at = state.time;
  block.code_hash = proved->code_hash;
  block.controller = state.controller;
  return {};
}

Status check_receipt(const LedgerProof& proof, ProvedBlock& block) {
  const ReceiptProof& given = *proof.receipt;
  const auto value = value_at(block.header.receipts_root(), receipt_key(given.transaction_index),
                              given.nodes, "receipt.nodes");
  if (!value) return value.error();
  const auto receipt = parse_receipt(*value);
  if (!receipt) return invalid_argument(receipt.error().message, "receipt.nodes");
  if (!receipt->succeeded()) {
    return invalid_argument("the transaction has failed", "receipt.nodes");
  }
  if (given.log_index >= receipt->logs.size()) {
    return invalid_argument("the receipt has fewer logs", "receipt.logIndex");
  }
  const EventLog& log = receipt->logs[given.log_index];
  if (log.address != proof.contract) {
    return invalid_argument("the event is of another contract", "receipt.logIndex");
  }
  const auto event = decode_checkpoint(log);
  if (!event) {
    return invalid_argument("the event is not a Checkpoint: " + event.error().message,
                            "receipt.logIndex");
  }
  if (LoggedCheckpoint{event->log_id, event->seq, event->root, event->size} != proof.checkpoint) {
    return invalid_argument("the event is of another checkpoint", "receipt.logIndex");
  }
  if (event->head != head_after(proof.prev_head, proof.checkpoint)) {
    return invalid_argument("the event's head does not follow from prevHead", "prevHead");
  }
  block.anchored_at = block.header.timestamp();
  return {};
}

}  // namespace

Hash head_after(const Hash& prev_head, const LoggedCheckpoint& checkpoint) {
  return next_head(prev_head, checkpoint.seq, checkpoint.root, checkpoint.size);
}

Result<ProvedState> prove_log_state(const Header& header, const Address& contract,
                                    const Hash& log_id, const StateProof& proof) {
  const auto account = prove_account(header.state_root(), contract, proof.account);
  if (!account) return account.error();
  const auto head = prove_word(account->storage_root, head_slot(log_id), proof.head, "state.head");
  if (!head) return head.error();
  const auto word =
      prove_word(account->storage_root, state_slot(log_id), proof.state, "state.state");
  if (!word) return word.error();
  return ProvedState{unpack_state(*head, *word), account->code_hash};
}

Result<ProvedBlock> check_ledger_proof(const LedgerProof& proof) {
  if (!proof.state && !proof.receipt) {
    return invalid_argument("expected a state or a receipt proof");
  }
  auto header = Header::parse(proof.header);
  if (!header) return invalid_argument(header.error().message, "header");
  const auto hash = block_hash(*header, proof.rules);
  if (!hash) return invalid_argument(hash.error().message, "header");
  ProvedBlock block{*std::move(header), *hash, 0, {}, {}};
  if (proof.state) {
    if (const Status checked = check_state(proof, block); !checked) return checked.error();
  }
  if (proof.receipt) {
    const std::uint64_t kept = block.anchored_at;
    if (const Status checked = check_receipt(proof, block); !checked) return checked.error();
    if (proof.state && kept != block.anchored_at) {
      return invalid_argument("state and receipt disagree about the time", "state.state");
    }
  }
  return block;
}

}  // namespace kedge::ledger::evm
