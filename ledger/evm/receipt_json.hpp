// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "ledger/evm/receipt.hpp"

namespace kedge::ledger::evm {

/// Bound of a block.
inline constexpr std::size_t kMaxReceipts = 20'000;

/// A receipt as JSON-RPC shows it, with its place in the block.
struct IndexedReceipt {
  std::uint64_t transaction_index = 0;
  Receipt receipt;
};

/// Reads what the receipts trie holds and ignores the rest. The bloom filter must be that of the
/// logs. Errors name the field after `path`.
Result<IndexedReceipt> receipt_from_json(const nlohmann::json& value, const std::string& path);

/// The answer of eth_getBlockReceipts.
Result<std::vector<IndexedReceipt>> receipts_from_answer(std::string_view json);

/// The answer of eth_getTransactionReceipt.
Result<IndexedReceipt> receipt_from_answer(std::string_view json);

}  // namespace kedge::ledger::evm
