// SPDX-License-Identifier: Apache-2.0
#include "config/trust_file.hpp"

#include <gtest/gtest.h>

namespace kedge::config {
namespace {

const std::string kAddress = "0x7df7b640d9c4c24f563a7d5702499521255fc165";
const std::string kWord = "0x" + std::string(64, 'a');

/// A file with one ledger, believed in this way.
std::string file_with(const std::string& blocks) {
  return "log_keys = [\"log.example+00000000+AAAA\"]\n[[ledger]]\nchain_id = 6179\ncontract = \"" +
         kAddress + "\"\nlog_id = \"" + kWord + "\"\n" + blocks;
}

std::string problems_of(const std::string& toml) {
  return describe(parse_trust_file(toml).problems, "trust.toml");
}

TEST(TrustFile, ValidatorsByHeight) {
  const auto loaded = parse_trust_file(
      file_with("[[ledger.validators]]\nfrom_block = 100\nseals = \"ibft2\"\naddresses = [\"0x" +
                std::string(40, 'B') + "\", \"" + kAddress +
                "\"]\n[[ledger.validators]]\nfrom_block = 0\nto_block = 99\nseals = \"qbft\"\n"
                "addresses = [\"" +
                kAddress + "\"]\n"));
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "trust.toml");
  EXPECT_EQ(loaded.trust.log_keys.size(), 1U);
  ASSERT_EQ(loaded.trust.ledgers.size(), 1U);
  const TrustedLedger& ledger = loaded.trust.ledgers[0];
  EXPECT_EQ(ledger.chain_id, 6179U);
  EXPECT_EQ(ledger.contract[0], 0x7d);
  EXPECT_EQ(ledger.log_id[31], 0xaa);
  EXPECT_FALSE(ledger.code_hash);
  const auto& ranges = std::get<TrustedValidators>(ledger.blocks).ranges;
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_EQ(ranges[0].to_block, 99U);
  EXPECT_EQ(ranges[0].rules, SealRules::qbft);
  EXPECT_EQ(ranges[1].from_block, 100U);
  EXPECT_EQ(ranges[1].rules, SealRules::ibft2);
  EXPECT_EQ(ranges[1].addresses[0][0], 0x7d) << "ascending";
}

TEST(TrustFile, PinnedBlocks) {
  const auto loaded = parse_trust_file(file_with(
      "code_hash = \"" + kWord + "\"\n[[ledger.block]]\nnumber = 7\nhash = \"" + kWord + "\"\n"));
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "trust.toml");
  EXPECT_TRUE(loaded.trust.ledgers[0].code_hash);
  EXPECT_EQ(std::get<TrustedBlocks>(loaded.trust.ledgers[0].blocks).blocks[0].number, 7U);
}

TEST(TrustFile, Endpoints) {
  const auto loaded = parse_trust_file(file_with(
      "[ledger.endpoints]\nurls = [\"https://a.example/\", \"http://b.example/\"]\nagree = 2\n"));
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "trust.toml");
  const auto& endpoints = std::get<TrustedEndpoints>(loaded.trust.ledgers[0].blocks);
  EXPECT_EQ(endpoints.urls.size(), 2U);
  EXPECT_EQ(endpoints.agree, 2U);
}

TEST(TrustFile, TheExampleIsOne) {
  const auto loaded = load_trust_file(std::string(KEDGE_CONFIG_DIR) + "/examples/trust.toml");
  EXPECT_TRUE(loaded.ok()) << describe(loaded.problems, "trust.toml");
  EXPECT_EQ(loaded.trust.ledgers.size(), 1U);
}

TEST(TrustFile, ALogKeyAloneIsEnough) {
  EXPECT_EQ(problems_of("log_keys = [\"log.example+00000000+AAAA\"]"), "");
}

TEST(TrustFile, SaysEverythingThatIsWrong) {
  const std::string said = problems_of(
      "log_key = \"x\"\n[[ledger]]\nchain_id = 0\ncontract = \"0x12\"\nblock = 7\nlog_id = 1\n");
  for (const char* part :
       {"log_key: unknown key", "log_keys: expected a list", "ledger[0].chain_id: expected a whole",
        "ledger[0].contract: expected 0x and 40", "ledger[0].log_id: expected 0x and 64",
        "ledger[0].block: expected a list"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
  }
}

TEST(TrustFile, RefusesWhatCannotBeMeant) {
  const std::string validators =
      "[[ledger.validators]]\nfrom_block = 0\nseals = \"qbft\"\naddresses = [\"" + kAddress +
      "\"]\n";
  const std::string endpoints = "[ledger.endpoints]\nurls = [\"https://a.example/\"]\nagree = 1\n";
  ASSERT_EQ(problems_of(file_with(validators)), "");
  ASSERT_EQ(problems_of(file_with(endpoints)), "");
  const std::vector<std::string> wrong = {
      "",
      validators + endpoints,
      validators + validators,
      "[[ledger.validators]]\nfrom_block = 0\nseals = \"ibft1\"\naddresses = [\"" + kAddress +
          "\"]\n",
      "[[ledger.validators]]\nfrom_block = 0\nseals = \"qbft\"\naddresses = []\n",
      "[[ledger.validators]]\nfrom_block = 0\nseals = \"qbft\"\naddresses = [\"" + kAddress +
          "\", \"" + kAddress + "\"]\n",
      "[[ledger.validators]]\nfrom_block = 5\nto_block = 4\nseals = \"qbft\"\naddresses = [\"" +
          kAddress + "\"]\n",
      "[[ledger.validators]]\nfrom_block = -1\nseals = \"qbft\"\naddresses = [\"" + kAddress +
          "\"]\n",
      "[[ledger.block]]\nnumber = 7\n",
      "[[ledger.block]]\nnumber = 7\nhash = \"" + kWord + "\"\nextra = 1\n",
      "[ledger.endpoints]\nurls = [\"https://a.example/\"]\nagree = 2\n",
      "[ledger.endpoints]\nurls = [\"https://a.example/\"]\nagree = 0\n",
      "[ledger.endpoints]\nurls = [\"ftp://a.example/\"]\nagree = 1\n",
      "[ledger.endpoints]\nurls = [\"https://a.example/\", \"https://a.example/\"]\nagree = 2\n",
      "endpoints = \"https://a.example/\"\n",
      "not toml",
  };
  for (const std::string& blocks : wrong) {
    EXPECT_NE(problems_of(file_with(blocks)), "") << blocks;
  }
  EXPECT_NE(problems_of(std::string(kMaxTrustFile + 1, '#')), "");
  EXPECT_FALSE(load_trust_file("/nowhere/trust.toml").ok());
}

TEST(TrustFile, Credentials) {
  const std::string keys = "log_keys = [\"log.example+00000000+AAAA\"]\n";
  EXPECT_TRUE(parse_trust_file(keys).trust.credentials.status_hosts.empty());
  const auto loaded = parse_trust_file(
      keys +
      "[credentials]\ndid_documents = [\"a.json\"]\ndid_registry = \"https://a.example/v5\"\n"
      "status_hosts = [\"https://a.example\", \"http://127.0.0.1:80\"]\n"
      "status_issuers = [\"did:a:b\"]\nca_file = \"ca.pem\"\n");
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "trust.toml");
  const TrustedCredentials& read = loaded.trust.credentials;
  EXPECT_EQ(read.did_documents, std::vector<std::string>{"a.json"});
  EXPECT_EQ(read.did_registry, "https://a.example/v5");
  EXPECT_EQ(read.status_hosts.size(), 2U);
  EXPECT_EQ(read.status_issuers, std::vector<std::string>{"did:a:b"});
  EXPECT_EQ(read.ca_file, "ca.pem");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"credentials = 1\n", "credentials"},
      {"[credentials]\nother = 1\n", "credentials.other"},
      {"[credentials]\ndid_documents = []\n", "credentials.did_documents"},
      {"[credentials]\ndid_registry = \"a.example\"\n", "credentials.did_registry"},
      {"[credentials]\nstatus_hosts = [\"a.example\"]\n", "credentials.status_hosts"},
      {"[credentials]\nstatus_hosts = [\"https://a.example/x\"]\n", "credentials.status_hosts"},
      {"[credentials]\nstatus_issuers = [1]\n", "credentials.status_issuers"},
      {"[credentials]\nca_file = \"\"\n", "credentials.ca_file"},
  };
  for (const auto& [text, key] : cases) {
    const auto refused = parse_trust_file(keys + text);
    ASSERT_FALSE(refused.problems.empty()) << text;
    EXPECT_EQ(refused.problems[0].key, key);
  }
}

}  // namespace
}  // namespace kedge::config
