// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/receipt_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "ledger/evm/answer_fields.hpp"
#include "ledger/evm/header_json.hpp"

namespace kedge::ledger::evm {
namespace {

constexpr std::size_t kMaxLogs = 4096;
constexpr std::size_t kDepth = 8;

EventLog read_log(const nlohmann::json& value, const std::string& path, Status& status) {
  AnswerFields in(value, path, status);
  EventLog log;
  log.address = in.address("address");
  for (const Bytes& topic : in.data_list("topics", kMaxTopics, sizeof(Hash))) {
    if (topic.size() != sizeof(Hash)) in.refuse("expected 32 octets each", "topics");
    std::copy(topic.begin(), topic.end(), log.topics.emplace_back().begin());
  }
  log.data = in.data("data", kMaxReceipt);
  return log;
}

}  // namespace

Result<IndexedReceipt> receipt_from_json(const nlohmann::json& value, const std::string& path) {
  Status status;
  AnswerFields in(value, path, status);
  IndexedReceipt out;
  out.transaction_index = in.u64("transactionIndex");
  const std::uint64_t type = in.has("type") ? in.u64("type") : 0;
  if (type > 0x7f) in.refuse("expected at most 0x7f", "type");
  out.receipt.type = static_cast<std::uint8_t>(type);
  if (in.has("status")) {
    const std::uint64_t succeeded = in.u64("status");
    if (succeeded > 1) in.refuse("expected 0x0 or 0x1", "status");
    out.receipt.outcome = succeeded == 1;
  } else {
    out.receipt.outcome = in.hash("root");
  }
  out.receipt.cumulative_gas = in.u64("cumulativeGasUsed");
  std::size_t index = 0;
  for (const nlohmann::json* log : in.list("logs", kMaxLogs)) {
    const std::string log_path = in.path_of("logs") + "[" + std::to_string(index++) + "]";
    out.receipt.logs.push_back(read_log(*log, log_path, status));
  }
  const Bytes bloom = in.data("logsBloom", sizeof(Bloom));
  if (!std::ranges::equal(bloom, logs_bloom(out.receipt.logs))) {
    in.refuse("expected the filter of the logs", "logsBloom");
  }
  if (!status) return status.error();
  return out;
}

Result<std::vector<IndexedReceipt>> receipts_from_answer(std::string_view json) {
  const auto value = crypto::parse_json(json, {.max_bytes = kMaxAnswer, .max_depth = kDepth});
  if (!value) return value.error();
  if (!value->is_array() || value->size() > kMaxReceipts) {
    return invalid_argument("expected a list of at most " + std::to_string(kMaxReceipts));
  }
  std::vector<IndexedReceipt> out;
  for (const nlohmann::json& element : *value) {
    auto receipt = receipt_from_json(element, "[" + std::to_string(out.size()) + "]");
    if (!receipt) return receipt.error();
    out.push_back(*std::move(receipt));
  }
  return out;
}

Result<IndexedReceipt> receipt_from_answer(std::string_view json) {
  const auto value = crypto::parse_json(json, {.max_bytes = kMaxAnswer, .max_depth = kDepth});
  if (!value) return value.error();
  return receipt_from_json(*value, "");
}

}  // namespace kedge::ledger::evm
