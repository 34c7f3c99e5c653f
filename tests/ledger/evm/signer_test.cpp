// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/signer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "crypto/keccak.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

const Address kContract = {0xc0, 1, 2};

crypto::SecretKey key_of(std::uint8_t octet) {
  return *crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1, Bytes(32, octet));
}

SigningPolicy policy() {
  SigningPolicy policy;
  policy.chain_id = 6179;
  policy.contract = kContract;
  policy.max_gas_price = U256(1'000);
  return policy;
}

Transaction anchor() {
  Transaction transaction;
  transaction.chain_id = 6179;
  transaction.nonce = 7;
  transaction.gas_price = U256(1'000);
  transaction.gas_limit = 100'000;
  transaction.to = kContract;
  transaction.data = {1, 2, 3};
  return transaction;
}

TEST(KeySigner, SignsWithinThePolicyAlwaysTheSameOctets) {
  const auto signer = make_key_signer(key_of(0x46), policy());
  EXPECT_EQ(to_text(signer->address()), "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
  const auto made = signer->sign(anchor());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->transaction, anchor());
  EXPECT_EQ(made->sender, signer->address());
  const auto again = signer->sign(anchor());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->raw, made->raw);
}

struct Breach {
  const char* field;
  void (*apply)(Transaction&);
};

TEST(KeySigner, RefusesEverythingBeyondThePolicy) {
  const Breach breaches[] = {
      {"chain_id", [](Transaction& t) { t.chain_id = 6180; }},
      {"chain_id", [](Transaction& t) { t.chain_id = 0; }},
      {"to", [](Transaction& t) { t.to = Address{1}; }},
      {"to", [](Transaction& t) { t.to.reset(); }},
      {"value", [](Transaction& t) { t.value = U256(1); }},
      {"gas_limit", [](Transaction& t) { t.gas_limit = 100'001; }},
      {"gas_price", [](Transaction& t) { t.gas_price = U256(1'001); }},
      {"access_list",
       [](Transaction& t) {
         t.access_list = {{Address{1}, {}}};
       }},
  };
  const auto signer = make_key_signer(key_of(1), policy());
  for (const Breach& breach : breaches) {
    Transaction transaction = anchor();
    breach.apply(transaction);
    const auto made = signer->sign(transaction);
    ASSERT_FALSE(made) << breach.field;
    EXPECT_EQ(made.error().code, Errc::unauthorized);
    EXPECT_EQ(made.error().field, breach.field);
  }
}

TEST(KeySigner, APolicyWithoutAChainSignsNothing) {
  SigningPolicy open = policy();
  open.chain_id = 0;
  Transaction transaction = anchor();
  transaction.chain_id = 0;
  EXPECT_FALSE(make_key_signer(key_of(1), open)->sign(transaction));
}

TEST(KeySigner, CreatesOnlyTheContractOfThePolicy) {
  const Bytes code = {0x60, 0x80};
  SigningPolicy creation = policy();
  creation.contract.reset();
  creation.creation_code = crypto::keccak256(code);
  const auto signer = make_key_signer(key_of(1), creation);
  Transaction transaction = anchor();
  transaction.to.reset();
  transaction.data = code;
  EXPECT_TRUE(signer->sign(transaction));
  transaction.data.push_back(0);
  EXPECT_EQ(signer->sign(transaction).error().field, "data");
  EXPECT_EQ(signer->sign(anchor()).error().field, "to");
}

TEST(KeySigner, RefusesOtherKeys) {
  EXPECT_THROW(make_key_signer(*crypto::SecretKey::from_bytes(crypto::KeyType::p256, Bytes(32, 1)),
                               policy()),
               std::invalid_argument);
}

/// A remote signer that does what it is told: it signs the fields that it reads, after `change`.
class RemoteParty {
 public:
  explicit RemoteParty(std::uint8_t key, void (*change)(Transaction&) = nullptr, bool wrap = false)
      : key_(key_of(key)), change_(change), wrap_(wrap) {}

  Result<std::string> operator()(std::string_view method, std::string_view params) const {
    EXPECT_EQ(method, "eth_signTransaction");
    const json request = (*crypto::parse_json(params)).at(0);
    const auto number = [&](const char* name) {
      return *u256_from_quantity(request.at(name).get<std::string>());
    };
    Transaction read;
    const bool dynamic = request.contains("maxFeePerGas");
    read.type = dynamic ? TransactionType::dynamic_fee : TransactionType::legacy;
    read.chain_id = *number("chainId").to_u64();
    read.nonce = *number("nonce").to_u64();
    read.gas_price = number(dynamic ? "maxFeePerGas" : "gasPrice");
    if (dynamic) read.priority_fee = number("maxPriorityFeePerGas");
    read.gas_limit = *number("gas").to_u64();
    read.to = *parse_address(request.at("to").get<std::string>());
    read.value = number("value");
    read.data = *bytes_from_data(request.at("data").get<std::string>());
    if (change_ != nullptr) change_(read);
    const auto made = assemble(read, *crypto::sign_recoverable(key_, signing_hash(read)));
    const json raw = to_data(made->raw);
    return (wrap_ ? json{{"raw", raw}, {"tx", json::object()}} : raw).dump();
  }

 private:
  crypto::SecretKey key_;
  void (*change_)(Transaction&);
  bool wrap_;
};

std::unique_ptr<Signer> remote(std::shared_ptr<RemoteParty> party) {
  return make_remote_signer(
      address_of(key_of(2).public_key()),
      [party](std::string_view method, std::string_view params) {
        return (*party)(method, params);
      },
      policy());
}

TEST(RemoteSigner, TakesBothFormsOfAnswerForBothTypes) {
  for (const bool wrap : {false, true}) {
    for (const auto type : {TransactionType::legacy, TransactionType::dynamic_fee}) {
      Transaction transaction = anchor();
      transaction.type = type;
      if (type == TransactionType::dynamic_fee) transaction.priority_fee = U256(3);
      const auto made = remote(std::make_shared<RemoteParty>(2, nullptr, wrap))->sign(transaction);
      ASSERT_TRUE(made) << made.error().message;
      EXPECT_EQ(made->transaction, transaction);
      EXPECT_EQ(made->sender, address_of(key_of(2).public_key()));
    }
  }
}

TEST(RemoteSigner, RefusesEveryChangedField) {
  void (*const changes[])(Transaction&) = {
      [](Transaction& t) { t.chain_id = 1; },
      [](Transaction& t) { ++t.nonce; },
      [](Transaction& t) { t.gas_price = U256(0); },
      [](Transaction& t) { --t.gas_limit; },
      [](Transaction& t) { t.to = Address{9}; },
      [](Transaction& t) { t.to.reset(); },
      [](Transaction& t) { t.value = U256(1); },
      [](Transaction& t) { t.data.push_back(0); },
      [](Transaction& t) { t.type = TransactionType::dynamic_fee; },
  };
  for (auto* const change : changes) {
    const auto made = remote(std::make_shared<RemoteParty>(2, change))->sign(anchor());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::crypto);
  }
}

TEST(RemoteSigner, RefusesAnotherKey) {
  const auto made = remote(std::make_shared<RemoteParty>(3))->sign(anchor());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::crypto);
}

TEST(RemoteSigner, RefusesWhatIsNoTransactionAndPassesErrorsOn) {
  for (const char* answer : {"", "null", "7", "\"0x\"", "\"0xc0\"", "{}", "{\"raw\":null}",
                             "\"0xzz\"", "[[[[", "\"0x02\""}) {
    const auto signer = make_remote_signer(
        Address{}, [answer](auto, auto) { return Result<std::string>(std::string(answer)); },
        policy());
    EXPECT_EQ(signer->sign(anchor()).error().code, Errc::unavailable) << answer;
  }
  const auto signer = make_remote_signer(
      Address{},
      [](auto, auto) {
        return Result<std::string>(Error{Errc::too_busy, "later"});
      },
      policy());
  EXPECT_EQ(signer->sign(anchor()).error().code, Errc::too_busy);
}

TEST(RemoteSigner, IsNotAskedForWhatThePolicyForbids) {
  bool asked = false;
  const auto signer = make_remote_signer(
      Address{},
      [&](auto, auto) {
        asked = true;
        return Result<std::string>(std::string("null"));
      },
      policy());
  Transaction transaction = anchor();
  transaction.value = U256(1);
  EXPECT_FALSE(signer->sign(transaction));
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace kedge::ledger::evm
