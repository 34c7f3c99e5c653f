// SPDX-License-Identifier: Apache-2.0
// `kedge ledger`: what it refuses without a chain, and deploying and opening on a chain of its own.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/secret_file.hpp"
#include "crypto/json.hpp"
#include "node/cli/run.hpp"
#include "node/cli/terminal.hpp"
#include "tests/support/devnet.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node::cli {
namespace {

using kedge::test::Devnet;
using nlohmann::json;

struct Outcome {
  ExitStatus status;
  std::string out;
  std::string err;
};

Outcome run_words(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal(out, err, {});
  const ExitStatus status = run(words, terminal);
  return {status, out.str(), err.str()};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class LedgerCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    devnet_ = Devnet::start({"--zero-gas", "--chain-id", "6179"});
    if (!devnet_) GTEST_SKIP() << "no chain to test with";
    key_ = (directory_.path() / "key").string();
    ASSERT_TRUE(config::write_secret_file(key_, Devnet::secret(0) + "\n"));
  }

  Outcome ledger(std::vector<std::string> words) {
    words.insert(words.begin(), "ledger");
    for (const char* word : {"--url", "URL", "--chain-id", "6179"}) words.emplace_back(word);
    words[words.size() - 3] = devnet_->url();
    return run_words(words);
  }

  kedge::test::TempDir directory_;
  std::unique_ptr<Devnet> devnet_;
  std::string key_;
};

TEST_F(LedgerCommandTest, DeploysAndOpensAndPrintsTheSettings) {
  const Outcome deployed = ledger({"deploy", "--key-file", key_, "--json"});
  ASSERT_EQ(deployed.status, ExitStatus::done) << deployed.err;
  const json contract = crypto::parse_json(deployed.out)->at("contract");
  const Outcome opened =
      ledger({"open", "--key-file", key_, "--contract", contract.get<std::string>()});
  ASSERT_EQ(opened.status, ExitStatus::done) << opened.err;
  EXPECT_EQ(opened.out.find("[[ledger]]\n"), 0U);
  EXPECT_TRUE(contains(opened.out, "\nchain_id = 6179\n"));
  EXPECT_TRUE(contains(opened.out, "\ncontract = \"" + contract.get<std::string>() + "\"\n"));
  EXPECT_TRUE(contains(opened.out, "\nlog_id = \"0x"));
  EXPECT_TRUE(contains(opened.out, "\nkey_file = \"" + key_ + "\"\n"));
  EXPECT_FALSE(contains(opened.out + opened.err + deployed.err, Devnet::secret(0)));

  const std::string salt = "0x" + std::string(64, '7');
  for (const auto expected : {ExitStatus::done, ExitStatus::failed}) {
    const Outcome salted = ledger({"open", "--key-file", key_, "--contract",
                                   contract.get<std::string>(), "--salt", salt, "--json"});
    EXPECT_EQ(salted.status, expected) << salted.err;
  }
}

TEST_F(LedgerCommandTest, RefusesAnotherContractAndAnotherChain) {
  const Outcome nowhere = ledger(
      {"open", "--key-file", key_, "--contract", "0x5fbdb2315678afecb367f032d93f642f64180aa3"});
  EXPECT_EQ(nowhere.status, ExitStatus::failed);
  EXPECT_TRUE(contains(nowhere.err, "there is no contract at"));
  const Outcome other = run_words(
      {"ledger", "deploy", "--url", devnet_->url(), "--chain-id", "1", "--key-file", key_});
  EXPECT_EQ(other.status, ExitStatus::failed);
  EXPECT_TRUE(contains(other.err, "chain 6179, expected 1"));
}

TEST(LedgerCommand, SaysWhatIsMissing) {
  const std::vector<std::string> chain = {"--url", "http://127.0.0.1:9/", "--chain-id", "1"};
  const auto with_chain = [&](std::vector<std::string> words) {
    words.insert(words.end(), chain.begin(), chain.end());
    return run_words(words);
  };
  EXPECT_EQ(run_words({"ledger"}).status, ExitStatus::usage);
  EXPECT_EQ(with_chain({"ledger", "close"}).status, ExitStatus::usage);
  EXPECT_EQ(run_words({"ledger", "deploy"}).status, ExitStatus::usage);
  EXPECT_EQ(with_chain({"ledger", "open"}).status, ExitStatus::usage);
  const std::string account = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
  const std::pair<std::vector<std::string>, const char*> missing[] = {
      {{}, "key_file"},
      {{"--signer", "keystore"}, "key_file"},
      {{"--signer", "remote", "--account", "0x1"}, "account"},
      {{"--signer", "remote", "--account", account}, "signer_url"},
  };
  for (const auto& [words, field] : missing) {
    std::vector<std::string> line = {"ledger", "deploy"};
    line.insert(line.end(), words.begin(), words.end());
    const Outcome outcome = with_chain(line);
    EXPECT_EQ(outcome.status, ExitStatus::failed);
    EXPECT_TRUE(contains(outcome.err, field)) << outcome.err;
  }
}

TEST(LedgerCommand, RefusesAKeyThatOthersMayRead) {
  const kedge::test::TempDir directory;
  const std::string file = (directory.path() / "key").string();
  std::ofstream(file) << Devnet::secret(0);
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  const Outcome outcome = run_words(
      {"ledger", "deploy", "--url", "http://127.0.0.1:9/", "--chain-id", "1", "--key-file", file});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_TRUE(contains(outcome.err, file));
  EXPECT_FALSE(contains(outcome.err, Devnet::secret(0)));
}

}  // namespace
}  // namespace kedge::node::cli
