// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_chain.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/keccak.hpp"
#include "ledger/evm/abi.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/anchor_plan.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::test {
namespace {

using namespace ledger::evm;
using nlohmann::json;

constexpr std::uint64_t kBlockSeconds = 2;
constexpr std::uint64_t kGenesisTime = 1'700'000'000;

rpc::Answer result(const json& value) {
  return {.result = value.dump(), .error = std::nullopt};
}

rpc::Answer error(int code, std::string message) {
  return {.result = {}, .error = rpc::ServerError{.code = code, .message = std::move(message)}};
}

}  // namespace

FakeChain::FakeChain(std::uint64_t chain_id, Address contract, Hash log_id, Address controller,
                     Bytes code)
    : chain_id_(chain_id), contract_(contract), log_id_(log_id), code_(std::move(code)) {
  state_ = {.head = log_id, .controller = controller, .seq = 0, .time = kGenesisTime};
}

Hash FakeChain::block_hash(std::uint64_t number) const {
  std::string text;
  for (std::uint64_t i = 0; i <= number; ++i) text += std::to_string(blocks_[i].salt) + "/";
  return crypto::keccak256(as_bytes(text));
}

void FakeChain::execute(std::uint64_t block, const Transaction& transaction) {
  ++nonces_[transaction.sender];
  Mined& mined = mined_[transaction.hash];
  mined.block = block;
  const auto call = decode_anchor(transaction.transaction.data);
  const bool ours = transaction.transaction.to == contract_ && call && call->log_id == log_id_;
  if (!ours || transaction.sender != state_.controller || call->prev_head != state_.head) return;
  mined.succeeded = true;
  state_.seq += 1;
  state_.head = next_head(call->prev_head, state_.seq, call->root, call->size);
  state_.time = kGenesisTime + block * kBlockSeconds;
  mined.events.push_back({log_id_, state_.seq, call->root, call->size, state_.head});
}

void FakeChain::replay() {
  state_.head = log_id_;
  state_.seq = 0;
  nonces_.clear();
  mined_.clear();
  for (std::uint64_t number = 0; number < blocks_.size(); ++number) {
    for (const Transaction& transaction : blocks_[number].transactions) {
      execute(number, transaction);
    }
  }
}

void FakeChain::force(const Transaction& transaction) {
  blocks_.push_back({next_salt_++, {transaction}});
  pool_.erase(transaction.hash);
  execute(height(), transaction);
}

void FakeChain::mine() {
  blocks_.push_back({next_salt_++, {}});
  for (bool found = true; found;) {
    found = false;
    for (const auto& [hash, transaction] : pool_) {
      if (transaction.transaction.nonce != nonce(transaction.sender)) continue;
      blocks_.back().transactions.push_back(transaction);
      execute(height(), transaction);
      found = true;
      break;
    }
    std::erase_if(pool_, [&](const auto& entry) {
      return entry.second.transaction.nonce < nonce(entry.second.sender);
    });
  }
}

void FakeChain::mine_empty(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) blocks_.push_back({next_salt_++, {}});
}

void FakeChain::reorganise(std::size_t depth) {
  blocks_.resize(blocks_.size() - depth);
  mine_empty(depth + 1);
  replay();
}

void FakeChain::anchor_from_elsewhere(const Hash& root, std::uint64_t size) {
  mine_empty(1);
  state_.seq += 1;
  state_.head = next_head(state_.head, state_.seq, root, size);
  state_.time = kGenesisTime + height() * kBlockSeconds;
  Mined& mined = mined_[crypto::keccak256(state_.head)];
  mined = {height(), true, {{log_id_, state_.seq, root, size, state_.head}}};
}

std::uint64_t FakeChain::nonce(const Address& account) const {
  const auto own = nonces_.find(account);
  const auto others = foreign_.find(account);
  return (own == nonces_.end() ? 0 : own->second) + (others == foreign_.end() ? 0 : others->second);
}

std::vector<CheckpointEvent> FakeChain::checkpoints() const {
  std::vector<CheckpointEvent> out;
  for (const auto& [hash, mined] : mined_) {
    out.insert(out.end(), mined.events.begin(), mined.events.end());
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
  return out;
}

rpc::Answer FakeChain::send(const std::string& raw) {
  const auto bytes = bytes_from_data(raw);
  const auto transaction = bytes ? decode_transaction(*bytes) : bytes.error();
  if (!transaction) return error(-32000, "rlp: " + transaction.error().message);
  const auto& inner = transaction->transaction;
  if (inner.chain_id != chain_id_) return error(-32000, "invalid chain id for signer");
  if (pool_.contains(transaction->hash)) return error(-32000, "already known");
  if (inner.nonce < nonce(transaction->sender)) return error(-32000, "nonce too low");
  if (inner.gas_price < U256(min_price_)) return error(-32000, "transaction underpriced");
  for (const auto& [hash, other] : pool_) {
    if (other.sender != transaction->sender || other.transaction.nonce != inner.nonce) continue;
    const auto wanted = scale_up(other.transaction.gas_price, 110, 100);
    if (other.transaction.gas_price.is_zero() || inner.gas_price < *wanted) {
      return error(-32000, "replacement transaction underpriced");
    }
    pool_.erase(hash);
    break;
  }
  pool_[transaction->hash] = *transaction;
  return result(to_data(transaction->hash));
}

std::string FakeChain::block_json(const std::string& tag) const {
  std::uint64_t number = height();
  if (tag == "finalized") {
    if (height() < final_lag_) return "null";
    number = height() - final_lag_;
  } else if (tag != "latest") {
    number = *u64_from_quantity(tag);
    if (number > height()) return "null";
  }
  return json{{"number", to_quantity(number)},
              {"hash", to_data(block_hash(number))},
              {"parentHash", to_data(number == 0 ? Hash{} : block_hash(number - 1))},
              {"timestamp", to_quantity(kGenesisTime + number * kBlockSeconds)},
              {"baseFeePerGas", to_quantity(min_price_ / 2)}}
      .dump();
}

std::string FakeChain::log_json(const Hash& transaction, const Mined& mined,
                                const CheckpointEvent& event) const {
  abi::Writer data;
  data.put(event.size).put(event.head);
  return json{{"address", to_text(contract_)},
              {"topics",
               {to_data(checkpoint_topic()), to_data(event.log_id), to_data(abi::word(event.seq)),
                to_data(event.root)}},
              {"data", to_data(data.take())},
              {"blockNumber", to_quantity(mined.block)},
              {"blockHash", to_data(block_hash(mined.block))},
              {"transactionHash", to_data(transaction)},
              {"transactionIndex", "0x0"},
              {"logIndex", "0x0"},
              {"removed", false}}
      .dump();
}

std::string FakeChain::receipt_json(const std::string& hash) const {
  const auto found = mined_.find(*hash_from_data(hash));
  if (found == mined_.end()) return "null";
  const Mined& mined = found->second;
  json logs = json::array();
  for (const CheckpointEvent& event : mined.events) {
    logs.push_back(json::parse(log_json(found->first, mined, event)));
  }
  return json{{"transactionHash", hash},
              {"blockHash", to_data(block_hash(mined.block))},
              {"blockNumber", to_quantity(mined.block)},
              {"transactionIndex", "0x0"},
              {"status", mined.succeeded ? "0x1" : "0x0"},
              {"logs", logs}}
      .dump();
}

std::string FakeChain::logs_json(const std::string& params) const {
  const json filter = json::parse(params).at(0);
  const auto from = *u64_from_quantity(filter.at("fromBlock").get<std::string>());
  const auto to = *u64_from_quantity(filter.at("toBlock").get<std::string>());
  std::map<std::uint64_t, json> logs;
  for (const auto& [hash, mined] : mined_) {
    if (mined.block < from || mined.block > to) continue;
    for (const CheckpointEvent& event : mined.events) {
      const json log = json::parse(log_json(hash, mined, event));
      bool fits = true;
      for (std::size_t i = 0; i < filter.at("topics").size(); ++i) {
        fits = fits && filter.at("topics")[i] == log.at("topics")[i];
      }
      if (fits) logs[event.seq] = log;
    }
  }
  json out = json::array();
  for (const auto& [seq, log] : logs) out.push_back(log);
  return out.dump();
}

rpc::Answer FakeChain::answer(const rpc::CallRequest& request) {
  const json params = json::parse(request.params);
  const auto text = [&](std::size_t index) { return params.at(index).get<std::string>(); };
  const auto raw = [](std::string value) {
    return rpc::Answer{.result = std::move(value), .error = std::nullopt};
  };
  const std::string& method = request.method;
  if (method == "eth_chainId") return result(to_quantity(chain_id_));
  if (method == "eth_getBlockByNumber") return raw(block_json(text(0)));
  if (method == "eth_getCode") return result(to_data(code_));
  if (method == "eth_gasPrice") return result(to_quantity(std::max<std::uint64_t>(min_price_, 1)));
  if (method == "eth_maxPriorityFeePerGas") return result(to_quantity(std::uint64_t{1}));
  if (method == "eth_getLogs") return raw(logs_json(request.params));
  if (method == "eth_getTransactionReceipt") return raw(receipt_json(text(0)));
  if (method == "eth_getTransactionByHash") {
    const Hash hash = *hash_from_data(text(0));
    return raw(pool_.contains(hash) || mined_.contains(hash) ? "{}" : "null");
  }
  if (method == "eth_getTransactionCount") {
    std::uint64_t next = nonce(*parse_address(text(0)));
    if (text(1) == "pending") next += pool_.size();
    return result(to_quantity(next));
  }
  if (method == "eth_call") {
    abi::Writer words;
    words.put(state_.head).put(state_.controller).put(state_.seq).put(state_.time);
    return result(to_data(words.take()));
  }
  if (method == "eth_sendRawTransaction") return send(text(0));
  return error(-32601, "the method " + method + " does not exist");
}

Result<std::vector<rpc::Answer>> FakeNode::call(std::span<const rpc::CallRequest> requests) {
  ++calls_;
  const Error lost{Errc::unavailable, name_ + ": no answer"};
  const bool fails = calls_ == fail_at_;
  if (down_ || (fails && !fail_after_)) return lost;
  std::vector<rpc::Answer> answers;
  for (const rpc::CallRequest& request : requests) {
    if (request.method == "eth_sendRawTransaction") ++sends_;
    answers.push_back(chain_->answer(request));
    if (twist_) twist_(request, answers.back());
  }
  if (fails) return lost;
  return answers;
}

}  // namespace kedge::test
