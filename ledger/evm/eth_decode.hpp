// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ledger/evm/eth_types.hpp"

/// The results of Ethereum's JSON-RPC (execution-apis), read strictly as far as they are used.
/// Precondition of all: checked JSON. Errors are unavailable: it is the node that is at fault.
namespace kedge::ledger::evm {

Result<std::uint64_t> decode_u64(std::string_view result, std::string_view what);
Result<U256> decode_u256(std::string_view result, std::string_view what);
Result<Hash> decode_hash(std::string_view result, std::string_view what);
Result<Bytes> decode_data(std::string_view result, std::string_view what);

/// not_found for null. A block that is still pending, without a hash, is refused.
Result<Block> decode_block(std::string_view result);
/// nullopt for null. Each of its logs must be of its block and transaction.
Result<std::optional<TransactionReceipt>> decode_receipt(std::string_view result);
/// Whether each log fits the filter is checked: order by block and index, address, topics, range,
/// and that none is marked as removed. One that comes twice in a row, the same in everything, is
/// taken once.
Result<std::vector<FoundLog>> decode_logs(std::string_view result, const LogFilter& filter);

}  // namespace kedge::ledger::evm
