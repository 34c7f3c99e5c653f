// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/transaction.hpp"
#include "rpc/remote.hpp"

namespace kedge::test {

/// A small EVM chain in memory with the contract AnchorLog on it, as far as JSON-RPC shows it:
/// blocks with hashes, a pool, nonces, receipts, events, re-organisations. Deterministic; one
/// thread.
class FakeChain {
 public:
  using Transaction = ledger::evm::SignedTransaction;

  FakeChain(std::uint64_t chain_id, ledger::evm::Address contract, Hash log_id,
            ledger::evm::Address controller, Bytes code);

  /// A new block with everything in the pool that can be executed, in the order of nonces.
  void mine();
  void mine_empty(std::size_t count);
  /// Throws out the newest `depth` blocks and puts one more empty ones in their place. What was in
  /// them is in no pool any more.
  void reorganise(std::size_t depth);
  void lose_pool() { pool_.clear(); }
  /// Puts a transaction into a new block, whatever it is.
  void force(const Transaction& transaction);
  /// Raises the nonce of the account as another program with its key would.
  void use_nonce(const ledger::evm::Address& account) { ++foreign_[account]; }
  /// Makes a checkpoint that nobody has sent.
  void anchor_from_elsewhere(const Hash& root, std::uint64_t size);

  /// The price below which the pool takes nothing.
  void set_min_price(std::uint64_t price) { min_price_ = price; }
  /// Blocks between the head and the newest final one; none is final before.
  void set_final_lag(std::uint64_t lag) { final_lag_ = lag; }
  void set_controller(const ledger::evm::Address& to) { state_.controller = to; }
  void set_code(Bytes code) { code_ = std::move(code); }

  [[nodiscard]] const ledger::evm::LogState& state() const { return state_; }
  [[nodiscard]] std::size_t pool_size() const { return pool_.size(); }
  [[nodiscard]] std::uint64_t height() const { return blocks_.size() - 1; }
  /// The checkpoints on the chain, in order.
  [[nodiscard]] std::vector<ledger::evm::CheckpointEvent> checkpoints() const;
  [[nodiscard]] std::uint64_t nonce(const ledger::evm::Address& account) const;

  /// The answer to a call, as a node gives it.
  rpc::Answer answer(const rpc::CallRequest& request);

 private:
  struct Block {
    std::uint64_t salt = 0;
    std::vector<Transaction> transactions;
  };
  struct Mined {
    std::uint64_t block = 0;
    bool succeeded = false;
    std::vector<ledger::evm::CheckpointEvent> events;
  };

  [[nodiscard]] Hash block_hash(std::uint64_t number) const;
  void execute(std::uint64_t block, const Transaction& transaction);
  void replay();
  rpc::Answer send(const std::string& raw);
  [[nodiscard]] std::string block_json(const std::string& tag) const;
  [[nodiscard]] std::string log_json(const Hash& transaction, const Mined& mined,
                                     const ledger::evm::CheckpointEvent& event) const;
  [[nodiscard]] std::string receipt_json(const std::string& hash) const;
  [[nodiscard]] std::string logs_json(const std::string& params) const;

  std::uint64_t chain_id_;
  ledger::evm::Address contract_;
  Hash log_id_;
  Bytes code_;
  std::vector<Block> blocks_{1};
  std::map<Hash, Transaction> pool_;
  std::map<Hash, Mined> mined_;
  std::map<ledger::evm::Address, std::uint64_t> nonces_;
  std::map<ledger::evm::Address, std::uint64_t> foreign_;
  ledger::evm::LogState state_;
  std::uint64_t min_price_ = 0;
  std::uint64_t final_lag_ = 2;
  std::uint64_t next_salt_ = 1;
};

/// A node of a FakeChain. What it answers may be lost, and it may lie.
class FakeNode final : public rpc::Remote {
 public:
  FakeNode(FakeChain& chain, std::string name) : chain_(&chain), name_(std::move(name)) {}

  /// Fails from now on, before anything is done.
  void set_down(bool down) { down_ = down; }
  /// The `number`-th batch from now on (from 1) fails, before or after it was carried out.
  void fail_at(std::uint64_t number, bool after) {
    fail_at_ = calls_ + number;
    fail_after_ = after;
  }
  /// Looks at each answer and may change it.
  using Twist = std::function<void(const rpc::CallRequest&, rpc::Answer&)>;
  void set_twist(Twist twist) { twist_ = std::move(twist); }
  /// Shows another chain from now on.
  void show(FakeChain& chain) { chain_ = &chain; }

  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] std::uint64_t sends() const { return sends_; }

  [[nodiscard]] const std::string& name() const override { return name_; }
  Result<std::vector<rpc::Answer>> call(std::span<const rpc::CallRequest> requests) override;
  [[nodiscard]] rpc::Health health() const override {
    rpc::Health health;
    health.failures = down_ ? 1 : 0;
    health.answered_total = calls_;
    return health;
  }
  void set_trace(const std::string& traceparent) override { trace_ = traceparent; }
  [[nodiscard]] const std::string& trace() const { return trace_; }
  void stop() override { down_ = true; }

 private:
  FakeChain* chain_;
  std::string name_;
  std::string trace_;
  bool down_ = false;
  std::uint64_t calls_ = 0;
  std::uint64_t sends_ = 0;
  std::uint64_t fail_at_ = 0;
  bool fail_after_ = false;
  Twist twist_;
};

}  // namespace kedge::test
