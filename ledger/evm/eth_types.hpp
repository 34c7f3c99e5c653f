// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/types.hpp"

namespace kedge::ledger::evm {

/// Names a block, by number or by tag.
class BlockId {
 public:
  static BlockId latest() { return BlockId("latest"); }
  /// The newest block that the chain's consensus calls final. Besu has none under IBFT and QBFT.
  static BlockId finalized() { return BlockId("finalized"); }
  static BlockId at(std::uint64_t number);

  /// As it stands in params, without quotes.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit BlockId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// What is used of a block.
struct Block {
  std::uint64_t number = 0;
  Hash hash{};
  Hash parent_hash{};
  /// Seconds since 1970.
  std::uint64_t time = 0;
  /// Of chains with dynamic fees (EIP-1559).
  std::optional<U256> base_fee;
  /// The object as it was received: a header is rebuilt from it.
  std::string json;
};

/// A log of a receipt, or one that a filter has found.
struct FoundLog {
  EventLog log;
  std::uint64_t block_number = 0;
  Hash block_hash{};
  Hash transaction{};
  /// In its block.
  std::uint64_t index = 0;

  friend bool operator==(const FoundLog&, const FoundLog&) = default;
};

struct TransactionReceipt {
  Hash transaction{};
  Hash block_hash{};
  std::uint64_t block_number = 0;
  std::uint64_t transaction_index = 0;
  bool succeeded = false;
  std::vector<FoundLog> logs;
};

/// The logs of one event of one contract about one log (topics 0 and 1), and perhaps of one
/// sequence number (topic 2).
struct LogFilter {
  Address address{};
  std::vector<Hash> topics;
  std::uint64_t from_block = 0;
  std::uint64_t to_block = 0;
};

}  // namespace kedge::ledger::evm
