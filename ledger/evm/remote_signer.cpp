// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"
#include "ledger/evm/signer.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

/// The parameters of `eth_signTransaction` (execution-apis, `GenericTransaction`).
std::string params_of(const Address& from, const Transaction& transaction) {
  json fields = {
      {"from", to_text(from)},
      {"chainId", to_quantity(transaction.chain_id)},
      {"nonce", to_quantity(transaction.nonce)},
      {"gas", to_quantity(transaction.gas_limit)},
      {"value", to_quantity(transaction.value)},
      {"data", to_data(transaction.data)},
  };
  if (transaction.to) fields["to"] = to_text(*transaction.to);
  if (transaction.type == TransactionType::dynamic_fee) {
    fields["type"] = "0x2";
    fields["maxFeePerGas"] = to_quantity(transaction.gas_price);
    fields["maxPriorityFeePerGas"] = to_quantity(transaction.priority_fee);
  } else {
    fields["gasPrice"] = to_quantity(transaction.gas_price);
  }
  return json::array({fields}).dump();
}

Error bad_answer(const std::string& what) {
  return {Errc::unavailable, "the remote signer answers " + what};
}

/// Web3Signer and Besu answer the raw transaction itself, geth and Clef an object that holds it.
Result<Bytes> raw_of(const std::string& result) {
  crypto::JsonLimits limits;
  limits.max_bytes = 4 * kMaxTransactionBytes;
  const auto parsed = crypto::parse_json(result, limits);
  if (!parsed) return bad_answer("no JSON: " + parsed.error().message);
  const json* raw = &*parsed;
  if (raw->is_object()) {
    const auto member = raw->find("raw");
    if (member == raw->end()) return bad_answer("an object without \"raw\"");
    raw = &*member;
  }
  if (!raw->is_string()) return bad_answer("something that is no raw transaction");
  auto bytes = bytes_from_data(raw->get_ref<const std::string&>());
  if (!bytes) return bad_answer("something that is no raw transaction");
  return bytes;
}

class RemoteSigner final : public Signer {
 public:
  RemoteSigner(const Address& address, RpcCall call, const SigningPolicy& policy)
      : Signer(policy), address_(address), call_(std::move(call)) {}

  [[nodiscard]] const Address& address() const override { return address_; }

 protected:
  Result<SignedTransaction> make(const Transaction& transaction) override {
    const auto result = call_("eth_signTransaction", params_of(address_, transaction));
    if (!result) return result.error();
    const auto raw = raw_of(*result);
    if (!raw) return raw.error();
    auto decoded = decode_transaction(*raw);
    if (!decoded) return bad_answer("an invalid transaction: " + decoded.error().message);
    return decoded;
  }

 private:
  Address address_;
  RpcCall call_;
};

}  // namespace

std::unique_ptr<Signer> make_remote_signer(const Address& address, RpcCall call,
                                           const SigningPolicy& policy) {
  return std::make_unique<RemoteSigner>(address, std::move(call), policy);
}

}  // namespace kedge::ledger::evm
