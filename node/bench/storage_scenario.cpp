// SPDX-License-Identifier: Apache-2.0
#include "config/data_dir.hpp"
#include "node/bench/measured_node.hpp"
#include "node/bench/peer.hpp"
#include "node/bench/scenario.hpp"

namespace kedge::node::bench {
namespace {

/// What a credential takes on the disk with everything that the node keeps (leaves, tree, log,
/// index, ledger, keys), and what memory the node has after taking them all.
class StorageScenario : public Scenario {
 public:
  std::string name() const override { return "storage"; }
  std::string summary() const override {
    return "bytes a credential on disk, all files of the node, and its memory";
  }

  Status prepare(const BenchOptions& options) override {
    options_ = options;
    const auto program = helper(options.helpers, kPeers);
    if (!program) remark("not compacted: " + program.error().message);
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    auto node = MeasuredNode::start(options_.folder, Placement::together().server);
    if (!node) return std::move(node).error();
    if (Status filled = (*node)->fill(options_.stored); !filled) return filled.error();
    const auto memory = static_cast<double>((*node)->process().memory());
    (*node)->process().stop();
    const std::uint64_t before = disk_octets((*node)->data_dir());
    const std::string store = config::DataDir((*node)->data_dir()).store().string();
    const auto program = helper(options_.helpers, kPeers);
    if (program) {
      const auto done = peer_figure({program->string(), "compact", store},
                                    (*node)->data_dir().parent_path(), usable_cores());
      if (!done) return done.error();
    }
    const auto each = [&](std::uint64_t octets) {
      return static_cast<double>(octets) / static_cast<double>(options_.stored);
    };
    const std::string of = ", of " + std::to_string(options_.stored) + " credentials";
    return std::vector<Figure>{{.id = "storage",
                                .what = "on disk" + of + (program ? ", compacted" : ""),
                                .value = each(disk_octets((*node)->data_dir())),
                                .unit = "B each"},
                               {.id = "storage-before",
                                .what = "on disk, as the node left it",
                                .value = each(before),
                                .unit = "B each"},
                               {.id = "memory",
                                .what = "resident, after taking them",
                                .value = memory / (1 << 20),
                                .unit = "MiB"}};
  }

 private:
  BenchOptions options_;
};

}  // namespace

std::unique_ptr<Scenario> make_storage_scenario() {
  return std::make_unique<StorageScenario>();
}

}  // namespace kedge::node::bench
