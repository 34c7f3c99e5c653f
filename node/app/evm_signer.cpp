// SPDX-License-Identifier: Apache-2.0
#include "node/app/evm_signer.hpp"

#include "config/secret_file.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/eth_api.hpp"
#include "ledger/evm/signing_key.hpp"

namespace kedge::node {
namespace {

using namespace ledger::evm;

/// The whole file without the line feed at its end.
Result<std::string> read_secret(const std::string& file, const char* field) {
  if (file.empty()) return invalid_argument("expected a file", field);
  auto text = config::read_secret_file(file);
  if (!text) return std::move(text).error();
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  return text;
}

Result<crypto::SecretKey> load_key(const config::EvmLedgerSettings& settings) {
  if (settings.key_file.empty()) return invalid_argument("expected a file", "key_file");
  auto text = config::read_secret_file(settings.key_file);
  if (!text) return std::move(text).error();
  if (settings.signer == "key") {
    auto key = parse_plain_key(*text);
    secure_clear(text->data(), text->size());
    return key;
  }
  auto password = read_secret(settings.password_file, "password_file");
  if (!password) return std::move(password).error();
  auto key = open_keystore(*text, *password);
  secure_clear(password->data(), password->size());
  return key;
}

}  // namespace

Result<rpc::EndpointOptions> evm_endpoint_options(const config::EvmLedgerSettings& settings) {
  rpc::EndpointOptions options;
  options.call_timeout = settings.call_timeout;
  options.connection.ca_file = settings.ca_file;
  if (!settings.token_file.empty()) {
    auto token = read_secret(settings.token_file, "token_file");
    if (!token) return std::move(token).error();
    options.connection.token = *std::move(token);
  }
  return options;
}

Result<std::unique_ptr<Signer>> open_evm_signer(const config::EvmLedgerSettings& settings,
                                                const SigningPolicy& policy) {
  if (settings.signer != "remote") {
    auto key = load_key(settings);
    if (!key) return std::move(key).error();
    return make_key_signer(*std::move(key), policy);
  }
  const auto account = parse_address(settings.account);
  if (!account) return invalid_argument(account.error().message, "account");
  auto options = evm_endpoint_options(settings);
  if (!options) return std::move(options).error();
  auto endpoint = rpc::Endpoint::create(settings.signer_url, *std::move(options));
  if (!endpoint) return invalid_argument(endpoint.error().message, "signer_url");
  const std::shared_ptr<rpc::Endpoint> remote = *std::move(endpoint);
  const RpcCall call = [remote](std::string_view method,
                                std::string_view params) -> Result<std::string> {
    return EthApi(*remote).text(std::string(method), std::string(params));
  };
  return make_remote_signer(*account, call, policy);
}

}  // namespace kedge::node
