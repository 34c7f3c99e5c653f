// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/signer.hpp"

#include "crypto/keccak.hpp"
#include "ledger/evm/address.hpp"

namespace kedge::ledger::evm {
namespace {

Error forbidden(std::string message, std::string field) {
  return {Errc::unauthorized, "refused to sign: " + std::move(message), std::move(field)};
}

Status check_target(const SigningPolicy& policy, const Transaction& transaction) {
  if (policy.contract) {
    if (transaction.to == policy.contract) return {};
    return forbidden("the receiver is not the configured contract " + to_text(*policy.contract),
                     "to");
  }
  if (transaction.to) return forbidden("only a contract may be created", "to");
  if (crypto::keccak256(transaction.data) == policy.creation_code) return {};
  return forbidden("the code is not that of the contract", "data");
}

class KeySigner final : public Signer {
 public:
  KeySigner(crypto::SecretKey key, const SigningPolicy& policy)
      : Signer(policy), key_(std::move(key)), address_(address_of(key_.public_key())) {}

  [[nodiscard]] const Address& address() const override { return address_; }

 protected:
  Result<SignedTransaction> make(const Transaction& transaction) override {
    const auto signature = crypto::sign_recoverable(key_, signing_hash(transaction));
    if (!signature) return signature.error();
    return assemble(transaction, *signature);
  }

 private:
  crypto::SecretKey key_;
  Address address_;
};

}  // namespace

Status check_policy(const SigningPolicy& policy, const Transaction& transaction) {
  if (policy.chain_id == 0 || transaction.chain_id != policy.chain_id) {
    return forbidden("the chain is not the configured one", "chain_id");
  }
  if (!transaction.value.is_zero()) return forbidden("ether would be sent", "value");
  if (transaction.gas_limit > policy.max_gas) {
    return forbidden("more gas than " + std::to_string(policy.max_gas), "gas_limit");
  }
  if (transaction.gas_price > policy.max_gas_price) {
    return forbidden("the price of gas is above its cap", "gas_price");
  }
  if (!transaction.access_list.empty()) return forbidden("it has an access list", "access_list");
  return check_target(policy, transaction);
}

Result<SignedTransaction> Signer::sign(const Transaction& transaction) {
  const Status allowed = check_policy(policy_, transaction);
  if (!allowed) return allowed.error();
  auto made = make(transaction);
  if (!made) return made;
  if (made->transaction != transaction) {
    return Error{Errc::crypto, "the signer has signed another transaction"};
  }
  if (made->sender != address()) {
    return Error{Errc::crypto, "the signer has signed with the key of " + to_text(made->sender) +
                                   ", not of " + to_text(address())};
  }
  return made;
}

std::unique_ptr<Signer> make_key_signer(crypto::SecretKey key, const SigningPolicy& policy) {
  return std::make_unique<KeySigner>(std::move(key), policy);
}

}  // namespace kedge::ledger::evm
