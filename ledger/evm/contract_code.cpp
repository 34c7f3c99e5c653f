// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/contract_code.hpp"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "crypto/keccak.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

ContractCode read_code() {
  const auto json = crypto::parse_json(anchor_log_json());
  if (!json) throw std::logic_error("AnchorLog.json: " + json.error().message);
  const auto octets = [&](const char* name) {
    auto bytes = bytes_from_data(json->at(name).get_ref<const std::string&>());
    if (!bytes) throw std::logic_error(std::string("AnchorLog.json: ") + name);
    return *std::move(bytes);
  };
  ContractCode code;
  code.creation = octets("creation");
  code.creation_hash = crypto::keccak256(code.creation);
  code.runtime = octets("runtime");
  code.runtime_hash = crypto::keccak256(code.runtime);
  return code;
}

}  // namespace

const ContractCode& anchor_log_code() {
  static const ContractCode code = read_code();
  return code;
}

Status check_contract_code(const Address& address, ByteView code) {
  const ContractCode& known = anchor_log_code();
  if (std::equal(code.begin(), code.end(), known.runtime.begin(), known.runtime.end())) return {};
  if (code.empty()) {
    return invalid_argument(
        "there is no contract at " + to_checksum_text(address) + " on this chain", "contract");
  }
  return invalid_argument(
      "the contract at " + to_checksum_text(address) + " is not AnchorLog: its code hashes to " +
          to_data(crypto::keccak256(code)) + ", expected " + to_data(known.runtime_hash),
      "contract");
}

}  // namespace kedge::ledger::evm
