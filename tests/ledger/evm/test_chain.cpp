// SPDX-License-Identifier: Apache-2.0
#include "tests/ledger/evm/test_chain.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"
#include "tests/support/devnet.hpp"

namespace kedge::ledger::evm::test {
namespace {

using nlohmann::json;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

crypto::SecretKey key_of(std::size_t index) {
  return must(crypto::SecretKey::from_bytes(
      crypto::KeyType::secp256k1, must(crypto::from_hex(kedge::test::Devnet::secret(index)))));
}

std::string text_of(const json& value) {
  return value.get<std::string>();
}

}  // namespace

TestChain::TestChain(const std::string& url, std::uint64_t chain_id)
    : chain_id_(chain_id), endpoint_(must(rpc::Endpoint::create(url, {}))) {}

Address TestChain::account(std::size_t index) {
  return address_of(key_of(index).public_key());
}

std::string TestChain::call(const std::string& method, const std::string& params) {
  rpc::Answer answer = ask(method, params);
  if (answer.error) throw std::runtime_error(method + ": " + answer.error->message);
  return std::move(answer.result);
}

rpc::Answer TestChain::ask(const std::string& method, const std::string& params) {
  const rpc::CallRequest request{method, params};
  return std::move(must(endpoint_->call({&request, 1})).front());
}

json TestChain::receipt_of(const std::string& hash) {
  // The answer to a transaction does not wait for its block.
  for (int tries = 0; tries < 1000; ++tries) {
    json receipt =
        must(crypto::parse_json(call("eth_getTransactionReceipt", json::array({hash}).dump())));
    if (!receipt.is_null()) return receipt;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("the transaction was not mined");
}

Mined TestChain::send(std::size_t from, const std::optional<Address>& to, const Bytes& data,
                      std::uint64_t value) {
  Transaction transaction;
  transaction.chain_id = chain_id_;
  transaction.nonce = nonces_[from]++;
  transaction.gas_limit = 3'000'000;
  transaction.to = to;
  transaction.value = U256(value);
  transaction.data = data;
  const auto signature = must(crypto::sign_recoverable(key_of(from), signing_hash(transaction)));
  const SignedTransaction made = must(assemble(transaction, signature));
  const json sent = json::array({to_data(made.raw)});
  const json hash = must(crypto::parse_json(call("eth_sendRawTransaction", sent.dump())));
  if (text_of(hash) != to_data(made.hash)) throw std::runtime_error("another hash");
  const json receipt = receipt_of(to_data(made.hash));
  Mined mined;
  mined.succeeded = text_of(receipt.at("status")) == "0x1";
  mined.gas_used = must(u64_from_quantity(text_of(receipt.at("gasUsed"))));
  if (receipt.at("contractAddress").is_string()) {
    mined.created = must(parse_address(text_of(receipt.at("contractAddress"))));
  }
  for (const json& element : receipt.at("logs")) {
    EventLog& log = mined.logs.emplace_back();
    log.address = must(parse_address(text_of(element.at("address"))));
    for (const json& topic : element.at("topics")) {
      log.topics.push_back(must(hash_from_data(text_of(topic))));
    }
    log.data = must(bytes_from_data(text_of(element.at("data"))));
  }
  return mined;
}

Bytes TestChain::read(const Address& to, const Bytes& data) {
  const json request = {{"to", to_text(to)}, {"data", to_data(data)}};
  const json result =
      must(crypto::parse_json(call("eth_call", json::array({request, "latest"}).dump())));
  return must(bytes_from_data(text_of(result)));
}

Bytes TestChain::revert_data(std::size_t from, const Address& to, const Bytes& data,
                             std::uint64_t value) {
  const json request = {{"from", to_text(account(from))},
                        {"to", to_text(to)},
                        {"data", to_data(data)},
                        {"value", to_quantity(value)}};
  const rpc::Answer answer = ask("eth_call", json::array({request, "latest"}).dump());
  if (!answer.error) throw std::runtime_error("the call did not revert");
  if (answer.error->data.empty()) return {};
  return must(bytes_from_data(text_of(must(crypto::parse_json(answer.error->data)))));
}

Bytes TestChain::code(const Address& address) {
  const json params = json::array({to_text(address), "latest"});
  return must(
      bytes_from_data(text_of(must(crypto::parse_json(call("eth_getCode", params.dump()))))));
}

Word TestChain::storage(const Address& address, const Word& slot) {
  const json params = json::array({to_text(address), to_data(slot), "latest"});
  return must(
      hash_from_data(text_of(must(crypto::parse_json(call("eth_getStorageAt", params.dump()))))));
}

}  // namespace kedge::ledger::evm::test
