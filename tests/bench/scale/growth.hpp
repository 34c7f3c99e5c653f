// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "node/bench/node_process.hpp"

namespace kedge::bench {

struct GrowthOptions {
  /// Where the node and the measurements are; what is there is gone on with.
  std::filesystem::path folder;
  std::filesystem::path node_program;
  std::filesystem::path kedge_program;
  /// `kedge_bench_peers`.
  std::filesystem::path peers_program;
  std::uint64_t issuers = 1'000;
  /// Of each load that is measured by time.
  double seconds = 3;
};

/// What was measured while the store grew to a size, and there. Times in milliseconds but where the
/// name says otherwise.
struct Growth {
  std::uint64_t stored = 0;
  double accept_per_second = 0;
  double accept_p99_ms = 0;
  /// At the top rate: the longest time in which nobody was answered.
  double accept_gap_ms = 0;
  double accept_half_p99_ms = 0;
  double accept_half_max_ms = 0;
  /// A bare log of the same octets at the same rate, after the node had come to rest: what disk and
  /// machine allow at that moment.
  double bare_log_p99_ms = 0;
  /// Seals while credentials came at the top rate and at half of it, and what none of them took
  /// longer than, a bound of the node's histogram.
  double loaded_seals = 0;
  double loaded_seal_at_most_ms = 0;
  /// Sealing what a few hundredths of a step have brought, of many issuers.
  double seal_ms = 0;
  double seal_max_ms = 0;
  /// Of a node that has just been started: its caches are empty, their memory not yet touched.
  double fresh_prove_per_second = 0;
  double fresh_prove_half_p99_ms = 0;
  /// Once proofs have filled its caches.
  double prove_per_second = 0;
  double prove_p99_ms = 0;
  double prove_half_p99_ms = 0;
  double memory_mib = 0;
  double disk_gib = 0;
  /// After SIGKILL under load, until it served again.
  double start_seconds = 0;
  /// Only where it was asked for.
  std::optional<double> fsck_seconds;
};

/// The columns, in the order of a row.
std::string growth_columns();
std::string growth_row(const Growth& growth);

/// A node that takes credentials of many issuers, in order, so that it is known what is stored.
class GrowingNode {
 public:
  /// `stored`: what it holds already, by an earlier run; a multiple of 1,000.
  static Result<GrowingNode> start(GrowthOptions options, std::uint64_t stored);

  /// Grows it to `target` credentials, measuring, and measures what depends on its size. The
  /// credentials of a step are those that were not measured in another way.
  Result<Growth> grow_to(std::uint64_t target, bool fsck);

 private:
  GrowingNode(GrowthOptions options, std::uint64_t stored, node::bench::NodeProcess process)
      : options_(std::move(options)), stored_(stored), process_(std::move(process)) {}

  static Result<node::bench::NodeProcess> launch(const GrowthOptions& options);
  [[nodiscard]] rpc::RequestMaker submissions() const;
  /// So many calls of 1,000 credentials, at most `rate` a second.
  Result<rpc::LoadResult> accept(std::uint64_t calls, double rate);
  /// At the top rate, then at half of it.
  Status load(std::uint64_t calls, std::uint64_t calls_at_half, Growth& growth);
  Status bare_log(double rate, Growth& growth);
  Status seal(std::uint64_t calls, Growth& growth);
  /// As fast as they are answered, then at half of that rate.
  struct Proofs {
    double per_second = 0;
    double p99_ms = 0;
    double half_p99_ms = 0;
  };
  Result<Proofs> measure_proofs();
  /// Asks for proofs until the node's memory grows no more.
  Status fill_caches();
  Status prove(Growth& growth);
  Status crash(Growth& growth);
  Status check(Growth& growth);

  GrowthOptions options_;
  std::uint64_t stored_;
  /// Loads of proofs so far, each with credentials of its own.
  std::uint64_t proof_loads_ = 0;
  node::bench::NodeProcess process_;
};

}  // namespace kedge::bench
