// SPDX-License-Identifier: Apache-2.0
#include "node/bench/measured_node.hpp"
#include "node/bench/requests.hpp"
#include "node/bench/scenario.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::size_t kConnections = 64;
constexpr std::size_t kManyConnections = 8;
constexpr std::uint64_t kManyPerCall = 1'000;
constexpr std::uint64_t kMostStored = 100'000;
constexpr double kWarmUp = 0.2;
/// Nobody is exempt, everything is counted, and nothing is refused.
constexpr const char* kCounted =
    "[rate]\nexempt = []\nclient = 1000000000\nclient_burst = 1000000000\ntoken = 1000000000\n"
    "token_burst = 1000000000\n";

/// What rate limits cost those who stay below them: two nodes with the same load in turn, one of
/// which counts.
class LimitsScenario : public Scenario {
 public:
  std::string name() const override { return "limits"; }
  std::string summary() const override {
    return "what counting for rate limits costs: two nodes in turn, one of which counts";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds / 6;
    stored_ = std::min(options.stored, kMostStored);
    placement_ = Placement::together();
    for (Side* side : {&counted_, &free_}) {
      auto node = MeasuredNode::start(options.folder, placement_.server,
                                      side == &counted_ ? kCounted : std::string());
      if (!node) return std::move(node).error();
      side->node = *std::move(node);
      if (Status filled = side->node->fill(stored_); !filled) return filled;
      side->next = stored_;
    }
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    const OnCores here(placement_.client);
    std::vector<Figure> figures;
    const auto compare = [&](Figure figure, auto measured, double times) -> Status {
      const auto counted = measured(counted_);
      if (!counted) return counted.error();
      const auto free = measured(free_);
      if (!free) return free.error();
      figure.value = counted->per_second() * times;
      figure.beside("the same without limits", free->per_second() * times);
      figures.push_back(figure.with_latencies(counted->latencies));
      return {};
    };
    Status done = compare(
        {.id = "limits-accept-1", .what = "credentials, 1 a call, counted"},
        [&](Side& side) { return submit(side, kConnections, 1); }, 1);
    if (!done) return done.error();
    done = compare(
        {.id = "limits-accept-1000", .what = "credentials, 1,000 a call, counted"},
        [&](Side& side) { return submit(side, kManyConnections, kManyPerCall); },
        static_cast<double>(kManyPerCall));
    if (!done) return done.error();
    done = compare(
        {.id = "limits-prove", .what = "proofs, counted"}, [&](Side& side) { return prove(side); },
        1);
    if (!done) return done.error();
    return figures;
  }

 private:
  struct Side {
    std::unique_ptr<MeasuredNode> node;
    std::uint64_t next = 0;
    std::uint64_t round = 0;
  };

  rpc::LoadOptions shape(Side& side, std::size_t connections) const {
    rpc::LoadOptions options = side.node->process().load_options();
    options.connections = connections;
    options.seconds = seconds_;
    options.warm_up_seconds = kWarmUp;
    return options;
  }

  Result<rpc::LoadResult> submit(Side& side, std::size_t connections, std::uint64_t per_call) {
    auto result = rpc::run_load(shape(side, connections),
                                submit_requests(side.node->process().token(), side.next, per_call));
    if (result) side.next += result->requests * per_call;
    return result;
  }

  Result<rpc::LoadResult> prove(Side& side) {
    return rpc::run_load(shape(side, kConnections), proof_requests(stored_, side.round++));
  }

  double seconds_ = 1;
  std::uint64_t stored_ = 0;
  Placement placement_;
  Side counted_;
  Side free_;
};

}  // namespace

std::unique_ptr<Scenario> make_limits_scenario() {
  return std::make_unique<LimitsScenario>();
}

}  // namespace kedge::node::bench
