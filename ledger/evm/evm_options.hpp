// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "ledger/evm/eth_api.hpp"

namespace kedge::ledger::evm {

/// How transactions are paid for.
enum class FeeMode : std::uint8_t {
  /// Legacy transactions at price zero, as on Besu networks without gas: there is nothing to raise.
  zero,
  /// Legacy transactions (EIP-155).
  legacy,
  /// Type 2 (EIP-1559).
  dynamic,
};

struct FeeRules {
  FeeMode mode = FeeMode::zero;
  /// legacy: wei for a unit of gas; 0 asks the node. dynamic: ignored.
  U256 gas_price = {};
  /// dynamic: wei for a unit of gas; 0 asks the node.
  U256 priority_fee = {};
  /// Never more than this for a unit of gas.
  U256 max_gas_price = {};
  std::uint64_t gas_limit = 100'000;
  /// An attempt that waits for longer is replaced by one that pays 10 % more.
  std::chrono::milliseconds bump_after{60'000};
};

/// When a block is final.
enum class FinalityRule : std::uint8_t {
  /// It and the blocks on it are `depth`.
  depth,
  /// The node's `finalized` tag has reached it (proof of stake).
  finalized,
  /// The validators have sealed it (IBFT 2.0, QBFT): at once.
  bft,
};

/// An anchor in a block.
struct MinedAnchor {
  AnchorCall call;
  std::uint64_t seq = 0;
  Block block;
  TransactionReceipt receipt;
  /// The record that is stored for it, perhaps of another block; empty if there is none.
  std::string stored_record;
};

struct EvmOptions {
  /// The configured name of the ledger.
  std::string name;
  std::uint64_t chain_id = 0;
  Address contract{};
  Hash log_id{};
  /// Keccak-256 of the contract's runtime code: no other code is written to.
  Hash code_hash{};
  /// The block in which the log was opened, or an earlier one: nothing before it is searched.
  std::uint64_t first_block = 0;
  FeeRules fees = {};
  FinalityRule finality = FinalityRule::depth;
  /// At least 1.
  std::uint64_t depth = 1;
  /// So many endpoints must say the same before it is believed; 0: more than half of them.
  std::size_t agree = 0;
};

/// What the ledger needs and others know.
struct EvmHooks {
  /// Unix milliseconds.
  std::function<std::uint64_t()> now_ms;
  /// The record of a mined anchor, an element of a bundle's `anchors` (JSON in RFC 8785 form), with
  /// whatever the node can prove. Verified before it is returned.
  std::function<Result<std::string>(EthApi&, const MinedAnchor&)> make_record;
  /// Whether the validators have sealed this block; needed by FinalityRule::bft.
  std::function<Status(const Block&)> check_seals;
};

}  // namespace kedge::ledger::evm
