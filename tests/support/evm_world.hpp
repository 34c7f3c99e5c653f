// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/keccak.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/evm_ledger.hpp"
#include "tests/support/fake_chain.hpp"

namespace kedge::test {

/// Passes on to a node that outlives the ledger.
class NodeLink final : public rpc::Remote {
 public:
  explicit NodeLink(FakeNode& node) : node_(node) {}
  [[nodiscard]] const std::string& name() const override { return node_.name(); }
  Result<std::vector<rpc::Answer>> call(std::span<const rpc::CallRequest> requests) override {
    return node_.call(requests);
  }
  [[nodiscard]] rpc::Health health() const override { return node_.health(); }
  void set_trace(const std::string& traceparent) override { node_.set_trace(traceparent); }
  void stop() override { node_.stop(); }

 private:
  FakeNode& node_;
};

/// A chain, two nodes of it, a key, and ledgers that use them.
struct EvmWorld {
  static constexpr std::uint64_t kChainId = 31337;

  ledger::evm::SigningPolicy policy{.chain_id = kChainId,
                                    .contract = ledger::evm::Address{1, 2, 3},
                                    .max_gas_price = ledger::evm::U256(1'000)};
  Bytes code{0x60, 0x80};
  Hash log_id = crypto::keccak256(as_bytes("log"));
  FakeChain chain{kChainId, *policy.contract, log_id, signer()->address(), code};
  FakeNode one{chain, "one"};
  FakeNode two{chain, "two"};
  std::uint64_t now_ms = 1'000'000;
  ledger::evm::EvmOptions options{.name = "chain",
                                  .chain_id = kChainId,
                                  .contract = *policy.contract,
                                  .log_id = log_id,
                                  .code_hash = crypto::keccak256(code),
                                  .finality = ledger::evm::FinalityRule::depth,
                                  .depth = 3};

  [[nodiscard]] std::unique_ptr<ledger::evm::Signer> signer(std::uint8_t key = 1) const {
    return ledger::evm::make_key_signer(
        *crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1, Bytes(32, key)), policy);
  }

  /// On the first node, or on both.
  std::unique_ptr<ledger::evm::EvmLedger> ledger(bool both = false, std::uint8_t key = 1) {
    std::vector<std::unique_ptr<rpc::Remote>> remotes;
    remotes.push_back(std::make_unique<NodeLink>(one));
    if (both) remotes.push_back(std::make_unique<NodeLink>(two));
    ledger::evm::EvmHooks hooks;
    hooks.now_ms = [this] { return now_ms; };
    hooks.make_record = [](ledger::evm::EthApi&, const ledger::evm::MinedAnchor& mined) {
      return Result<std::string>("{\"block\":" + std::to_string(mined.block.number) +
                                 ",\"seq\":" + std::to_string(mined.seq) + "}");
    };
    hooks.check_seals = [this](const ledger::evm::Block&) {
      return sealed ? Status() : Status(Error{Errc::unavailable, "not sealed"});
    };
    return std::make_unique<ledger::evm::EvmLedger>(options, std::move(remotes), signer(key),
                                                    std::move(hooks));
  }
  bool sealed = true;
};

}  // namespace kedge::test
