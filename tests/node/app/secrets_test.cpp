// SPDX-License-Identifier: Apache-2.0
// Whatever a node is given in confidence: nothing of it is in its log, its metrics or its answers.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "config/load.hpp"
#include "config/secret_file.hpp"
#include "node/app/app.hpp"
#include "rpc/client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/token_authority.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::TokenAuthority;

constexpr const char* kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
// The file that the Web3 Secret Storage Definition prints for PBKDF2, and its key.
constexpr const char* kKeystore = R"({"crypto":{"cipher":"aes-128-ctr",
  "cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
  "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
  "kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
  "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
  "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
  "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3})";
constexpr const char* kPassword = "testpassword";
constexpr const char* kKey = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
// Nobody listens there.
constexpr const char* kLedger =
    "http://ledger-user:ledger-s3cret@127.0.0.1:1/v3/path-k3y?key=query-k3y";
constexpr const char* kLedgerSocket = "ws://127.0.0.1:1/ws/socket-k3y";
constexpr const char* kLedgerToken = "ledger-bearer-t0ken";

class SecretsTest : public testing::TestWithParam<const char*> {
 protected:
  SecretsTest() {
    settings_.data_dir = dir_.path() / "data";
    settings_.rpc.listen = "127.0.0.1:0";
    settings_.logging.level = "trace";
    settings_.logging.format = GetParam();
    settings_.logging.slow_call = std::chrono::milliseconds(1);
    settings_.access.jwt_issuer = TokenAuthority::kIss;
    settings_.access.jwt_audience = TokenAuthority::kAud;
    settings_.access.jwks_file = file("jwks.json", authority_.jwks().dump());
    config::LedgerSettings chain;
    chain.name = "chain";
    chain.kind = "evm";
    chain.evm.urls = {kLedger, kLedger};
    chain.evm.ws_url = kLedgerSocket;
    chain.evm.chain_id = 1337;
    chain.evm.contract = "0x" + std::string(40, '1');
    chain.evm.log_id = "0x" + std::string(64, '2');
    chain.evm.signer = "keystore";
    chain.evm.key_file = file("keystore.json", kKeystore);
    chain.evm.password_file = file("password", kPassword);
    chain.evm.poll_interval = std::chrono::milliseconds(10);
    settings_.ledgers.push_back(std::move(chain));
    for (const char* secret :
         {kPassword, kKey, kLedgerToken, "ledger-user", "ledger-s3cret", "path-k3y", "query-k3y",
          "socket-k3y", "bGVkZ2VyLXVzZXI6bGVkZ2VyLXMzY3JldA"}) {
      secrets_.emplace_back(secret);
    }
    testing::internal::CaptureStderr();
  }

  std::string file(const std::string& name, const std::string& text) {
    const fs::path path = dir_.path() / name;
    std::ofstream(path) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    return path.string();
  }

  /// An answer, as far as a client sees it.
  void show(const Result<rpc::HttpResponse>& answer) {
    ASSERT_TRUE(answer) << answer.error().message;
    shown_ += answer->body + "\n";
    for (const auto& [name, value] : answer->headers) shown_ += name + ": " + value + "\n";
  }
  void show(const rpc::Client& client, const Result<std::string>& answer) {
    shown_ += (answer ? *answer : answer.error().message) + "\n";
    if (!client.server_error()) return;
    shown_ += client.server_error()->message + client.server_error()->data + "\n";
  }

  /// All that there is to be asked, by the holder of these credentials.
  void ask_everything(const App& app, const std::string& token) {
    auto client = rpc::Client::connect(
        app.url(),
        {.token = token, .headers = {{"traceparent", kTrace}, {"X-Request-Id", "mine"}}});
    ASSERT_TRUE(client) << client.error().message;
    const json item = {{"profile", "external"}, {"digest", std::string(64, 'a')}};
    const std::pair<const char*, json> calls[] = {
        {"anchor_submit", {{"items", json::array({item})}}},
        {"anchor_submit", {{"items", "wrong"}}},
        {"anchor_seal", json::object()},
        {"proof_get", {{"digest", std::string(64, 'b')}}},
        {"node_info", json::object()},
        {"issuer_list", json::object()},
        {"token_list", json::object()},
        {"ledger_status", json::object()},
        {"log_checkpoint", json::object()},
        {"status_lists", json::object()},
        {"no_such_method", json::object()},
    };
    for (const auto& [method, params] : calls) show(*client, client->call(method, params.dump()));
    for (const char* path : {"/metrics", "/readyz", "/healthz", "/v1/node", "/v1/ledgers",
                             "/v1/proofs/zz", "/openapi.json", "/nowhere"}) {
      show(client->get(path));
    }
  }

  void expect_no_secret(const std::string& where, const std::string& text) {
    for (const std::string& secret : secrets_) {
      const std::size_t at = text.find(secret);
      EXPECT_EQ(at, std::string::npos) << secret << " is in the " << where << ": "
                                       << text.substr(at < 200 ? 0 : at - 200, 200 + secret.size());
    }
  }

  test::TempDir dir_;
  TokenAuthority authority_;
  config::Settings settings_;
  std::vector<std::string> secrets_;
  std::string shown_;
};

TEST_P(SecretsTest, StayWhereTheyBelong) {
  const std::uint64_t now_ms = SystemClock().unix_ms();
  const auto jwt = [&](const char* scope) {
    return authority_.sign(TokenAuthority::claims("did:example:issuer", scope, now_ms),
                           crypto::KeyType::p256);
  };
  const std::string good_jwt = jwt("anchor:write");
  std::string forged_jwt = good_jwt;
  forged_jwt[forged_jwt.size() / 2] ^= 1;
  {
    NodeLog log(settings_.logging);
    const auto app = App::start(settings_, log);
    ASSERT_TRUE(app) << app.error().message;
    const std::string cookie =
        *config::read_secret_file(config::DataDir(settings_.data_dir).cookie());
    auto local = rpc::Client::connect((*app)->url(), {.token = cookie});
    ASSERT_TRUE(local);
    const auto issued = local->call(
        "issuer_token",
        R"({"issuer":"did:example:issuer","scopes":["anchor:write","status:write","admin"]})");
    ASSERT_TRUE(issued) << issued.error().message;
    const std::string token = json::parse(*issued)["token"].get<std::string>();
    std::string mistyped = token;
    mistyped.back() = mistyped.back() == '0' ? '1' : '0';
    for (const std::string& credentials :
         {cookie, token, mistyped, good_jwt, forged_jwt, std::string("guessed-s3cret"),
          std::string("kedge_guessed")}) {
      secrets_.push_back(credentials);
      ask_everything(**app, credentials);
    }
    ask_everything(**app, {});
    // The signature is enough to take a token for its own.
    secrets_.push_back(good_jwt.substr(good_jwt.rfind('.') + 1));
    const auto by_name = rpc::Client::connect((*app)->url() + "/rpc?token=" + token);
    ASSERT_TRUE(by_name);
    (*app)->stop();
  }
  const std::string log = testing::internal::GetCapturedStderr();
  expect_no_secret("log", log);
  expect_no_secret("answers", shown_);
  // There was something to see: refusals with their requests, the ledger that is not there.
  EXPECT_NE(log.find("a request was refused"), std::string::npos);
  EXPECT_NE(log.find("mine"), std::string::npos);
  EXPECT_NE(log.find(kTrace), std::string::npos);
  EXPECT_NE(log.find("127.0.0.1:1"), std::string::npos);
  EXPECT_NE(shown_.find("kedge_ledger_endpoint_up{ledger=\"chain\",position=\"1\",endpoint="
                        "\"127.0.0.1:1\"} 0\n"),
            std::string::npos);
  EXPECT_NE(shown_.find("unauthorized"), std::string::npos);
  if (settings_.logging.format != "json") return;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(json::parse(line, nullptr, false).is_object()) << line;
  }
}

TEST_P(SecretsTest, AreNotInWhatIsSaidOfSettingsThatCannotBeUsed) {
  NodeLog log(settings_.logging);
  const std::string bearer = file("token", std::string(kLedgerToken) + "\x01\n");
  const std::string wrong = file("wrong", "wrong-s3cret");
  secrets_.emplace_back("wrong-s3cret");
  secrets_.emplace_back("ftp-s3cret");
  const std::function<void(config::EvmLedgerSettings&)> faults[] = {
      [&](auto& evm) { evm.password_file = wrong; },
      [&](auto& evm) { evm.token_file = bearer; },
      [&](auto& evm) { evm.urls = {"ftp://user:ftp-s3cret@127.0.0.1/"}; },
      [&](auto& evm) { evm.urls = {"http://user:ftp-s3cret@127.0.0.1:99999/"}; },
      [&](auto& evm) { evm.urls = {"http://127.0.0.1:1/ftp-s3cret#fragment"}; },
      [&](auto& evm) { evm.ws_url = "ws://[ftp-s3cret"; },
      [&](auto& evm) {
        evm.signer = "remote";
        evm.account = "0x" + std::string(40, '3');
        evm.signer_url = "nothing://ftp-s3cret";
      },
  };
  std::string said;
  for (const auto& fault : faults) {
    config::Settings broken = settings_;
    fault(broken.ledgers.back().evm);
    const auto app = App::start(broken, log);
    ASSERT_FALSE(app);
    said += app.error().message + " " + app.error().field + "\n";
  }
  expect_no_secret("errors", said);
  expect_no_secret("log", testing::internal::GetCapturedStderr());
}

INSTANTIATE_TEST_SUITE_P(Formats, SecretsTest, testing::Values("json", "text"),
                         [](const auto& format) { return std::string(format.param); });

}  // namespace
}  // namespace kedge::node
