// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/setup.hpp"

#include <thread>

#include "ledger/evm/address.hpp"
#include "ledger/evm/contract_code.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPollInterval{200};

Status check_chain(EthApi& api, std::uint64_t expected) {
  const auto found = api.chain_id();
  if (!found) return found.error();
  if (*found == expected) return {};
  return invalid_argument(
      "the node is on chain " + std::to_string(*found) + ", expected " + std::to_string(expected),
      "chain_id");
}

SigningPolicy policy_of(const SetupOptions& options, std::uint64_t gas) {
  SigningPolicy policy;
  policy.chain_id = options.chain_id;
  policy.max_gas = gas;
  policy.max_gas_price = options.gas_price;
  return policy;
}

Result<TransactionReceipt> wait_for(EthApi& api, const Hash& transaction,
                                    std::chrono::milliseconds patience) {
  const Clock::time_point end = Clock::now() + patience;
  std::string trouble = "the transaction is in no block yet";
  do {
    auto receipt = api.receipt(transaction);
    if (receipt && *receipt) return **std::move(receipt);
    if (!receipt) trouble = receipt.error().message;
    std::this_thread::sleep_for(kPollInterval);
  } while (Clock::now() < end);
  return Error{Errc::unavailable, "gave up waiting for " + to_data(transaction) +
                                      ", which may still be mined: " + trouble};
}

/// Signs, sends, waits.
Result<TransactionReceipt> carry_out(EthApi& api, Signer& signer, const Transaction& transaction,
                                     const SetupOptions& options) {
  const auto made = signer.sign(transaction);
  if (!made) return made.error();
  const auto sent = api.send_raw(made->raw, made->hash);
  if (!sent) return sent.error();
  if (sent->refusal && *sent->refusal != AnswerClass::already_known) {
    return Error{Errc::unavailable, api.name() + " refuses the transaction: " + sent->message};
  }
  auto receipt = wait_for(api, made->hash, options.patience);
  if (receipt && !receipt->succeeded) {
    return Error{Errc::unavailable, "the transaction " + to_data(made->hash) + " was reverted"};
  }
  return receipt;
}

Result<Transaction> next_transaction(EthApi& api, const Signer& signer,
                                     const SetupOptions& options) {
  const auto nonce = api.nonce(signer.address(), BlockId::latest());
  if (!nonce) return nonce.error();
  Transaction transaction;
  transaction.chain_id = options.chain_id;
  transaction.nonce = *nonce;
  transaction.gas_price = options.gas_price;
  return transaction;
}

Status check_code(EthApi& api, const Address& contract) {
  const auto code = api.code(contract, BlockId::latest());
  if (!code) return code.error();
  return check_contract_code(contract, *code);
}

Status check_opened(const TransactionReceipt& receipt, const Address& contract,
                    const OpenedEvent& expected) {
  for (const FoundLog& found : receipt.logs) {
    if (found.log.address != contract) continue;
    const auto event = decode_opened(found.log);
    if (event && *event == expected) return {};
  }
  return Error{Errc::unavailable, "the receipt of " + to_data(receipt.transaction) +
                                      " does not say that the log was opened"};
}

}  // namespace

SigningPolicy deploy_policy(const SetupOptions& options) {
  SigningPolicy policy = policy_of(options, kDeployGas);
  policy.creation_code = anchor_log_code().creation_hash;
  return policy;
}

SigningPolicy open_policy(const SetupOptions& options, const Address& contract) {
  SigningPolicy policy = policy_of(options, kOpenGas);
  policy.contract = contract;
  return policy;
}

Result<DeployedContract> deploy_contract(EthApi& api, Signer& signer, const SetupOptions& options) {
  const Status chain = check_chain(api, options.chain_id);
  if (!chain) return chain.error();
  auto transaction = next_transaction(api, signer, options);
  if (!transaction) return transaction.error();
  transaction->gas_limit = kDeployGas;
  transaction->data = anchor_log_code().creation;
  const auto receipt = carry_out(api, signer, *transaction, options);
  if (!receipt) return receipt.error();
  const Address contract = created_address(signer.address(), transaction->nonce);
  const Status code = check_code(api, contract);
  if (!code) return code.error();
  return DeployedContract{contract, receipt->transaction, receipt->block_number};
}

Result<OpenedLog> open_log(EthApi& api, Signer& signer, const Address& contract, const Hash& salt,
                           const SetupOptions& options) {
  const Status chain = check_chain(api, options.chain_id);
  if (!chain) return chain.error();
  const Status code = check_code(api, contract);
  if (!code) return code.error();
  const Hash log_id = log_id_of(options.chain_id, contract, signer.address(), salt);
  const auto state = api.log_state(contract, log_id, BlockId::latest());
  if (!state) return state.error();
  if (state->controller != Address{}) {
    return Error{Errc::already_exists, "there is a log of this salt: " + to_data(log_id), "salt"};
  }
  auto transaction = next_transaction(api, signer, options);
  if (!transaction) return transaction.error();
  transaction->gas_limit = kOpenGas;
  transaction->to = contract;
  transaction->data = encode_open(salt);
  const auto receipt = carry_out(api, signer, *transaction, options);
  if (!receipt) return receipt.error();
  const Status opened = check_opened(*receipt, contract, {log_id, signer.address()});
  if (!opened) return opened.error();
  return OpenedLog{log_id, receipt->transaction, receipt->block_number};
}

}  // namespace kedge::ledger::evm
