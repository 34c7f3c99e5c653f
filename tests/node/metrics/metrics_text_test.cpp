// SPDX-License-Identifier: Apache-2.0
// What a Prometheus reads, beside what the node says of itself.
#include <future>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "node/api/handlers.hpp"
#include "node/metrics/metrics.hpp"
#include "node/store/memory_store.hpp"
#include "tests/node/api/api_fixture.hpp"
#include "tests/support/fault_store.hpp"

namespace kedge::test {
namespace {

/// A ledger with two servers under one name, of which one has never answered.
class TwoServers final : public ledger::Ledger {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::string_view kind() const override { return "evm"; }
  [[nodiscard]] ledger::Capabilities capabilities() const override { return {}; }
  Result<ledger::Attempt> prepare(const ledger::AnchorIntent&,
                                  std::span<const ledger::Attempt>) override {
    return Error{Errc::unavailable, "not asked"};
  }
  Status send(const ledger::Attempt&) override { return {}; }
  Result<ledger::AnchorProgress> poll(const ledger::AnchorIntent&,
                                      std::span<const ledger::Attempt>) override {
    return ledger::AnchorProgress{};
  }
  Result<std::optional<ledger::LedgerHead>> head() override {
    return std::optional<ledger::LedgerHead>();
  }
  Status replay(std::uint64_t,
                const std::function<Status(const ledger::ReplayedAnchor&)>&) override {
    return {};
  }
  [[nodiscard]] std::vector<ledger::LedgerEndpoint> endpoints() const override {
    return {{.name = "node.example.edu:443", .answered_total = 7, .failed_total = 1},
            {.name = "node.example.edu:443", .failures = 3, .failed_total = 3}};
  }

 private:
  const std::string name_ = "chain";
};

class MetricsText : public ApiTest {
 protected:
  MetricsText() : calls_(methods()) {}

  std::string text() {
    node::MetricsSources sources{.services = services(), .calls = calls_};
    sources.ledgers.push_back(&chain_);
    sources.server = [] { return rpc::ServerStatus{.connections = 3, .streams = 2}; };
    sources.store_octets = [] { return std::optional<std::uint64_t>(4096); };
    return metrics_.text(sources);
  }

  /// Name with labels, as written, to its value.
  std::map<std::string, double> read() {
    std::map<std::string, double> values;
    std::istringstream lines(text());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#")) continue;
      const std::size_t space = line.rfind(' ');
      EXPECT_TRUE(values.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second)
          << line;
    }
    return values;
  }

  node::CallCounts calls_;
  node::Metrics metrics_;
  TwoServers chain_;
};

TEST_F(MetricsText, SaysWhatTheNodeSays) {
  anchored(0, 3);
  calls_.add_call("proof_get", 0, std::chrono::milliseconds(2));
  calls_.add_call("proof_get", -32001, std::chrono::milliseconds(2));
  calls_.add_call("x{evil=\"1\"}\n", -32601, std::chrono::milliseconds(2));
  calls_.add_response(404);
  metrics_.note_commit(std::chrono::milliseconds(2));
  metrics_.note_seal(std::chrono::milliseconds(30));
  metrics_.note_fault();
  auto values = read();
  EXPECT_EQ(values.at("kedge_build_info{version=\"0.1.0\"}"), 1);
  EXPECT_EQ(values.at("kedge_rpc_requests_total{method=\"proof_get\",code=\"0\"}"), 1);
  EXPECT_EQ(values.at("kedge_rpc_requests_total{method=\"proof_get\",code=\"-32001\"}"), 1);
  EXPECT_EQ(values.at("kedge_rpc_requests_total{method=\"unknown\",code=\"-32601\"}"), 1);
  EXPECT_EQ(values.at("kedge_rpc_requests_total{method=\"anchor_submit\",code=\"0\"}"), 0);
  EXPECT_EQ(
      values.at("kedge_rpc_request_duration_seconds_bucket{method=\"proof_get\",le=\"0.0025\"}"),
      2);
  EXPECT_EQ(values.at("kedge_rpc_request_duration_seconds_count{method=\"proof_get\"}"), 2);
  EXPECT_DOUBLE_EQ(values.at("kedge_rpc_request_duration_seconds_sum{method=\"proof_get\"}"),
                   0.004);
  EXPECT_EQ(values.at("kedge_http_responses_total{code=\"404\"}"), 1);
  EXPECT_EQ(values.at("kedge_rpc_connections"), 3);
  EXPECT_EQ(values.at("kedge_rpc_streams"), 2);
  EXPECT_EQ(values.at("kedge_commit_duration_seconds_count"), 1);
  EXPECT_EQ(values.at("kedge_seal_duration_seconds_bucket{le=\"0.05\"}"), 1);
  EXPECT_EQ(values.at("kedge_faults_total"), 1);
  EXPECT_EQ(values.at("kedge_proofs_rejected_total"), 0);
  EXPECT_EQ(values.at("kedge_store_size_bytes"), 4096);
  EXPECT_EQ(values.at("kedge_ready"), 1);
  EXPECT_EQ(values.at("kedge_store_failed"), 0);
  const node::SequencerStatus status = sequencer().status();
  EXPECT_EQ(values.at("kedge_credentials_accepted_total"),
            static_cast<double>(status.accepted_total));
  const auto checkpoint = store().snapshot()->latest_checkpoint();
  EXPECT_EQ(values.at("kedge_log_epoch"), static_cast<double>(checkpoint->epoch));
  EXPECT_EQ(values.at("kedge_log_entries"), static_cast<double>(checkpoint->size));
  EXPECT_GT(values.at("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(values.at("process_start_time_seconds"), 1.6e9);
}

TEST_F(MetricsText, SaysHowFarAnchorsAreBehind) {
  anchored(0, 1);
  const std::string final = "kedge_anchor_transactions_total{ledger=\"embedded\",result=\"final\"}";
  auto values = read();
  // The anchorer tells those who wait before it counts.
  for (int i = 0; i < 1000 && values.at(final) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    values = read();
  }
  EXPECT_GT(values.at(final), 0);
  for (const char* lag : {"seconds", "checkpoints", "entries", "blocks"}) {
    EXPECT_EQ(values.at("kedge_anchor_lag_" + std::string(lag) + "{ledger=\"embedded\"}"), 0);
  }
  EXPECT_EQ(values.at("kedge_anchor_oldest_unanchored_seconds{ledger=\"embedded\"}"), 0);
  EXPECT_EQ(values.at("kedge_ledger_up{ledger=\"embedded\"}"), 1);
  EXPECT_EQ(values.at("kedge_ledger_halted{ledger=\"embedded\"}"), 0);
}

TEST_F(MetricsText, TellsServersOfOneNameApartByTheirPlace) {
  auto values = read();
  const std::string first = "{ledger=\"chain\",position=\"0\",endpoint=\"node.example.edu:443\"";
  const std::string second = "{ledger=\"chain\",position=\"1\",endpoint=\"node.example.edu:443\"";
  EXPECT_EQ(values.at("kedge_ledger_endpoint_up" + first + "}"), 1);
  EXPECT_EQ(values.at("kedge_ledger_endpoint_up" + second + "}"), 0);
  EXPECT_EQ(values.at("kedge_ledger_endpoint_failures" + second + "}"), 3);
  EXPECT_EQ(values.at("kedge_ledger_endpoint_requests_total" + first + ",result=\"answered\"}"), 7);
  EXPECT_EQ(values.at("kedge_ledger_endpoint_requests_total" + second + ",result=\"failed\"}"), 3);
}

TEST_F(MetricsText, AnswersWhileTheNodeIsNotReady) {
  sequencer().hold_sealing("test", "the ledger has not been asked");
  EXPECT_EQ(read().at("kedge_ready"), 0);
  EXPECT_EQ(read().at("kedge_sealing_held"), 1);
  sequencer().release_sealing("test");
  sequencer().stop();
  const auto values = read();
  EXPECT_EQ(values.at("kedge_ready"), 0);
  EXPECT_EQ(values.at("kedge_accepting"), 0);
}

TEST_F(MetricsText, AnswersAfterTheStoreHasFailed) {
  const Bytes seed(crypto::kSecretKeySize, 7);
  auto key = crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, seed);
  auto signer = crypto::NoteSigner::create(std::string(kOrigin), *std::move(key));
  ASSERT_TRUE(signer) << signer.error().message;
  // The log begins, an issuer is made, and then nothing can be written any more.
  FaultStore store(*node::make_memory_store({.origin = std::string(kOrigin)}), 2);
  const auto progress = *node::Progress::open(store, clock_, {});
  const auto failing = *node::Sequencer::open(store, *std::move(signer), clock_, *progress, {}, {});
  ASSERT_TRUE(failing->start());
  std::promise<void> made;
  failing->add_issuer(std::string(kIssuer), [&](const auto&) { made.set_value(); });
  made.get_future().wait();
  std::promise<bool> accepted;
  failing->submit(
      {.issuer = std::string(kIssuer), .items = {{crypto::DigestProfile::external, Hash{1}}}},
      [&](const auto& result) { accepted.set_value(result.has_value()); });
  ASSERT_FALSE(accepted.get_future().get());
  node::Writes writes(*failing, nullptr);
  const node::Services broken{.store = store,
                              .sequencer = *failing,
                              .writes = writes,
                              .progress = *progress,
                              .prover = services().prover,
                              .clock = clock_,
                              .log_key = services().log_key,
                              .ledgers = {},
                              .version = "0.1.0"};
  const rpc::HttpResponse ready = node::api::get_readiness(broken, {});
  EXPECT_EQ(ready.status, 503U);
  EXPECT_EQ(json::parse(ready.body)["reasons"][0]["code"], "store-failed") << ready.body;
  const std::string text = metrics_.text({.services = broken, .calls = calls_});
  EXPECT_NE(text.find("kedge_store_failed 1\n"), std::string::npos);
  EXPECT_NE(text.find("kedge_ready 0\n"), std::string::npos);
  EXPECT_NE(text.find("kedge_log_epoch 0\n"), std::string::npos) << "reading goes on";
  failing->stop();
}

TEST_F(MetricsText, NamesNoIssuerAndGrowsWithNothingThatCallersChoose) {
  anchored(0, 1);
  submit_as(kOtherIssuer, 5);
  const std::size_t before = read().size();
  for (int i = 0; i < 1000; ++i) {
    calls_.add_call("method_" + std::to_string(i), -32601, std::chrono::microseconds(1));
  }
  for (int i = 0; i < 10; ++i) submit_as(kOtherIssuer, 100 + static_cast<std::uint64_t>(i));
  // One code of `unknown`.
  EXPECT_LE(read().size(), before + 1);
  EXPECT_EQ(text().find("did:"), std::string::npos);
}

TEST_F(MetricsText, EveryNameHasATypeAndWordsForAPerson) {
  anchored(0, 1);
  std::set<std::string> helped;
  std::set<std::string> typed;
  std::istringstream lines(text());
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, std::regex("# HELP (\\S+) .*\\."))) helped.insert(match[1]);
    if (std::regex_match(line, match, std::regex("# TYPE (\\S+) (counter|gauge|histogram)"))) {
      typed.insert(match[1]);
      const bool total = match[1].str().ends_with("_total");
      EXPECT_EQ(total, match[2] == "counter") << line;
    }
    EXPECT_TRUE(line.starts_with("# ") || line.starts_with("kedge_") ||
                line.starts_with("process_"))
        << line;
  }
  EXPECT_EQ(helped, typed);
  EXPECT_GT(typed.size(), 40U);
}

}  // namespace
}  // namespace kedge::test
