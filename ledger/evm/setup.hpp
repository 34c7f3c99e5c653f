// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "ledger/evm/eth_api.hpp"
#include "ledger/evm/signer.hpp"

/// What is done once, before a node can anchor to a chain: the contract is put there, and a log is
/// opened in it. Each sends one transaction and blocks until it is in a block; whoever wants to be
/// sure that it stays there waits for the chain's finality and looks again.
namespace kedge::ledger::evm {

struct SetupOptions {
  std::uint64_t chain_id = 0;
  /// Wei for a unit of gas; zero where gas is free.
  U256 gas_price = {};
  /// How long to wait for the block.
  std::chrono::milliseconds patience{120'000};
};

/// Deploying takes about 530,000 (ledger/contracts/README.md), a third more before Berlin's rules.
inline constexpr std::uint64_t kDeployGas = 800'000;
/// Opening a log takes about 68,000.
inline constexpr std::uint64_t kOpenGas = 100'000;

struct DeployedContract {
  Address contract{};
  Hash transaction{};
  std::uint64_t block = 0;
};

struct OpenedLog {
  Hash log_id{};
  Hash transaction{};
  /// Nothing of the log stands in an earlier block.
  std::uint64_t block = 0;
};

/// What may be signed for each: nothing else.
SigningPolicy deploy_policy(const SetupOptions& options);
SigningPolicy open_policy(const SetupOptions& options, const Address& contract);

/// Puts AnchorLog on the chain; its code is read back. invalid_argument if it is another chain,
/// unavailable if the node refuses or no block comes in time: then the message names the
/// transaction, which may still be mined.
Result<DeployedContract> deploy_contract(EthApi& api, Signer& signer, const SetupOptions& options);

/// Opens the signer's log of this salt. Before anything is signed, invalid_argument if the code at
/// the address is not AnchorLog's, already_exists if there is such a log.
Result<OpenedLog> open_log(EthApi& api, Signer& signer, const Address& contract, const Hash& salt,
                           const SetupOptions& options);

}  // namespace kedge::ledger::evm
