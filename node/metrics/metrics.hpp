// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"
#include "node/api/services.hpp"
#include "node/metrics/call_counts.hpp"
#include "rpc/server.hpp"

namespace kedge::node {

/// Where the values are that are looked up when somebody asks. All must outlive their use.
struct MetricsSources {
  const Services& services;
  const CallCounts& calls;
  /// In the order of Services::ledgers.
  std::vector<const ledger::Ledger*> ledgers = {};
  /// nullopt while there is no server. Thread-safe.
  std::function<std::optional<rpc::ServerStatus>()> server = {};
  /// Octets of the store's files; nullopt if it does not know. Thread-safe.
  std::function<std::optional<std::uint64_t>()> store_octets = {};
};

/// What the node tells a Prometheus (README.md has the list). What happens seldom is kept here as
/// it happens; what happens often is counted by CallCounts; the rest is looked up. Thread-safe.
class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  /// A group commit came to stable storage; an epoch was made.
  void note_commit(std::chrono::nanoseconds took) noexcept;
  void note_seal(std::chrono::nanoseconds took) noexcept;
  /// A fault of ours, whose details are in the log.
  void note_fault() noexcept;
  /// A proof that the prover has made did not verify and was not given out.
  void note_rejected_proof() noexcept;

  /// All of it in Prometheus' text format 0.0.4. A bounded number of point reads of the store;
  /// about a millisecond.
  [[nodiscard]] std::string text(const MetricsSources& sources) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kedge::node
