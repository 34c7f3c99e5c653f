// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "crypto/keys.hpp"
#include "ledger/evm/transaction.hpp"

/// Who signs a node's transactions, and what may be signed at all.
namespace kedge::ledger::evm {

/// What a key may be used for. Everything else is refused before the key is touched.
struct SigningPolicy {
  /// Never 0: nothing is signed that holds on every chain.
  std::uint64_t chain_id = 0;
  /// The only receiver. nullopt: only the creation of a contract from `creation_code`.
  std::optional<Address> contract;
  /// Keccak-256 of the only code that a contract may be created from; without a contract.
  Hash creation_code{};
  /// Bounds, inclusive.
  std::uint64_t max_gas = 100'000;
  /// Of the price of a unit of gas, in wei.
  U256 max_gas_price;
};

/// Success if the policy allows the transaction to be signed; else unauthorized with the field.
/// Value must be zero and the access list empty.
Status check_policy(const SigningPolicy& policy, const Transaction& transaction);

/// A key that signs within a policy. Called by one thread at a time.
class Signer {
 public:
  explicit Signer(SigningPolicy policy) : policy_(policy) {}
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;
  virtual ~Signer() = default;

  [[nodiscard]] virtual const Address& address() const = 0;
  [[nodiscard]] const SigningPolicy& policy() const { return policy_; }

  /// The policy first, then the signature, then that it is this signer's over exactly this
  /// transaction, whoever made it. What the policy forbids is unauthorized.
  Result<SignedTransaction> sign(const Transaction& transaction);

 protected:
  /// Whatever comes back is checked by `sign`.
  virtual Result<SignedTransaction> make(const Transaction& transaction) = 0;

 private:
  SigningPolicy policy_;
};

/// With a key in memory. The same transaction gives the same octets (RFC 6979). Throws
/// std::invalid_argument for a key that is not of secp256k1.
std::unique_ptr<Signer> make_key_signer(crypto::SecretKey key, const SigningPolicy& policy);

/// One JSON-RPC call: the name of the method and the text of its `params`, for the text of the
/// result. Its errors are passed on.
using RpcCall =
    std::function<Result<std::string>(std::string_view method, std::string_view params)>;

/// With a key that another program holds, over `eth_signTransaction` (Web3Signer, Clef, Besu's
/// EthSigner). The raw transaction that comes back is decoded and compared field by field. `call`
/// may block; the caller bounds its time.
std::unique_ptr<Signer> make_remote_signer(const Address& address, RpcCall call,
                                           const SigningPolicy& policy);

}  // namespace kedge::ledger::evm
