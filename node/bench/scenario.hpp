// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "rpc/load_client.hpp"

/// The scenarios of `kedge bench`: each starts what it needs and cleans up after itself.
namespace kedge::node::bench {

struct BenchOptions {
  /// How long one measurement takes, about.
  double seconds = 3;
  /// Credentials that a store is filled with first, where the scenario has one.
  std::uint64_t stored = 100'000;
  /// Where stores are made. A file system in memory would say nothing about syncing.
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  /// Where the programs of tests/bench are that do a peer's work.
  std::filesystem::path helpers;
};

/// One figure of one measurement.
struct Figure {
  /// Stable, for programs: `accept-1000`.
  std::string id;
  /// What was done, such as `leaves` or `credentials, 1,000 a call`.
  std::string what;
  double value = 0;
  /// Of `value`.
  std::string unit = "/s";
  /// Of calls over the network, in milliseconds; 0 where there are none.
  double p50_ms = 0;
  double p99_ms = 0;
  double p999_ms = 0;
  double max_ms = 0;
  /// What the same was measured with beside it; empty if with nothing.
  std::string peer = {};
  double peer_value = 0;

  Figure& with_latencies(const rpc::LatencyHistogram& latencies);
  Figure& beside(std::string name, double its_value);
};

class Scenario {
 public:
  virtual ~Scenario() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// One line: what is measured, with what.
  [[nodiscard]] virtual std::string summary() const = 0;
  /// Everything that is not measured. Called once, first.
  virtual Status prepare(const BenchOptions& options) = 0;
  /// Called any number of times; always answers the same figures in the same order.
  virtual Result<std::vector<Figure>> measure() = 0;
  /// What a reader of the figures must know of this machine, such as a peer that is missing.
  [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }

 protected:
  void remark(std::string text) { remarks_.push_back(std::move(text)); }

 private:
  std::vector<std::string> remarks_;
};

/// All scenarios, in the order in which they are run.
std::vector<std::unique_ptr<Scenario>> make_scenarios();

std::unique_ptr<Scenario> make_accept_scenario();
std::unique_ptr<Scenario> make_bundles_scenario();
std::unique_ptr<Scenario> make_digest_scenario();
std::unique_ptr<Scenario> make_es256_scenario();
std::unique_ptr<Scenario> make_jcs_scenario();
std::unique_ptr<Scenario> make_limits_scenario();
std::unique_ptr<Scenario> make_prove_scenario();
std::unique_ptr<Scenario> make_status_scenario();
std::unique_ptr<Scenario> make_storage_scenario();
std::unique_ptr<Scenario> make_tree_scenario();

/// Smallest, middle and greatest of several measurements.
struct Spread {
  double least = 0;
  double median = 0;
  double most = 0;
};

/// Precondition: there is at least one value.
Spread spread_of(std::vector<double> values);

}  // namespace kedge::node::bench
