// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ledger/evm/types.hpp"

namespace kedge::ledger::evm {

/// The contract as this program knows it: `ledger/contracts/AnchorLog.json`, compiled in.
struct ContractCode {
  /// What a transaction sends that creates it.
  Bytes creation;
  /// Keccak-256 of `creation`.
  Hash creation_hash{};
  /// What then lies on the chain.
  Bytes runtime;
  /// Keccak-256 of `runtime`, the `codeHash` of the account.
  Hash runtime_hash{};
};

const ContractCode& anchor_log_code();

/// Success if `code`, from `eth_getCode`, is that of AnchorLog; else invalid_argument says what
/// lies at `address` instead. Nothing is written to any other contract.
Status check_contract_code(const Address& address, ByteView code);

/// The whole file, with the interface for other programs.
std::string_view anchor_log_json();

}  // namespace kedge::ledger::evm
