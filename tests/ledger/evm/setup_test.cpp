// SPDX-License-Identifier: Apache-2.0
// Deploying the contract and opening a log, on a chain of their own.
#include "ledger/evm/setup.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/contract_code.hpp"
#include "rpc/endpoint.hpp"
#include "tests/support/devnet.hpp"

namespace kedge::ledger::evm {
namespace {

using kedge::test::Devnet;

crypto::SecretKey key() {
  return *crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1,
                                        *crypto::from_hex(Devnet::secret(0)));
}

class Setup : public testing::Test {
 protected:
  void SetUp() override {
    devnet_ = Devnet::start({"--zero-gas", "--chain-id", "6179"});
    if (!devnet_) GTEST_SKIP() << "no chain to test with";
    endpoint_ = *rpc::Endpoint::create(devnet_->url(), {});
    api_ = std::make_unique<EthApi>(*endpoint_);
    options_.chain_id = 6179;
  }
  Result<DeployedContract> deploy() {
    return deploy_contract(*api_, *make_key_signer(key(), deploy_policy(options_)), options_);
  }
  Result<OpenedLog> open(const Address& contract, const Hash& salt) {
    return open_log(*api_, *make_key_signer(key(), open_policy(options_, contract)), contract, salt,
                    options_);
  }

  std::unique_ptr<Devnet> devnet_;
  std::unique_ptr<rpc::Endpoint> endpoint_;
  std::unique_ptr<EthApi> api_;
  SetupOptions options_;
};

TEST_F(Setup, DeploysAndOpens) {
  const auto deployed = deploy();
  ASSERT_TRUE(deployed) << deployed.error().message;
  EXPECT_EQ(deployed->contract, created_address(address_of(key().public_key()), 0));
  const auto opened = open(deployed->contract, Hash{1});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_GT(opened->block, deployed->block);
  const auto state = api_->log_state(deployed->contract, opened->log_id, BlockId::latest());
  ASSERT_TRUE(state);
  EXPECT_EQ(state->head, opened->log_id);
  EXPECT_EQ(state->controller, address_of(key().public_key()));

  const auto again = open(deployed->contract, Hash{1});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::already_exists);
  EXPECT_TRUE(open(deployed->contract, Hash{2}));
}

TEST_F(Setup, RefusesAnotherChainAndAnotherContract) {
  const auto deployed = deploy();
  ASSERT_TRUE(deployed);
  const auto nowhere = open(Address{7}, Hash{1});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().field, "contract");
  // One octet of the code is another one.
  Bytes code = anchor_log_code().runtime;
  code[code.size() / 2] = static_cast<std::uint8_t>(code[code.size() / 2] ^ 1);
  std::string params = "[\"" + to_text(deployed->contract) + "\",\"0x" + crypto::to_hex(code);
  ASSERT_TRUE(api_->text("anvil_setCode", params + "\"]"));
  EXPECT_EQ(open(deployed->contract, Hash{1}).error().field, "contract");
  options_.chain_id = 1;
  EXPECT_EQ(deploy().error().field, "chain_id");
  EXPECT_EQ(open(deployed->contract, Hash{1}).error().field, "chain_id");
}

TEST_F(Setup, GivesUpWaitingAndNamesTheTransaction) {
  ASSERT_TRUE(api_->text("evm_setAutomine", "[false]"));
  options_.patience = std::chrono::milliseconds(1);
  const auto deployed = deploy();
  ASSERT_FALSE(deployed);
  EXPECT_EQ(deployed.error().code, Errc::unavailable);
  EXPECT_NE(deployed.error().message.find("0x"), std::string::npos);
}

}  // namespace
}  // namespace kedge::ledger::evm
