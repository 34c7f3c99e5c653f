// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "node/bench/node_process.hpp"

namespace kedge::bench {

/// How long a node's seals have taken since its start, as its metrics tell: acceptance waits so
/// long, because both are the sequencer's.
struct SealTimes {
  struct Bound {
    double seconds = 0;
    /// Seals that took no longer.
    std::uint64_t seals = 0;
  };
  /// Ascending; the last one is infinite.
  std::vector<Bound> bounds;

  /// The seals after `before`, which is of the same node since the same start.
  [[nodiscard]] SealTimes since(const SealTimes& before) const;
  [[nodiscard]] std::uint64_t count() const;
  /// The least bound that none of them went beyond; 0 if there were none.
  [[nodiscard]] double at_most_seconds() const;
};

/// From `/metrics`. corrupt if the family is not there; unavailable if the node does not answer.
Result<SealTimes> seal_times(const node::bench::NodeProcess& process);

}  // namespace kedge::bench
