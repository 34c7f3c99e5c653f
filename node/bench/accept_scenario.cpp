// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "node/bench/measured_node.hpp"
#include "node/bench/nginx.hpp"
#include "node/bench/peer.hpp"
#include "node/bench/requests.hpp"
#include "node/bench/scenario.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::size_t kManyConnections = 8;
constexpr std::uint64_t kManyPerCall = 1'000;
constexpr std::size_t kSingleConnections = 64;
constexpr double kWarmUp = 0.2;

/// Durable acceptance over HTTP with everything that a node does: sync, duplicate check, locator,
/// sealing and anchoring beside it. Node and client share two processors.
class AcceptScenario : public Scenario {
 public:
  std::string name() const override { return "accept"; }
  std::string summary() const override {
    return "durable acceptance over HTTP, node and client on the same two processors";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds / 4;
    placement_ = Placement::together();
    if (is_in_memory(options.folder)) {
      remark(options.folder.string() + " is in memory: nothing was really synced");
    }
    auto node = MeasuredNode::start(options.folder, placement_.server);
    if (!node) return std::move(node).error();
    node_ = *std::move(node);
    const OnCores here(placement_.client);
    const auto probe = load(kSingleConnections, 1, kWarmUp);
    if (!probe) return probe.error();
    auto nginx =
        Nginx::start(options.folder, probe->body_bytes / std::max<std::uint64_t>(probe->answers, 1),
                     placement_.server);
    if (nginx) {
      nginx_ = *std::move(nginx);
    } else {
      remark("no peer for one credential a call: " + nginx.error().message);
    }
    const auto program = helper(options.helpers, kPeers);
    auto work = TemporaryFolder::make(options.folder);
    if (program && work) {
      helper_ = *program;
      work_.emplace(*std::move(work));
    } else {
      remark("no peer for 1,000 credentials a call: " +
             (program ? work.error().message : program.error().message));
    }
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    const OnCores here(placement_.client);
    const auto many = load(kManyConnections, kManyPerCall, seconds_);
    if (!many) return many.error();
    Figure thousand{.id = "accept-1000",
                    .what = "credentials, 1,000 a call, 8 connections",
                    .value = many->per_second() * static_cast<double>(kManyPerCall)};
    if (helper_) {
      const std::string plain = (work_->path() / ("plain" + std::to_string(++round_))).string();
      const auto same = peer_figure({helper_->string(), "puts", std::to_string(seconds_),
                                     std::to_string(kManyPerCall), plain},
                                    work_->path(), placement_.server);
      if (!same) return same.error();
      thousand.beside("RocksDB, synced puts", *same);
      std::filesystem::remove_all(plain);
    }
    // What is to be measured is one credential a call, and not what millions before it have left.
    if (!node_->process().await_rest()) remark("the node is still busy with what it has taken");
    const auto single = load(kSingleConnections, 1, seconds_);
    if (!single) return single.error();
    Figure one{.id = "accept-1",
               .what = "credentials, 1 a call, 64 connections",
               .value = single->per_second()};
    if (nginx_) {
      rpc::LoadOptions options = nginx_->load_options();
      options.connections = kSingleConnections;
      options.seconds = seconds_;
      options.warm_up_seconds = kWarmUp;
      const auto same = rpc::run_load(options, submit_requests(node_->process().token(), 0, 1));
      if (!same) return same.error();
      one.beside("nginx, constant body", same->per_second());
    }
    return std::vector<Figure>{thousand.with_latencies(many->latencies),
                               one.with_latencies(single->latencies)};
  }

 private:
  Result<rpc::LoadResult> load(std::size_t connections, std::uint64_t per_call, double seconds) {
    rpc::LoadOptions options = node_->process().load_options();
    options.connections = connections;
    options.seconds = seconds;
    options.warm_up_seconds = kWarmUp;
    auto result =
        rpc::run_load(options, submit_requests(node_->process().token(), next_, per_call));
    if (result) next_ += result->requests * per_call;
    return result;
  }

  double seconds_ = 1;
  Placement placement_;
  std::uint64_t next_ = 0;
  int round_ = 0;
  std::optional<TemporaryFolder> work_;
  std::optional<std::filesystem::path> helper_;
  std::unique_ptr<MeasuredNode> node_;
  std::unique_ptr<Nginx> nginx_;
};

}  // namespace

std::unique_ptr<Scenario> make_accept_scenario() {
  return std::make_unique<AcceptScenario>();
}

}  // namespace kedge::node::bench
