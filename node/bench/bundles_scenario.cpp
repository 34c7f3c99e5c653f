// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <optional>

#include "config/data_dir.hpp"
#include "node/bench/measured_node.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/prover.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::uint64_t kBatch = 65'536;

/// All bundles of one full batch that a node has accepted, sealed and anchored, written as JSON
/// into memory, from its store.
class BundlesScenario : public Scenario {
 public:
  std::string name() const override { return "bundles"; }
  std::string summary() const override {
    return "all proof bundles of a batch of 65,536 as JSON, on one processor, before the disk";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds;
    // Nothing is sealed before everything is there, so that it is one batch.
    auto node = MeasuredNode::start(options.folder, Placement::together().server,
                                    "[seal]\ninterval = \"1h\"\n");
    if (!node) return std::move(node).error();
    node_ = *std::move(node);
    if (Status accepted = node_->accept(0, kBatch); !accepted) return accepted;
    if (Status anchored = node_->make_final(kBatch - 1); !anchored) return anchored;
    node_->process().stop();

    const config::DataDir dir(node_->data_dir());
    std::string line;
    std::ifstream in(dir.log_vkey());
    std::getline(in, line);
    auto key = crypto::NoteVerifier::from_vkey(line);
    if (!key) return std::move(key).error();
    auto store = open_rocks_store(dir.store());
    if (!store) return std::move(store).error();
    store_ = *std::move(store);
    prover_.emplace(*std::move(key));
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    const OnCores here({usable_cores().front()});
    std::string json;
    std::uint64_t written = 0;
    Status done;
    const ProcessorStopwatch watch;
    do {
      const auto reader = store_->snapshot();
      const auto state =
          prover_->prove_batch(*reader, {0, 0}, [&](std::uint64_t, const Bundle& bundle) {
            json.clear();
            append_bundle_json(json, bundle);
            ++written;
            return Status();
          });
      if (!state) return state.error();
    } while (watch.seconds() < seconds_);
    const double taken = watch.seconds();
    if (written % kBatch != 0 || written == 0) {
      return Error{Errc::internal, "expected one batch of " + std::to_string(kBatch)};
    }
    return std::vector<Figure>{
        {.id = "bundles",
         .what = "bundles of " + std::to_string(json.size()) + " bytes, a whole batch",
         .value = static_cast<double>(written) / taken}};
  }

 private:
  double seconds_ = 1;
  std::unique_ptr<MeasuredNode> node_;
  std::unique_ptr<Store> store_;
  std::optional<Prover> prover_;
};

}  // namespace

std::unique_ptr<Scenario> make_bundles_scenario() {
  return std::make_unique<BundlesScenario>();
}

}  // namespace kedge::node::bench
