// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ledger/evm/anchor_plan.hpp"
#include "ledger/evm/evm_options.hpp"
#include "ledger/evm/fee_plan.hpp"
#include "ledger/evm/nodes.hpp"
#include "ledger/evm/sighting.hpp"
#include "ledger/evm/signer.hpp"
#include "ledger/ledger.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/subscription.hpp"

namespace kedge::ledger::evm {

/// Anchors in the contract AnchorLog of an EVM chain, each exactly once, whatever is lost on the
/// way: the signed transaction is in the node's store before it is sent, the same octets are sent
/// again, nonce and head follow from what is stored, and the contract takes an anchor only on top
/// of the one before. README.md has the states and what follows from each answer.
///
/// Nothing that one node says is believed where several are configured: `agree` of them must say
/// the same. One thread at a time, but for `stop`.
class EvmLedger final : public Ledger {
 public:
  /// Precondition: at least one remote, each of which greets with the chain id (chain_greeting).
  EvmLedger(EvmOptions options, std::vector<std::unique_ptr<rpc::Remote>> remotes,
            std::unique_ptr<Signer> signer, EvmHooks hooks);

  [[nodiscard]] const std::string& name() const override { return options_.name; }
  [[nodiscard]] std::string_view kind() const override { return "evm"; }
  [[nodiscard]] Capabilities capabilities() const override;

  /// The payload is the signed transaction, the reference its hash. Signs only if the contract
  /// stands where the stored anchors say; otherwise sends the previous anchor again (a
  /// re-organisation has lost it), or refuses: somebody else has written to the log.
  Result<Attempt> prepare(const AnchorIntent& intent, std::span<const Attempt> earlier) override;
  /// To all nodes. Success if one has taken it, or if only `poll` can tell.
  Status send(const Attempt& attempt) override;
  Result<AnchorProgress> poll(const AnchorIntent& intent,
                              std::span<const Attempt> attempts) override;
  /// Checks first that the contract is the right one and that the key may write to the log.
  Result<std::optional<LedgerHead>> head() override;
  /// The events fold to the contract's head, so that none was left out. The records are empty.
  Status replay(std::uint64_t from_seq,
                const std::function<Status(const ReplayedAnchor&)>& visit) override;
  /// Hears of new blocks from now on, if somebody was named who tells (hear_of_blocks).
  void watch(std::function<void()> hint) override;
  void set_trace(const std::string& traceparent) override { nodes_.set_trace(traceparent); }
  [[nodiscard]] std::vector<LedgerEndpoint> endpoints() const override;
  void stop() override;

  /// A WebSocket of a node, whose `newHeads` are hints to look sooner and nothing else.
  void hear_of_blocks(std::unique_ptr<rpc::Subscription> heads) { heads_ = std::move(heads); }

 private:
  Status check_identity();
  Result<LogState> contract_state();
  /// What the next transaction follows: nonce and head.
  Result<AnchorPlan> follow_previous(const AnchorIntent& intent);
  Result<FeeMarket> market();

  Result<AnchorProgress> judge(const AnchorIntent& intent, const AnchorPlan& plan,
                               std::span<const Attempt> attempts,
                               const std::vector<std::pair<EthApi*, Sighting>>& seen);
  Result<AnchorProgress> judge_mined(const AnchorIntent& intent, const AnchorPlan& plan,
                                     EthApi& api, const Sighting& sighting, bool final);
  Result<AnchorProgress> judge_reverted(const AnchorPlan& plan, bool final);
  Result<AnchorProgress> judge_spent(const AnchorPlan& plan);
  void send_previous(const AnchorIntent& intent);

  EvmOptions options_;
  Nodes nodes_;
  std::unique_ptr<Signer> signer_;
  EvmHooks hooks_;
  std::unique_ptr<rpc::Subscription> heads_;
  bool identity_checked_ = false;

  /// Hints of this process, never more: all of them may be forgotten.
  /// The attempt that a node found too cheap.
  std::string underpriced_;
  /// A nonce that a transaction of ours has used up in vain.
  std::optional<std::uint64_t> wasted_nonce_;
  /// How often in a row the nonce was seen to be used by somebody else.
  unsigned spent_sightings_ = 0;
  /// The newest record and its block.
  Hash record_block_{};
  std::string record_;
};

/// What an endpoint asks on every new connection: whether it is still this chain.
rpc::Greeting chain_greeting(std::uint64_t chain_id);

}  // namespace kedge::ledger::evm
