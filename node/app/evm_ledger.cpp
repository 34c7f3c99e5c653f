// SPDX-License-Identifier: Apache-2.0
#include "node/app/evm_ledger.hpp"

#include "ledger/evm/address.hpp"
#include "ledger/evm/anchor_record.hpp"
#include "ledger/evm/contract_code.hpp"
#include "ledger/evm/evm_ledger.hpp"
#include "ledger/evm/quantity.hpp"
#include "node/app/evm_signer.hpp"

namespace kedge::node {
namespace {

using namespace ledger::evm;

Result<Address> address_of(const std::string& text, const char* field) {
  auto address = parse_address(text);
  if (!address) return invalid_argument(address.error().message, field);
  return address;
}

Result<std::vector<std::unique_ptr<rpc::Remote>>> make_remotes(
    const config::EvmLedgerSettings& settings) {
  if (settings.urls.empty()) return invalid_argument("expected at least one URL", "urls");
  if (settings.chain_id == 0) return invalid_argument("expected the chain's number", "chain_id");
  auto options = evm_endpoint_options(settings);
  if (!options) return std::move(options).error();
  options->greeting = chain_greeting(settings.chain_id);
  std::vector<std::unique_ptr<rpc::Remote>> remotes;
  for (const std::string& url : settings.urls) {
    auto endpoint = rpc::Endpoint::create(url, *options);
    if (!endpoint) return std::move(endpoint).error();
    remotes.push_back(*std::move(endpoint));
  }
  return remotes;
}

/// nullptr where none is configured.
Result<std::unique_ptr<rpc::Subscription>> make_heads(const config::EvmLedgerSettings& settings) {
  if (settings.ws_url.empty()) return std::unique_ptr<rpc::Subscription>();
  const auto endpoint = evm_endpoint_options(settings);
  if (!endpoint) return endpoint.error();
  rpc::SubscriptionOptions options;
  options.ca_file = endpoint->connection.ca_file;
  options.token = endpoint->connection.token;
  auto heads = rpc::Subscription::create(settings.ws_url, std::move(options));
  if (!heads) return invalid_argument(heads.error().message, "ws_url");
  return heads;
}

FeeRules fees_of(const config::EvmLedgerSettings& settings) {
  FeeRules fees;
  fees.mode = settings.fees == "zero"     ? FeeMode::zero
              : settings.fees == "legacy" ? FeeMode::legacy
                                          : FeeMode::dynamic;
  fees.gas_price = settings.gas_price;
  fees.priority_fee = settings.priority_fee;
  fees.max_gas_price = settings.max_gas_price;
  fees.gas_limit = settings.gas_limit;
  fees.bump_after = settings.bump_after;
  return fees;
}

Result<EvmOptions> options_of(const config::LedgerSettings& settings) {
  const config::EvmLedgerSettings& evm = settings.evm;
  const auto contract = address_of(evm.contract, "contract");
  if (!contract) return contract.error();
  const auto log_id = hash_from_data(evm.log_id);
  if (!log_id) return invalid_argument(log_id.error().message, "log_id");
  EvmOptions options;
  options.name = settings.name;
  options.chain_id = evm.chain_id;
  options.contract = *contract;
  options.log_id = *log_id;
  options.code_hash = anchor_log_code().runtime_hash;
  options.first_block = evm.first_block;
  options.fees = fees_of(evm);
  options.finality = evm.finality == "depth"       ? FinalityRule::depth
                     : evm.finality == "finalized" ? FinalityRule::finalized
                                                   : FinalityRule::bft;
  options.depth = evm.depth;
  options.agree = evm.agree;
  return options;
}

Result<std::vector<Address>> validators_of(const config::EvmLedgerSettings& settings) {
  std::vector<Address> out;
  for (const std::string& text : settings.validators) {
    const auto address = address_of(text, "validators");
    if (!address) return address.error();
    out.push_back(*address);
  }
  if (out.empty() && settings.finality == "bft") {
    return invalid_argument("expected the validators whose seals make a block final", "validators");
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<ledger::Ledger>> open_evm_ledger(const config::LedgerSettings& settings,
                                                        const Clock& clock) {
  auto options = options_of(settings);
  if (!options) return std::move(options).error();
  auto validators = validators_of(settings.evm);
  if (!validators) return std::move(validators).error();
  auto remotes = make_remotes(settings.evm);
  if (!remotes) return std::move(remotes).error();
  auto heads = make_heads(settings.evm);
  if (!heads) return std::move(heads).error();
  SigningPolicy policy;
  policy.chain_id = options->chain_id;
  policy.contract = options->contract;
  policy.max_gas = options->fees.gas_limit;
  policy.max_gas_price = options->fees.max_gas_price;
  auto signer = open_evm_signer(settings.evm, policy);
  if (!signer) return std::move(signer).error();
  EvmHooks hooks;
  hooks.now_ms = [&clock] { return clock.unix_ms(); };
  hooks.make_record = [known = *options](EthApi& api, const MinedAnchor& mined) {
    return make_anchor_record(known, api, mined);
  };
  hooks.check_seals = seals_of(*std::move(validators));
  auto ledger = std::make_unique<EvmLedger>(*std::move(options), *std::move(remotes),
                                            *std::move(signer), std::move(hooks));
  ledger->hear_of_blocks(*std::move(heads));
  return std::unique_ptr<ledger::Ledger>(std::move(ledger));
}

}  // namespace kedge::node
