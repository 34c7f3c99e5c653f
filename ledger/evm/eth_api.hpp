// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/evm/answer_class.hpp"
#include "ledger/evm/eth_types.hpp"
#include "rpc/remote.hpp"

namespace kedge::ledger::evm {

/// What a node said to a transaction.
struct SendAnswer {
  /// nullopt: taken.
  std::optional<AnswerClass> refusal;
  /// The node's own words, for a person.
  std::string message;
};

/// What one node knows of some transactions of an account, all from one batch.
struct AccountView {
  Block head;
  /// Number of the newest final block; nullopt where the node has none (yet).
  std::optional<std::uint64_t> finalized;
  /// The account's next nonce as of the newest block.
  std::uint64_t nonce = 0;
  /// One element a transaction asked for.
  std::vector<std::optional<TransactionReceipt>> receipts;
  /// Whether the node knows the transaction at all, mined or waiting.
  std::vector<bool> known;
};

/// Ethereum's JSON-RPC with types, on one node. Whatever comes back is decoded strictly; an error
/// of the node is unavailable with its words. Blocking, one thread at a time.
class EthApi {
 public:
  /// `remote` must outlive it.
  explicit EthApi(rpc::Remote& remote) : remote_(&remote) {}

  [[nodiscard]] rpc::Remote& remote() const { return *remote_; }
  [[nodiscard]] const std::string& name() const { return remote_->name(); }

  Result<std::uint64_t> chain_id();
  /// not_found if the node does not know it.
  Result<Block> block(const BlockId& id);
  Result<Bytes> code(const Address& address, const BlockId& id);
  Result<Word> storage(const Address& address, const Word& slot, const BlockId& id);
  /// A call that changes nothing; what it returns.
  Result<Bytes> call(const Address& to, ByteView data, const BlockId& id);
  /// How many transactions of the account are in blocks up to this one.
  Result<std::uint64_t> nonce(const Address& account, const BlockId& id);
  Result<U256> gas_price();
  /// What the node suggests as the priority fee (EIP-1559).
  Result<U256> priority_fee();
  Result<std::optional<TransactionReceipt>> receipt(const Hash& transaction);
  /// The state of AnchorLog's log, by `headOf`.
  Result<LogState> log_state(const Address& contract, const Hash& log_id, const BlockId& id);

  /// Hands over a signed transaction whose hash is `hash`. An error only if there was no answer; a
  /// node that answers with another hash has not taken it.
  Result<SendAnswer> send_raw(ByteView raw, const Hash& hash);

  Result<AccountView> view(const Address& account, std::span<const Hash> transactions);

  /// The text of a result as it was received.
  Result<std::string> text(std::string method, std::string params);
  /// The answer to one call, an error of the node included.
  Result<rpc::Answer> ask(std::string method, std::string params);

 private:
  Error error_of(std::string_view method, const rpc::ServerError& error) const;

  rpc::Remote* remote_;
};

/// Params of `eth_getLogs`.
std::string log_params(const LogFilter& filter);

}  // namespace kedge::ledger::evm
