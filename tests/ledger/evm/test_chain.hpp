// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/signer.hpp"
#include "rpc/endpoint.hpp"

namespace kedge::ledger::evm::test {

/// What became of a transaction.
struct Mined {
  bool succeeded = false;
  std::uint64_t gas_used = 0;
  std::optional<Address> created;
  std::vector<EventLog> logs;
};

/// A development chain that mines at once, used by the few calls that tests of the contract need.
/// Throws where the chain does not answer as expected.
class TestChain {
 public:
  TestChain(const std::string& url, std::uint64_t chain_id);

  /// The address of a key of the development accounts.
  static Address account(std::size_t index);

  /// Signed by account `from`, sent, mined. Without a receiver: creates a contract.
  Mined send(std::size_t from, const std::optional<Address>& to, const Bytes& data,
             std::uint64_t value = 0);

  /// `eth_call`: the result.
  Bytes read(const Address& to, const Bytes& data);
  /// `eth_call` that must revert: the data of the revert.
  Bytes revert_data(std::size_t from, const Address& to, const Bytes& data,
                    std::uint64_t value = 0);

  Bytes code(const Address& address);
  Word storage(const Address& address, const Word& slot);
  /// The JSON text of a result.
  std::string call(const std::string& method, const std::string& params);

 private:
  nlohmann::json receipt_of(const std::string& hash);
  rpc::Answer ask(const std::string& method, const std::string& params);

  std::uint64_t chain_id_;
  std::unique_ptr<rpc::Endpoint> endpoint_;
  std::map<std::size_t, std::uint64_t> nonces_;
};

}  // namespace kedge::ledger::evm::test
