// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "config/describe.hpp"
#include "tests/config/problems_of.hpp"

namespace kedge::config {
namespace {

TEST(Load, NothingGivesTheDefaults) {
  const Loaded loaded = parse_settings("");
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.settings.rpc.listen, "127.0.0.1:7410");
  EXPECT_EQ(loaded.settings.batch.max_size, 65'536U);
  EXPECT_EQ(loaded.settings.seal.interval, milliseconds(1'000));
  EXPECT_EQ(loaded.settings.seal.heartbeat, milliseconds(3'600'000));
  ASSERT_EQ(loaded.settings.ledgers.size(), 1U);
  EXPECT_EQ(loaded.settings.ledgers[0].kind, "embedded");
}

TEST(Load, DoesNotRepeatWhatMayHoldASecret) {
  constexpr std::string_view kBad = R"(
[access]
jwks_url = "ftp://auth.example.edu/?key=s3cret"
[[ledger]]
name = "chain"
kind = "evm"
urls = ["user:s3cret@node.example.edu/k3y"]
ws_url = "https://node.example.edu/s3cret"
signer_url = "signer.example.edu/s3cret"
[[ledger]]
name = "other"
kind = "evm"
urls = "https://user:s3cret@node.example.edu/"
)";
  const std::vector<std::string> problems = problems_of(kBad);
  std::string all;
  for (const std::string& problem : problems) all += problem + "\n";
  for (const char* key : {"jwks_url", "ledger[0].urls", "ws_url", "signer_url", "ledger[1].urls"}) {
    EXPECT_NE(all.find(key), std::string::npos) << key << " in " << all;
  }
  EXPECT_NE(all.find("expected"), std::string::npos);
  EXPECT_EQ(all.find("s3cret"), std::string::npos) << all;
  EXPECT_EQ(all.find("k3y"), std::string::npos) << all;
}

TEST(Load, ReadsEveryKindOfValue) {
  const Loaded loaded = parse_settings(R"(
data_dir = "/var/lib/kedge"
issuer = "did:ebsi:zr2rWDHHrUCdZAW7wsSb5nQ"
[log]
origin = "anchor.example.edu/log"
[rpc]
listen = "[::1]:80"
max_body = "1MiB"
max_batch = 10
[seal]
interval = "250ms"
[store]
block_cache = 1048576
[[ledger]]
name = "here"
kind = "embedded"
)");
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "text");
  EXPECT_EQ(loaded.settings.data_dir, "/var/lib/kedge");
  EXPECT_EQ(loaded.settings.issuer, "did:ebsi:zr2rWDHHrUCdZAW7wsSb5nQ");
  EXPECT_EQ(loaded.settings.log.origin, "anchor.example.edu/log");
  EXPECT_EQ(loaded.settings.rpc.max_body, 1'048'576U);
  EXPECT_EQ(loaded.settings.rpc.max_batch, 10U);
  EXPECT_EQ(loaded.settings.seal.interval, milliseconds(250));
  EXPECT_EQ(loaded.settings.store.block_cache, 1'048'576U);
  EXPECT_EQ(loaded.settings.ledgers[0].name, "here");
}

TEST(Load, KeepsWhatTheTextDoesNotName) {
  Settings base;
  base.issuer = "did:example:other";
  EXPECT_EQ(parse_settings("[batch]\nmax_size = 7", base).settings.issuer, "did:example:other");
}

TEST(Load, ReportsEverythingAtOnce) {
  const std::vector<std::string> expected = {
      "1 isuer: unknown key; did you mean issuer?",
      "2 data_dir: expected a path, found 7",
      "4 batch.max_size: expected a whole number from 1 to 65536, found 0",
      "5 batch.max_queue: expected a whole number from 10000 to 10000000, found \"many\"",
      "7 rpc.listen: expected a numeric address and a port, such as 127.0.0.1:7410 or [::1]:7410, "
      "found \"everywhere\"",
      "8 rpc.max_body: expected a size such as \"512\", \"64KiB\", \"8MiB\" or \"1GiB\", found "
      "\"8MB\"",
      "9 rpc.max_batch: expected 1 to 10000, found a value of type array",
      "11 seal.interval: expected a duration from 10ms to 1d, found 1",
      "13 logging.level: expected one of \"trace\" \"debug\" \"info\" \"warning\" \"error\" "
      "\"off\", found \"loud\"",
      "15 ledger[0].kind: expected one of \"embedded\" \"evm\", found \"paper\"",
      "18 ledger[1].name: expected 1 to 64 lower-case letters, digits, \"-\" and \"_\", found "
      "\"A\"",
      "19 ledger[1].url: unknown key; did you mean ledger[].urls?",
  };
  EXPECT_EQ(problems_of(R"(isuer = "did:example:a"
data_dir = 7
[batch]
max_size = 0
max_queue = "many"
[rpc]
listen = "everywhere"
max_body = "8MB"
max_batch = [1]
[seal]
interval = 1
[logging]
level = "loud"
[[ledger]]
kind = "paper"
name = "a"
[[ledger]]
name = "A"
url = "x"
)"),
            expected);
}

TEST(Load, RefusesTheWrongShape) {
  EXPECT_EQ(
      problems_of("batch = 1"),
      std::vector<std::string>{"1 batch: expected a table [batch], found a value of type integer"});
  EXPECT_EQ(problems_of("ledger = []"),
            std::vector<std::string>{"1 ledger: expected at least one table [[ledger]]"});
  EXPECT_EQ(problems_of("ledger = 1"),
            std::vector<std::string>{"1 ledger: expected at least one table [[ledger]]"});
  EXPECT_EQ(
      problems_of("ledger = [1]"),
      std::vector<std::string>{"1 ledger[0]: expected a table, found a value of type integer"});
  EXPECT_EQ(problems_of("[issuer]\nname = \"a\""),
            std::vector<std::string>{
                "1 issuer: expected a DID or another URI, found a value of type table"});
}

TEST(Load, RefusesTwoLedgersOfOneName) {
  const auto problems = problems_of("[[ledger]]\nname = \"a\"\n[[ledger]]\nname = \"a\"\n");
  EXPECT_EQ(problems,
            std::vector<std::string>{"3 ledger[1].name: expected a name that no other ledger has"});
}

TEST(Load, RefusesAHeartbeatShorterThanTheInterval) {
  const auto problems = problems_of("[seal]\ninterval = \"1h\"\nheartbeat = \"1m\"\n");
  EXPECT_EQ(problems,
            std::vector<std::string>{"0 seal.heartbeat: expected at least seal.interval"});
}

TEST(Load, RefusesListsThatEndBeforeTheyAreLookedAtAgain) {
  const std::vector<std::string> expected = {
      "0 status.valid_for: expected at least twice status.ttl and twice seal.heartbeat"};
  EXPECT_EQ(problems_of("[status]\nttl = \"1h\"\nvalid_for = \"119m\"\n"), expected);
  EXPECT_EQ(problems_of("[seal]\nheartbeat = \"4d\"\n"), expected);
  EXPECT_TRUE(parse_settings("[status]\nttl = \"1h\"\nvalid_for = \"2h\"\n").ok());
}

TEST(Load, RefusesBaseUrlsThatMakeNoAddresses) {
  for (const char* good :
       {"", "https://a.example", "http://127.0.0.1:7410", "https://a.example/k"}) {
    EXPECT_TRUE(parse_settings("[status]\nbase_url = \"" + std::string(good) + "\"").ok()) << good;
  }
  for (const char* bad :
       {"a.example", "ftp://a.example", "https://", "https:///x", "https://a.example/",
        "https://a.example?x", "https://a.example#x", "https://u@a.example", "https://a b"}) {
    EXPECT_FALSE(parse_settings("[status]\nbase_url = \"" + std::string(bad) + "\"").ok()) << bad;
  }
  EXPECT_FALSE(parse_settings("[status]\nlist_size = 131071").ok());
  EXPECT_FALSE(parse_settings("[status]\nkey_type = \"RS256\"").ok());
}

TEST(Load, TakesProxiesOfIssuersAlone) {
  const auto proxies = [](const std::string& url) {
    return parse_settings("[status]\nebsi_proxies = [\"" + url + "\"]");
  };
  const std::string good = "https://r.example/v5/issuers/did:ebsi:zA/proxies/0x1";
  const Loaded loaded = proxies(good);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.settings.status.ebsi_proxies, std::vector<std::string>{good});
  for (const char* bad :
       {"", "https://r.example", "https://r.example/issuers/did:ebsi:zA",
        "https://r.example/issuers/zA/proxies/0x1", "https://r.example/issuers/did:ebsi:zA/proxies",
        "https://r.example/issuers/did:ebsi:zA/proxies/",
        "https://r.example/issuers/did:ebsi:zA/proxies/0x1/",
        "https://r.example/issuers/did:ebsi:zA/proxies/0x1/credentials",
        "https://r.example/proxies/0x1/issuers/did:ebsi:zA", "/issuers/did:ebsi:zA/proxies/0x1"}) {
    EXPECT_FALSE(proxies(bad).ok()) << bad;
  }
}

TEST(Load, RefusesWhatCouldBreakACheckpoint) {
  for (const char* origin : {"", "a b", "a+b", "a\\nb", "\u00e9"}) {
    EXPECT_FALSE(parse_settings("[log]\norigin = \"" + std::string(origin) + "\"").ok()) << origin;
  }
}

TEST(Load, SaysWhereTheTextIsNotToml) {
  const Loaded loaded = parse_settings("issuer = \"a\"\n[batch\n");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].line, 2U);
  EXPECT_EQ(parse_settings("issuer = \"a\"\nissuer = \"b\"").problems.size(), 1U);
}

TEST(Load, RefusesDeepNesting) {
  EXPECT_FALSE(parse_settings("a = " + std::string(100'000, '[')).ok());
}

TEST(Load, AFileThatCannotBeReadIsOneProblem) {
  const Loaded missing = load_settings("/nonexistent/kedge.toml");
  EXPECT_EQ(describe(missing.problems, "kedge.toml"), "kedge.toml: cannot be read\n");
  EXPECT_FALSE(load_settings("/").ok());
}

TEST(Load, TheExampleIsTheDefaults) {
  const Loaded example = load_settings(KEDGE_CONFIG_DIR "/examples/kedge.toml");
  ASSERT_TRUE(example.ok()) << describe(example.problems, "examples/kedge.toml");
  std::ifstream in(KEDGE_CONFIG_DIR "/examples/kedge.toml");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_TRUE(text.ends_with(to_toml(Settings{}))) << "the example must end with this:\n"
                                                   << to_toml(Settings{});
}

TEST(Load, AnEvmLedgerHasKeysOfItsOwn) {
  const Loaded loaded = load_settings(KEDGE_CONFIG_DIR "/examples/evm.toml");
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "examples/evm.toml");
  ASSERT_EQ(loaded.settings.ledgers.size(), 1U);
  const EvmLedgerSettings& evm = loaded.settings.ledgers[0].evm;
  EXPECT_EQ(evm.urls.size(), 2U);
  EXPECT_EQ(evm.chain_id, 2026U);
  EXPECT_EQ(evm.finality, "bft");
  EXPECT_EQ(evm.validators.size(), 4U);
  const Loaded again = parse_settings(to_toml(loaded.settings));
  ASSERT_TRUE(again.ok()) << describe(again.problems, "printed");
  EXPECT_EQ(again.settings.ledgers[0].evm.urls, evm.urls);
  EXPECT_EQ(again.settings.ledgers[0].evm.log_id, evm.log_id);
}

TEST(Load, RefusesWhatAnEvmLedgerCannotHave) {
  const std::vector<std::string> expected = {
      "3 ledger[0].urls: expected a list of http and https URLs",
      "4 ledger[0].chain_id: expected a whole number from 0 to 9223372036854775807, found -1",
      "5 ledger[0].contract: expected 0x and 40 hex digits, found \"0x12\"",
      "6 ledger[0].depth: expected a whole number from 1 to 1000000, found 0",
      "9 ledger[1].chain_id: only a ledger of the kind \"evm\" has this key",
  };
  EXPECT_EQ(problems_of(R"([[ledger]]
kind = "evm"
urls = ["ws://a"]
chain_id = -1
contract = "0x12"
depth = 0
[[ledger]]
name = "second"
chain_id = 1
)"),
            expected);
}

}  // namespace
}  // namespace kedge::config
