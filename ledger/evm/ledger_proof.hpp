// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/bft_extra.hpp"

/// The proof that a block of an EVM chain has a checkpoint of a log. It leads to the block's hash
/// and says nothing about whether the block is one of the chain: whose word that is, is the
/// verifier's choice.
namespace kedge::ledger::evm {

/// The value of `ledger` in the records of EVM chains.
inline constexpr std::string_view kEvmKind = "evm";

/// One checkpoint as a log of the contract has it.
struct LoggedCheckpoint {
  Hash log_id{};
  /// From 1.
  std::uint64_t seq = 0;
  Hash root{};
  std::uint64_t size = 0;
  friend bool operator==(const LoggedCheckpoint&, const LoggedCheckpoint&) = default;
};

/// The log's head after the checkpoint.
Hash head_after(const Hash& prev_head, const LoggedCheckpoint& checkpoint);

/// In the contract's storage after the block (EIP-1186): account → head and state of the log.
struct StateProof {
  std::vector<Bytes> account;
  std::vector<Bytes> head;
  std::vector<Bytes> state;
  friend bool operator==(const StateProof&, const StateProof&) = default;
};

/// In the receipts of the block: the event of the transaction that has written the checkpoint.
struct ReceiptProof {
  std::uint64_t transaction_index = 0;
  /// Among the logs of this receipt, not of the block.
  std::uint64_t log_index = 0;
  /// From the root down; the last one holds the receipt.
  std::vector<Bytes> nodes;
  friend bool operator==(const ReceiptProof&, const ReceiptProof&) = default;
};

struct LedgerProof {
  std::uint64_t chain_id = 0;
  Address contract{};
  LoggedCheckpoint checkpoint;
  /// The log's head before the checkpoint.
  Hash prev_head{};
  BlockRules rules = BlockRules::plain;
  /// RLP of the block's header, with its seals.
  Bytes header;
  /// At least one of the two.
  std::optional<StateProof> state;
  std::optional<ReceiptProof> receipt;

  friend bool operator==(const LedgerProof&, const LedgerProof&) = default;
};

/// What a proof proves of its block.
struct ProvedBlock {
  Header header;
  Hash hash{};
  /// When the checkpoint was written: the time of the block, or, by a state proof of a later one,
  /// what the contract has kept. In seconds.
  std::uint64_t anchored_at = 0;
  /// By a state proof only: what code the contract runs, and who may write to the log.
  std::optional<Hash> code_hash;
  std::optional<Address> controller;
};

/// What a state proof proves of a log.
struct ProvedState {
  LogState state;
  /// What code the contract runs.
  Hash code_hash{};
};

/// What the contract keeps of a log after the block that has this header. invalid_argument names
/// the part that is wrong, also where the proof shows that there is no such log.
Result<ProvedState> prove_log_state(const Header& header, const Address& contract,
                                    const Hash& log_id, const StateProof& proof);

/// Checks everything that can be checked without believing anybody: the header's form; that the
/// account, its two words and their chain of heads, and that the receipt and its event lead to the
/// roots in the header and say what the proof says. A state proof shows the checkpoint as the
/// newest of its log. invalid_argument names the part that is wrong.
Result<ProvedBlock> check_ledger_proof(const LedgerProof& proof);

/// The RFC 8785 form of the record, an element of a bundle's `anchors` (see README.md). All octets
/// in lower-case hex. invalid_argument if a number is beyond 2^53 - 1 or there is no proof in it.
Result<std::string> format_ledger_proof(const LedgerProof& proof);

/// Strict and bounded: exactly what format_ledger_proof writes. Nothing of it is checked. Errors
/// name the field.
Result<LedgerProof> parse_ledger_proof(std::string_view json);

/// No record is longer; a bundle holds at most that.
inline constexpr std::size_t kMaxLedgerProof = 1 << 20;

}  // namespace kedge::ledger::evm
