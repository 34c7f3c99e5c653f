// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/scale/growth.hpp"

#include <algorithm>
#include <cstdio>

#include "node/bench/peer.hpp"
#include "node/bench/requests.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/bench/temporary_folder.hpp"
#include "node/log/leaf.hpp"
#include "tests/bench/scale/issuer_token.hpp"
#include "tests/bench/scale/seal_times.hpp"

namespace kedge::bench {
namespace {

using node::bench::NodeProcess;
using node::bench::Placement;
using node::bench::Stopwatch;

constexpr std::uint64_t kPerCall = 1'000;
constexpr std::size_t kAcceptConnections = 8;
constexpr std::size_t kProveConnections = 64;
constexpr double kNoEnd = 86'400;
/// Calls between the last measurement and SIGKILL.
constexpr std::uint64_t kCrashCalls = 20;
constexpr int kSeals = 5;
/// Of a step's calls: at half of the top rate, and before each sealing that is timed (at most).
constexpr std::uint64_t kHalfRatePart = 5;
constexpr std::uint64_t kSealPart = 50;
constexpr std::uint64_t kSealCalls = 65;

struct Column {
  const char* name;
  double (*value)(const Growth&);
};

constexpr Column kColumns[] = {
    {"accept_per_second", [](const Growth& g) { return g.accept_per_second; }},
    {"accept_p99_ms", [](const Growth& g) { return g.accept_p99_ms; }},
    {"accept_gap_ms", [](const Growth& g) { return g.accept_gap_ms; }},
    {"accept_half_p99_ms", [](const Growth& g) { return g.accept_half_p99_ms; }},
    {"accept_half_max_ms", [](const Growth& g) { return g.accept_half_max_ms; }},
    {"bare_log_p99_ms", [](const Growth& g) { return g.bare_log_p99_ms; }},
    {"loaded_seals", [](const Growth& g) { return g.loaded_seals; }},
    {"loaded_seal_at_most_ms", [](const Growth& g) { return g.loaded_seal_at_most_ms; }},
    {"seal_ms", [](const Growth& g) { return g.seal_ms; }},
    {"seal_max_ms", [](const Growth& g) { return g.seal_max_ms; }},
    {"fresh_prove_per_second", [](const Growth& g) { return g.fresh_prove_per_second; }},
    {"fresh_prove_half_p99_ms", [](const Growth& g) { return g.fresh_prove_half_p99_ms; }},
    {"prove_per_second", [](const Growth& g) { return g.prove_per_second; }},
    {"prove_p99_ms", [](const Growth& g) { return g.prove_p99_ms; }},
    {"prove_half_p99_ms", [](const Growth& g) { return g.prove_half_p99_ms; }},
    {"memory_mib", [](const Growth& g) { return g.memory_mib; }},
    {"disk_gib", [](const Growth& g) { return g.disk_gib; }},
    {"start_seconds", [](const Growth& g) { return g.start_seconds; }},
};

}  // namespace

std::string growth_columns() {
  std::string text = "stored";
  for (const Column& column : kColumns) text.append(",").append(column.name);
  return text + ",fsck_seconds";
}

std::string growth_row(const Growth& growth) {
  std::string text = std::to_string(growth.stored);
  char number[64];
  for (const Column& column : kColumns) {
    std::snprintf(number, sizeof number, ",%.3f", column.value(growth));
    text += number;
  }
  text += ',';
  if (growth.fsck_seconds) {
    std::snprintf(number, sizeof number, "%.3f", *growth.fsck_seconds);
    text += number;
  }
  return text;
}

Result<NodeProcess> GrowingNode::launch(const GrowthOptions& options) {
  return NodeProcess::start({options.node_program.string(), (options.folder / "data").string(),
                             std::to_string(options.issuers)},
                            options.folder / "data", options.folder / "node.log",
                            Placement::together().server);
}

Result<GrowingNode> GrowingNode::start(GrowthOptions options, std::uint64_t stored) {
  auto process = launch(options);
  if (!process) return std::move(process).error();
  return GrowingNode(std::move(options), stored, *std::move(process));
}

rpc::RequestMaker GrowingNode::submissions() const {
  const std::string start = process_.token() + "/";
  const auto make = node::bench::submit_requests(start + issuer_number(0), stored_, kPerCall);
  const std::uint64_t first = stored_ / kPerCall;
  const std::uint64_t issuers = options_.issuers;
  return [=](std::size_t connection, std::uint64_t number, std::string& text) {
    make(connection, number, text);
    const std::size_t at = text.find(start) + start.size();
    text.replace(at, kIssuerDigits, issuer_number((first + number) % issuers));
  };
}

Result<rpc::LoadResult> GrowingNode::accept(std::uint64_t calls, double rate) {
  const node::bench::OnCores here(Placement::together().client);
  rpc::LoadOptions load = process_.load_options();
  load.connections = rate > 0 ? kProveConnections : kAcceptConnections;
  load.seconds = kNoEnd;
  load.max_requests = calls;
  load.rate = rate;
  auto result = rpc::run_load(load, submissions());
  if (result) stored_ += calls * kPerCall;
  return result;
}

Status GrowingNode::load(std::uint64_t calls, std::uint64_t calls_at_half, Growth& growth) {
  const auto before = seal_times(process_);
  if (!before) return before.error();
  const auto most = accept(calls, 0);
  if (!most) return most.error();
  growth.accept_per_second = most->per_second() * static_cast<double>(kPerCall);
  growth.accept_p99_ms = most->latencies.quantile_ms(0.99);
  growth.accept_gap_ms = most->longest_gap_ms;
  const double rate = most->per_second() / 2;
  const auto half = accept(calls_at_half, rate);
  if (!half) return half.error();
  growth.accept_half_p99_ms = half->latencies.quantile_ms(0.99);
  growth.accept_half_max_ms = half->latencies.max_ms();
  const auto after = seal_times(process_);
  if (!after) return after.error();
  const SealTimes seals = after->since(*before);
  growth.loaded_seals = static_cast<double>(seals.count());
  growth.loaded_seal_at_most_ms = seals.at_most_seconds() * 1000;
  return bare_log(rate, growth);
}

Status GrowingNode::bare_log(double rate, Growth& growth) {
  (void)process_.await_rest();
  const auto work = node::bench::TemporaryFolder::make(options_.folder);
  if (!work) return work.error();
  const auto each_second = node::bench::peer_figure(
      {options_.peers_program.string(), "log", std::to_string(options_.seconds),
       std::to_string(rate), std::to_string(kPerCall * node::LeafEntry::kSize),
       work->path().string()},
      work->path(), Placement::together().server);
  if (!each_second) return each_second.error();
  growth.bare_log_p99_ms = 1000 / *each_second;
  return {};
}

Status GrowingNode::seal(std::uint64_t calls, Growth& growth) {
  std::vector<double> times;
  for (int i = 0; i < kSeals; ++i) {
    const auto brought = accept(calls, 0);
    if (!brought) return brought.error();
    auto client = process_.connect();
    if (!client) return client.error();
    const Stopwatch watch;
    const auto sealed = client->call("anchor_seal", "{}");
    if (!sealed) return sealed.error();
    times.push_back(watch.seconds() * 1000);
  }
  const node::bench::Spread spread = node::bench::spread_of(times);
  growth.seal_ms = spread.median;
  growth.seal_max_ms = spread.most;
  return {};
}

Result<GrowingNode::Proofs> GrowingNode::measure_proofs() {
  rpc::LoadOptions load = process_.load_options();
  load.connections = kProveConnections;
  load.warm_up_seconds = options_.seconds / 2;
  load.seconds = options_.seconds;
  const auto most = rpc::run_load(load, node::bench::proof_requests(stored_, proof_loads_++));
  if (!most) return most.error();
  load.rate = most->per_second() / 2;
  const auto half = rpc::run_load(load, node::bench::proof_requests(stored_, proof_loads_++));
  if (!half) return half.error();
  return Proofs{.per_second = most->per_second(),
                .p99_ms = most->latencies.quantile_ms(0.99),
                .half_p99_ms = half->latencies.quantile_ms(0.99)};
}

Status GrowingNode::fill_caches() {
  constexpr int kSeconds = 60;
  constexpr double kGrowsNoMore = 1.002;
  rpc::LoadOptions load = process_.load_options();
  load.connections = kProveConnections;
  load.seconds = 1;
  for (int i = 0; i < kSeconds; ++i) {
    const auto before = static_cast<double>(process_.memory());
    const auto asked = rpc::run_load(load, node::bench::proof_requests(stored_, proof_loads_++));
    if (!asked) return asked.error();
    if (static_cast<double>(process_.memory()) < kGrowsNoMore * before) break;
  }
  return {};
}

Status GrowingNode::prove(Growth& growth) {
  // What has just been taken is compacted for a while.
  (void)process_.await_rest();
  const Placement placement = Placement::apart();
  if (Status moved = process_.move_to(placement.server); !moved) return moved;
  const node::bench::OnCores here(placement.client);
  const auto fresh = measure_proofs();
  if (!fresh) return fresh.error();
  growth.fresh_prove_per_second = fresh->per_second;
  growth.fresh_prove_half_p99_ms = fresh->half_p99_ms;
  if (Status filled = fill_caches(); !filled) return filled;
  const auto proofs = measure_proofs();
  if (!proofs) return proofs.error();
  growth.prove_per_second = proofs->per_second;
  growth.prove_p99_ms = proofs->p99_ms;
  growth.prove_half_p99_ms = proofs->half_p99_ms;
  return process_.move_to(Placement::together().server);
}

Status GrowingNode::crash(Growth& growth) {
  const std::uint64_t last = stored_ + kCrashCalls * kPerCall - 1;
  const auto brought = accept(kCrashCalls, 0);
  if (!brought) return brought.error();
  process_.kill();
  auto again = launch(options_);
  if (!again) return std::move(again).error();
  growth.start_seconds = again->start_seconds();
  process_ = *std::move(again);
  // The last one that was acknowledged; an error if it is lost.
  const auto found = process_.call("anchor_get", node::bench::digest_params(last));
  if (!found) return found.error();
  // It reads its locator then, while it serves.
  (void)process_.await_rest();
  return {};
}

Status GrowingNode::check(Growth& growth) {
  process_.stop();
  const Stopwatch watch;
  const auto report = node::bench::run_program({options_.kedge_program.string(), "fsck", "--data",
                                                (options_.folder / "data").string(), "--json"},
                                               options_.folder);
  if (!report) return report.error();
  growth.fsck_seconds = watch.seconds();
  auto again = launch(options_);
  if (!again) return std::move(again).error();
  process_ = *std::move(again);
  (void)process_.await_rest();
  return {};
}

Result<Growth> GrowingNode::grow_to(std::uint64_t target, bool fsck) {
  Growth growth;
  const std::uint64_t step = target > stored_ ? (target - stored_) / kPerCall : 0;
  const std::uint64_t for_seal = std::clamp<std::uint64_t>(step / kSealPart, 1, kSealCalls);
  const std::uint64_t for_half = step / kHalfRatePart + 1;
  const std::uint64_t others = kSeals * for_seal + for_half + kCrashCalls;
  if (step <= others) return invalid_argument("expected a larger step", "step");

  if (Status done = load(step - others, for_half, growth); !done) return std::move(done).error();
  if (Status done = seal(for_seal, growth); !done) return std::move(done).error();
  if (Status done = prove(growth); !done) return std::move(done).error();
  growth.memory_mib = static_cast<double>(process_.memory()) / (1 << 20);
  if (Status done = crash(growth); !done) return std::move(done).error();
  growth.disk_gib =
      static_cast<double>(node::bench::disk_octets(options_.folder / "data")) / (1 << 30);
  if (fsck) {
    if (Status done = check(growth); !done) return std::move(done).error();
  }
  growth.stored = stored_;
  return growth;
}

}  // namespace kedge::bench
