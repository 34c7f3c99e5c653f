// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/eth_api.hpp"

#include "ledger/evm/address.hpp"
#include "ledger/evm/eth_decode.hpp"
#include "ledger/evm/quantity.hpp"
#include "rpc/json_text.hpp"

namespace kedge::ledger::evm {
namespace {

std::string quoted(std::string_view plain) {
  return "\"" + std::string(plain) + "\"";
}

std::string list(std::initializer_list<std::string> elements) {
  std::string out;
  for (const std::string& element : elements) out += (out.empty() ? "[" : ",") + element;
  return out.empty() ? "[]" : out + "]";
}

std::string block_params(const BlockId& id) {
  return list({quoted(id.text()), "false"});
}

/// No block has this tag: some nodes say it with an error, some with null.
bool is_absent(const rpc::Answer& answer) {
  return answer.error.has_value() || rpc::trim_json(answer.result) == "null";
}

}  // namespace

BlockId BlockId::at(std::uint64_t number) {
  return BlockId(to_quantity(number));
}

std::string log_params(const LogFilter& filter) {
  std::string topics;
  for (const Hash& topic : filter.topics) {
    topics += (topics.empty() ? "" : ",") + quoted(to_data(topic));
  }
  return R"([{"address":)" + quoted(to_text(filter.address)) + R"(,"fromBlock":)" +
         quoted(to_quantity(filter.from_block)) + R"(,"toBlock":)" +
         quoted(to_quantity(filter.to_block)) + R"(,"topics":[)" + topics + "]}]";
}

Error EthApi::error_of(std::string_view method, const rpc::ServerError& error) const {
  return {Errc::unavailable, name() + ": " + std::string(method) + ": " + error.message +
                                 " (code " + std::to_string(error.code) + ")"};
}

Result<rpc::Answer> EthApi::ask(std::string method, std::string params) {
  const rpc::CallRequest request{.method = std::move(method), .params = std::move(params)};
  auto answers = remote_->call(std::span(&request, 1));
  if (!answers) return std::move(answers).error();
  return std::move(answers->front());
}

Result<std::string> EthApi::text(std::string method, std::string params) {
  auto answer = ask(method, std::move(params));
  if (!answer) return std::move(answer).error();
  if (answer->error) return error_of(method, *answer->error);
  return std::move(answer->result);
}

Result<std::uint64_t> EthApi::chain_id() {
  const auto result = text("eth_chainId", "[]");
  return result ? decode_u64(*result, "chain id") : result.error();
}

Result<Block> EthApi::block(const BlockId& id) {
  const auto result = text("eth_getBlockByNumber", block_params(id));
  return result ? decode_block(*result) : result.error();
}

Result<Bytes> EthApi::code(const Address& address, const BlockId& id) {
  const auto result = text("eth_getCode", list({quoted(to_text(address)), quoted(id.text())}));
  return result ? decode_data(*result, "code") : result.error();
}

Result<Word> EthApi::storage(const Address& address, const Word& slot, const BlockId& id) {
  const auto result =
      text("eth_getStorageAt",
           list({quoted(to_text(address)), quoted(to_data(slot)), quoted(id.text())}));
  return result ? decode_hash(*result, "storage") : result.error();
}

Result<Bytes> EthApi::call(const Address& to, ByteView data, const BlockId& id) {
  const std::string call =
      R"({"to":)" + quoted(to_text(to)) + R"(,"data":)" + quoted(to_data(data)) + "}";
  const auto result = text("eth_call", list({call, quoted(id.text())}));
  return result ? decode_data(*result, "call") : result.error();
}

Result<std::uint64_t> EthApi::nonce(const Address& account, const BlockId& id) {
  const auto result =
      text("eth_getTransactionCount", list({quoted(to_text(account)), quoted(id.text())}));
  return result ? decode_u64(*result, "nonce") : result.error();
}

Result<U256> EthApi::gas_price() {
  const auto result = text("eth_gasPrice", "[]");
  return result ? decode_u256(*result, "gas price") : result.error();
}

Result<U256> EthApi::priority_fee() {
  const auto result = text("eth_maxPriorityFeePerGas", "[]");
  return result ? decode_u256(*result, "priority fee") : result.error();
}

Result<std::optional<TransactionReceipt>> EthApi::receipt(const Hash& transaction) {
  const auto result = text("eth_getTransactionReceipt", list({quoted(to_data(transaction))}));
  return result ? decode_receipt(*result) : result.error();
}

Result<LogState> EthApi::log_state(const Address& contract, const Hash& log_id, const BlockId& id) {
  const auto answer = call(contract, encode_head_of(log_id), id);
  if (!answer) return answer.error();
  auto state = decode_head_of(*answer);
  if (state) return state;
  return Error{Errc::unavailable, name() + ": headOf: " + state.error().message};
}

Result<SendAnswer> EthApi::send_raw(ByteView raw, const Hash& hash) {
  const auto answer = ask("eth_sendRawTransaction", list({quoted(to_data(raw))}));
  if (!answer) return answer.error();
  if (answer->error) {
    return SendAnswer{classify(*answer->error), name() + ": " + answer->error->message};
  }
  const auto named = decode_hash(answer->result, "transaction hash");
  if (named && *named == hash) return SendAnswer{};
  return Error{Errc::unavailable, name() + " names another transaction than the one that was sent"};
}

Result<AccountView> EthApi::view(const Address& account, std::span<const Hash> transactions) {
  std::vector<rpc::CallRequest> requests;
  requests.push_back({"eth_getBlockByNumber", block_params(BlockId::latest())});
  requests.push_back({"eth_getBlockByNumber", block_params(BlockId::finalized())});
  requests.push_back(
      {"eth_getTransactionCount", list({quoted(to_text(account)), quoted("latest")})});
  for (const Hash& hash : transactions) {
    requests.push_back({"eth_getTransactionReceipt", list({quoted(to_data(hash))})});
    requests.push_back({"eth_getTransactionByHash", list({quoted(to_data(hash))})});
  }
  const auto answers = remote_->call(requests);
  if (!answers) return answers.error();
  constexpr std::size_t kFinalized = 1;
  for (std::size_t i = 0; i < answers->size(); ++i) {
    if (i == kFinalized || !(*answers)[i].error) continue;
    return error_of(requests[i].method, *(*answers)[i].error);
  }

  AccountView view;
  auto head = decode_block((*answers)[0].result);
  if (!head) return Error{Errc::unavailable, name() + ": " + head.error().message};
  view.head = *std::move(head);
  if (!is_absent((*answers)[kFinalized])) {
    const auto finalized = decode_block((*answers)[kFinalized].result);
    if (!finalized) return finalized.error();
    view.finalized = finalized->number;
  }
  const auto nonce = decode_u64((*answers)[2].result, "nonce");
  if (!nonce) return nonce.error();
  view.nonce = *nonce;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    auto receipt = decode_receipt((*answers)[3 + 2 * i].result);
    if (!receipt) return std::move(receipt).error();
    if (*receipt && (*receipt)->transaction != transactions[i]) {
      return Error{Errc::unavailable, name() + " gives the receipt of another transaction"};
    }
    view.receipts.push_back(*std::move(receipt));
    view.known.push_back(!is_absent((*answers)[4 + 2 * i]));
  }
  return view;
}

}  // namespace kedge::ledger::evm
