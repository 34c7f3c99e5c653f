// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/hex.hpp"
#include "node/bench/measured_node.hpp"
#include "node/bench/nginx.hpp"
#include "node/bench/requests.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/verifier.hpp"
#include "rpc/json_text.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::size_t kConnections = 64;
constexpr std::uint64_t kBundles = 200;
constexpr double kWarmUp = 0.2;
/// Of the stored credentials; in one call.
constexpr std::uint64_t kSuspended = 1000;

/// The bundle of an answer of `proof_get`, if it proves this digest.
Result<Bundle> bundle_of(std::string_view answer, const Hash& digest) {
  for (const auto& [name, value] : rpc::object_members(answer)) {
    if (name != "bundle" || value == "null") continue;
    auto bundle = bundle_from_json(value);
    if (!bundle) return bundle;
    if (verify(*bundle, Trust{}, Claim(digest)).outcome != Outcome::invalid) return bundle;
  }
  return Error{Errc::internal, "a final credential has no valid proof"};
}

/// Proofs of random credentials over HTTP, the node on one processor and the client on another;
/// and what a verifier then does with them.
class ProveScenario : public Scenario {
 public:
  std::string name() const override { return "prove"; }
  std::string summary() const override {
    return "proof bundles and statuses of random credentials over HTTP, the node on one processor";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds / 4;
    stored_ = options.stored;
    placement_ = Placement::apart();
    if (placement_.server == placement_.client) {
      remark("one processor for node and client together: there is no other");
    }
    auto node = MeasuredNode::start(options.folder, Placement::together().server);
    if (!node) return std::move(node).error();
    node_ = *std::move(node);
    if (Status filled = node_->fill(stored_); !filled) return filled;
    if (Status fetched = fetch_bundles(); !fetched) return fetched;
    if (Status set = node_->suspend(stored_, std::min(kSuspended, stored_)); !set) return set;
    // A store that has just been filled is compacted for a while, and lists are published.
    if (!node_->process().await_rest()) remark("the node is still busy with what it has taken");
    if (Status moved = node_->process().move_to(placement_.server); !moved) return moved;

    const OnCores here(placement_.client);
    // A node that was only written to has read nothing yet: what is measured has been asked before.
    const auto probe = load(node_->process().load_options(), options.seconds, 0);
    if (!probe) return probe.error();
    auto nginx =
        Nginx::start(options.folder, probe->body_bytes / std::max<std::uint64_t>(probe->answers, 1),
                     placement_.server);
    if (nginx) {
      nginx_ = *std::move(nginx);
    } else {
      remark("no peer: " + nginx.error().message);
    }
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    const OnCores here(placement_.client);
    const auto most = load(node_->process().load_options(), seconds_, 0);
    if (!most) return most.error();
    Figure proofs{.id = "prove",
                  .what = "proofs, of " + std::to_string(stored_) + " credentials, 64 connections",
                  .value = most->per_second()};
    if (nginx_) {
      const auto same = load(nginx_->load_options(), seconds_, 0);
      if (!same) return same.error();
      proofs.beside("nginx, constant body", same->per_second());
    }
    std::vector<Figure> figures = {proofs.with_latencies(most->latencies)};
    if (Status calm = measure_calm(most->per_second(), figures); !calm) return calm.error();
    rpc::LoadOptions options = node_->process().load_options();
    shape(options, seconds_, 0);
    const auto statuses = rpc::run_load(options, status_requests(stored_, round_++));
    if (!statuses) return statuses.error();
    Figure status{.id = "status",
                  .what = "statuses with their proofs, some suspended, 64 connections",
                  .value = statuses->per_second()};
    status.beside("proof_get", most->per_second());
    bool good = true;
    const double rounds = times_per_second(seconds_ / 2, [&] {
      for (const Bundle& bundle : bundles_) {
        good &= verify(bundle, Trust{}, Claim()).outcome != Outcome::invalid;
      }
    });
    if (!good) return Error{Errc::internal, "a proof does not verify"};
    figures.push_back(status.with_latencies(statuses->latencies));
    figures.push_back({.id = "verify",
                       .what = "verifications but for the signature, one processor",
                       .value = rounds * static_cast<double>(kBundles)});
    return figures;
  }

 private:
  /// Latencies where nobody is saturated. What nginx shows at the same rate is the machine's share.
  Status measure_calm(double most, std::vector<Figure>& figures) {
    const auto add = [&](std::string id, std::string what, rpc::LoadOptions server,
                         double rate) -> Status {
      const auto calm = load(std::move(server), seconds_, rate);
      if (!calm) return calm.error();
      Figure figure{.id = std::move(id), .what = std::move(what), .value = calm->per_second()};
      figures.push_back(figure.with_latencies(calm->latencies));
      return {};
    };
    const rpc::LoadOptions node = node_->process().load_options();
    Status done = add("prove-half", "the same at half of that rate", node, most / 2);
    if (done && nginx_) {
      done = add("nginx-half", "nginx at this rate", nginx_->load_options(), most / 2);
    }
    if (done) done = add("prove-quarter", "proofs at a quarter", node, most / 4);
    return done;
  }

  Status fetch_bundles() {
    auto client = node_->process().connect();
    if (!client) return client.error();
    for (std::uint64_t i = 0; i < kBundles; ++i) {
      const Hash digest = digest_of(scattered(i, stored_));
      const auto answer =
          client->call("proof_get", R"({"digest":")" + crypto::to_hex(digest) + R"("})");
      if (!answer) return answer.error();
      auto bundle = bundle_of(*answer, digest);
      if (!bundle) return bundle.error();
      bundles_.push_back(*std::move(bundle));
    }
    return {};
  }

  Result<rpc::LoadResult> load(rpc::LoadOptions options, double seconds, double rate) {
    shape(options, seconds, rate);
    return rpc::run_load(options, proof_requests(stored_, round_++));
  }

  static void shape(rpc::LoadOptions& options, double seconds, double rate) {
    options.connections = kConnections;
    options.seconds = seconds;
    options.warm_up_seconds = kWarmUp;
    options.rate = rate;
  }

  double seconds_ = 1;
  std::uint64_t stored_ = 0;
  std::uint64_t round_ = 0;
  Placement placement_;
  std::unique_ptr<MeasuredNode> node_;
  std::unique_ptr<Nginx> nginx_;
  std::vector<Bundle> bundles_;
};

}  // namespace

std::unique_ptr<Scenario> make_prove_scenario() {
  return std::make_unique<ProveScenario>();
}

}  // namespace kedge::node::bench
