// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "node/bench/measured_node.hpp"
#include "node/bench/peer.hpp"
#include "node/bench/requests.hpp"
#include "node/bench/scenario.hpp"
#include "rpc/params.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::size_t kConnections = 64;
constexpr std::size_t kManyConnections = 8;
constexpr std::uint64_t kManyPerCall = 1'000;
constexpr std::uint64_t kMostStored = 100'000;
constexpr double kWarmUp = 0.2;
constexpr const char* kIssuer = "did:example:university";
/// Nobody is exempt, everything is counted, and nothing is refused.
constexpr const char* kCounted =
    "issuer = \"did:example:university\"\n"
    "[rate]\nexempt = []\nclient = 1000000000\nclient_burst = 1000000000\ntoken = 1000000000\n"
    "token_burst = 1000000000\n";

/// An API token that writes for the node's issuer.
Result<std::string> make_token(const NodeProcess& node) {
  const auto answer =
      node.call("issuer_token", R"({"issuer":")" + std::string(kIssuer) +
                                    R"(","scopes":["anchor:write"],"expires":"never"})");
  if (!answer) return answer.error();
  return rpc::Params(*answer).string("token", answer->size());
}

/// What it costs those who are let in that the node knows who they are, counts what they do, and
/// writes it down: two nodes with the same load in turn, one of which does all of that, and one
/// nothing.
class LimitsScenario : public Scenario {
 public:
  std::string name() const override { return "limits"; }
  std::string summary() const override {
    return "what tokens, counting for rate limits and the record cost: beside a node without them";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds / 6;
    stored_ = std::min(options.stored, kMostStored);
    placement_ = Placement::together();
    auto guarded = MeasuredNode::start(options.folder, placement_.server, kCounted);
    if (!guarded) return std::move(guarded).error();
    guarded_.node = *std::move(guarded);
    auto token = make_token(guarded_.node->process());
    if (!token) return std::move(token).error();
    guarded_.token = *std::move(token);
    if (Status filled = fill(guarded_); !filled) return filled;
    const auto program = helper(options.helpers, "kedge_open_node");
    if (!program) {
      remark("no peer: " + program.error().message);
      return {};
    }
    auto open = MeasuredNode::start_other(*program, options.folder, placement_.server);
    if (!open) return std::move(open).error();
    open_.node = *std::move(open);
    return fill(open_);
  }

  Result<std::vector<Figure>> measure() override {
    const OnCores here(placement_.client);
    std::vector<Figure> figures;
    const auto compare = [&](Figure figure, auto measured, double times) -> Status {
      std::optional<rpc::LoadResult> open;
      const auto measure_open = [&]() -> Status {
        if (!open_.node) return {};
        auto result = measured(open_);
        if (!result) return std::move(result).error();
        open = *std::move(result);
        return {};
      };
      // Whoever comes second finds a warmer machine: each does so every other time.
      const bool open_first = rounds_ % 2 == 1;
      if (Status done = open_first ? measure_open() : Status(); !done) return done;
      const auto guarded = measured(guarded_);
      if (!guarded) return guarded.error();
      if (Status done = open_first ? Status() : measure_open(); !done) return done;
      figure.value = guarded->per_second() * times;
      if (open) figure.beside("nobody known, counted or recorded", open->per_second() * times);
      figures.push_back(figure.with_latencies(guarded->latencies));
      return {};
    };
    Status done = compare(
        {.id = "limits-accept-1", .what = "credentials, 1 a call, by tokens"},
        [&](Side& side) { return submit(side, kConnections, 1); }, 1);
    if (!done) return done.error();
    done = compare(
        {.id = "limits-accept-1000", .what = "credentials, 1,000 a call, by tokens"},
        [&](Side& side) { return submit(side, kManyConnections, kManyPerCall); },
        static_cast<double>(kManyPerCall));
    if (!done) return done.error();
    done = compare(
        {.id = "limits-prove", .what = "proofs, by tokens"},
        [&](Side& side) { return prove(side); }, 1);
    if (!done) return done.error();
    ++rounds_;
    return figures;
  }

 private:
  struct Side {
    std::unique_ptr<MeasuredNode> node;
    /// Empty: calls are nobody's.
    std::string token;
    std::uint64_t next = 0;
    std::uint64_t round = 0;
  };

  Status fill(Side& side) const {
    side.next = stored_;
    return side.node->fill(stored_);
  }

  rpc::LoadOptions shape(Side& side, std::size_t connections) const {
    rpc::LoadOptions options = side.node->process().load_options();
    options.connections = connections;
    options.seconds = seconds_;
    options.warm_up_seconds = kWarmUp;
    return options;
  }

  Result<rpc::LoadResult> submit(Side& side, std::size_t connections, std::uint64_t per_call) {
    auto result =
        rpc::run_load(shape(side, connections), submit_requests(side.token, side.next, per_call));
    if (result) side.next += result->requests * per_call;
    return result;
  }

  Result<rpc::LoadResult> prove(Side& side) {
    return rpc::run_load(shape(side, kConnections),
                         proof_requests(stored_, side.round++, side.token));
  }

  double seconds_ = 1;
  std::uint64_t stored_ = 0;
  std::uint64_t rounds_ = 0;
  Placement placement_;
  Side guarded_;
  Side open_;
};

}  // namespace

std::unique_ptr<Scenario> make_limits_scenario() {
  return std::make_unique<LimitsScenario>();
}

}  // namespace kedge::node::bench
