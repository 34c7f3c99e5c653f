// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "crypto/result.hpp"
#include "ledger/evm/anchor_log.hpp"

/// Transaction receipts as they stand in a block's receipts trie (Yellow Paper section 4.3.1,
/// EIP-658, EIP-2718).
namespace kedge::ledger::evm {

/// 2048 bits, three of them for each address and topic.
using Bloom = std::array<std::uint8_t, 256>;

/// Bounds of a receipt.
inline constexpr std::size_t kMaxTopics = 4;
inline constexpr std::size_t kMaxReceipt = 64 << 10;

struct Receipt {
  /// Of the transaction (EIP-2718); 0 for a legacy one.
  std::uint8_t type = 0;
  /// Whether the transaction succeeded; before Byzantium, the state root after it.
  std::variant<bool, Hash> outcome = false;
  std::uint64_t cumulative_gas = 0;
  std::vector<EventLog> logs;

  [[nodiscard]] bool succeeded() const {
    const bool* status = std::get_if<bool>(&outcome);
    return status != nullptr && *status;
  }
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// The filter over addresses and topics of all logs (Yellow Paper section 4.3.1, M3:2048).
Bloom logs_bloom(std::span<const EventLog> logs);

/// The value in the trie: the type, unless it is 0, then the RLP.
Bytes encode_receipt(const Receipt& receipt);

/// Strict: no other form, the bloom filter that of the logs. Errors name the field.
Result<Receipt> parse_receipt(ByteView encoded);

/// The key of a transaction's receipt in the trie: the RLP of its index.
Bytes receipt_key(std::uint64_t transaction_index);

}  // namespace kedge::ledger::evm
