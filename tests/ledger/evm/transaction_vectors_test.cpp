// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "ledger/evm/address.hpp"
#include "ledger/evm/transaction.hpp"
#include "tests/ledger/evm/vector_json.hpp"

namespace kedge::ledger::evm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::load_json;
using test::octets;

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// By the rules of the newest fork that the case knows.
const json& newest(const json& results) {
  for (const char* fork : {"Cancun", "Shanghai"}) {
    if (const auto found = results.find(fork); found != results.end()) return *found;
  }
  return results.at("London");
}

// ethereum/tests, TransactionTests, all of which are for chain 1.
TEST(TransactionVectors, EthereumTests) {
  KEDGE_NEEDS_VECTORS("ledger/tx/ethereum-tests");
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const fs::path& file : files_below(vectors)) {
    const json cases = load_json(file);
    for (const auto& [name, entry] : cases.items()) {
      const json& expected = newest(entry["result"]);
      const Bytes raw = octets(entry["txbytes"].get<std::string>());
      const auto decoded = decode_transaction(raw);
      if (!expected.contains("exception")) {
        ASSERT_TRUE(decoded) << name << ": " << decoded.error().message;
        EXPECT_EQ(to_data(decoded->hash), expected["hash"].get<std::string>()) << name;
        EXPECT_EQ(to_text(decoded->sender), expected["sender"].get<std::string>()) << name;
        EXPECT_EQ(decoded->raw, raw) << name;
        ++accepted;
      } else {
        const auto why = expected["exception"].get<std::string>();
        const bool other_chain = decoded && decoded->transaction.chain_id > 1 &&
                                 why == "TransactionException.INVALID_CHAINID";
        EXPECT_TRUE(!decoded || other_chain) << name << " " << why;
        ++refused;
      }
    }
  }
  EXPECT_EQ(accepted, 36U);
  EXPECT_EQ(refused, 144U);
}

// Made with ethers, an implementation of its own: signing gives the same octets, reading the same
// fields.
TEST(TransactionVectors, SignedByEthers) {
  KEDGE_NEEDS_VECTORS("ledger/tx");
  const json signed_cases = load_json(vectors / "signed.json");
  EXPECT_EQ(signed_cases["cases"].size(), 8U);
  for (const json& entry : signed_cases["cases"]) {
    const auto text = [](const json& value) { return value.get<std::string>(); };
    const std::string name = text(entry["name"]);
    const json& fields = entry["tx"];
    Transaction transaction;
    transaction.type = static_cast<TransactionType>(fields["type"].get<int>());
    transaction.chain_id = *u64_from_quantity(text(fields["chainId"]));
    transaction.nonce = fields["nonce"].get<std::uint64_t>();
    const bool dynamic = transaction.type == TransactionType::dynamic_fee;
    transaction.gas_price =
        *u256_from_quantity(text(fields[dynamic ? "maxFeePerGas" : "gasPrice"]));
    if (dynamic) {
      transaction.priority_fee = *u256_from_quantity(text(fields["maxPriorityFeePerGas"]));
    }
    transaction.gas_limit = *u64_from_quantity(text(fields["gasLimit"]));
    if (fields.contains("to") && fields["to"].is_string()) {
      transaction.to = *parse_address(text(fields["to"]));
    }
    transaction.value = *u256_from_quantity(text(fields["value"]));
    transaction.data = octets(text(fields["data"]));
    if (fields.contains("accessList")) {
      for (const json& element : fields["accessList"]) {
        AccessListEntry& added = transaction.access_list.emplace_back();
        added.address = *parse_address(text(element[0]));
        for (const json& key : element[1]) {
          added.storage_keys.push_back(*hash_from_data(text(key)));
        }
      }
    }
    EXPECT_EQ(to_data(signing_hash(transaction)), text(entry["signing_hash"])) << name;
    const auto key = crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1,
                                                   octets(text(entry["private_key"])));
    const auto signature = crypto::sign_recoverable(*key, signing_hash(transaction));
    ASSERT_TRUE(signature);
    const auto made = assemble(transaction, *signature);
    ASSERT_TRUE(made) << name;
    EXPECT_EQ(to_data(made->raw), text(entry["raw"])) << name;
    EXPECT_EQ(to_data(made->hash), text(entry["hash"])) << name;
    EXPECT_EQ(to_text(made->sender), text(entry["from"])) << name;
    const auto again = decode_transaction(made->raw);
    ASSERT_TRUE(again) << name;
    EXPECT_EQ(again->transaction, transaction) << name;
    EXPECT_EQ(again->signature, *signature) << name;
  }
}

// Requests and answers of execution-apis: the name that a node gives a raw transaction.
TEST(TransactionVectors, ExecutionApis) {
  KEDGE_NEEDS_VECTORS("ledger/tx");
  std::size_t seen = 0;
  for (const fs::path& file : files_below(vectors)) {
    if (file.extension() != ".io") continue;
    const std::string text = kedge::test::read_file(file);
    const auto line = [&](std::string_view mark) {
      const std::size_t begin = text.find(mark) + mark.size();
      return *crypto::parse_json(text.substr(begin, text.find('\n', begin) - begin));
    };
    const auto decoded = decode_transaction(octets(line("\n>> ")["params"][0].get<std::string>()));
    ASSERT_TRUE(decoded) << file << decoded.error().message;
    EXPECT_EQ(to_data(decoded->hash), line("\n<< ")["result"].get<std::string>()) << file;
    ++seen;
  }
  EXPECT_GE(seen, 4U);
}

}  // namespace
}  // namespace kedge::ledger::evm
