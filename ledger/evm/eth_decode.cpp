// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/eth_decode.hpp"

#include <algorithm>
#include <tuple>

#include "ledger/evm/eth_json.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

/// The EVM logs no more topics.
constexpr std::size_t kMaxTopics = 4;

Error unexpected(std::string_view what, std::string_view expected) {
  return {Errc::unavailable, std::string(what) + ": expected " + std::string(expected)};
}

/// Decodes a result that is one string.
template <class Decode>
auto decode_text(std::string_view result, std::string_view what, Decode decode)
    -> decltype(decode(std::string_view())) {
  if (rpc::kind_of(result) != rpc::JsonKind::string) return unexpected(what, "a string");
  const std::string text = rpc::string_value(result);
  auto value = decode(std::string_view(text));
  if (!value) return unexpected(what, value.error().message);
  return value;
}

Result<FoundLog> decode_log(std::string_view text) {
  JsonObject json(text, "log");
  FoundLog found;
  found.log.address = json.address("address");
  found.log.data = json.data("data");
  found.block_number = json.u64("blockNumber");
  found.block_hash = json.hash("blockHash");
  found.transaction = json.hash("transactionHash");
  found.index = json.u64("logIndex");
  if (json.is_true("removed")) json.fail("removed", "a log of the chain as it is");
  const auto topics = json.array("topics");
  if (topics.size() > kMaxTopics) json.fail("topics", "at most four");
  for (const std::string_view topic : topics) {
    auto hash = decode_hash(topic, "log: topics");
    if (!hash) return std::move(hash).error();
    found.log.topics.push_back(*hash);
  }
  if (const Status status = json.finish(); !status) return status.error();
  return found;
}

bool fits(const FoundLog& found, const LogFilter& filter) {
  return found.log.address == filter.address && found.block_number >= filter.from_block &&
         found.block_number <= filter.to_block && found.log.topics.size() >= filter.topics.size() &&
         std::equal(filter.topics.begin(), filter.topics.end(), found.log.topics.begin());
}

auto place(const FoundLog& found) {
  return std::tuple(found.block_number, found.index);
}

}  // namespace

Result<std::uint64_t> decode_u64(std::string_view result, std::string_view what) {
  return decode_text(result, what, u64_from_quantity);
}

Result<U256> decode_u256(std::string_view result, std::string_view what) {
  return decode_text(result, what, u256_from_quantity);
}

Result<Hash> decode_hash(std::string_view result, std::string_view what) {
  return decode_text(result, what, hash_from_data);
}

Result<Bytes> decode_data(std::string_view result, std::string_view what) {
  return decode_text(result, what, bytes_from_data);
}

Result<Block> decode_block(std::string_view result) {
  if (rpc::kind_of(result) == rpc::JsonKind::null) {
    return Error{Errc::not_found, "the node does not know the block"};
  }
  JsonObject json(result, "block");
  Block block;
  block.number = json.u64("number");
  block.hash = json.hash("hash");
  block.parent_hash = json.hash("parentHash");
  block.time = json.u64("timestamp");
  if (json.has("baseFeePerGas")) block.base_fee = json.u256("baseFeePerGas");
  if (const Status status = json.finish(); !status) return status.error();
  block.json = rpc::trim_json(result);
  return block;
}

Result<std::optional<TransactionReceipt>> decode_receipt(std::string_view result) {
  if (rpc::kind_of(result) == rpc::JsonKind::null) return std::optional<TransactionReceipt>();
  JsonObject json(result, "receipt");
  TransactionReceipt receipt;
  receipt.transaction = json.hash("transactionHash");
  receipt.block_hash = json.hash("blockHash");
  receipt.block_number = json.u64("blockNumber");
  receipt.transaction_index = json.u64("transactionIndex");
  receipt.succeeded = json.flag("status");
  for (const std::string_view text : json.array("logs")) {
    auto log = decode_log(text);
    if (!log) return std::move(log).error();
    if (log->block_hash != receipt.block_hash || log->transaction != receipt.transaction) {
      return unexpected("receipt", "logs of its own block and transaction");
    }
    receipt.logs.push_back(*std::move(log));
  }
  if (const Status status = json.finish(); !status) return status.error();
  return std::optional(std::move(receipt));
}

Result<std::vector<FoundLog>> decode_logs(std::string_view result, const LogFilter& filter) {
  if (rpc::kind_of(result) != rpc::JsonKind::array) return unexpected("logs", "an array");
  std::vector<FoundLog> logs;
  for (const std::string_view text : rpc::array_elements(result)) {
    auto log = decode_log(text);
    if (!log) return std::move(log).error();
    if (!fits(*log, filter)) return unexpected("logs", "only logs that the filter asks for");
    if (!logs.empty() && place(*log) <= place(logs.back())) {
      // The same once more says nothing new.
      if (*log == logs.back()) continue;
      return unexpected("logs", "the order of the chain, not log " + std::to_string(log->index) +
                                    " of block " + std::to_string(log->block_number) +
                                    " after log " + std::to_string(logs.back().index) +
                                    " of block " + std::to_string(logs.back().block_number));
    }
    logs.push_back(*std::move(log));
  }
  return logs;
}

}  // namespace kedge::ledger::evm
