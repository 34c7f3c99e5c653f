// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/scale/growth.hpp"

#include <algorithm>
#include <cstdio>

#include "node/bench/requests.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/bench/temporary_folder.hpp"
#include "tests/bench/scale/issuer_token.hpp"

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
    {"seal_ms", [](const Growth& g) { return g.seal_ms; }},
    {"seal_max_ms", [](const Growth& g) { return g.seal_max_ms; }},
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

Status GrowingNode::prove(Growth& growth) {
  // What has just been taken is compacted for a while.
  (void)process_.await_rest();
  const Placement placement = Placement::apart();
  if (Status moved = process_.move_to(placement.server); !moved) return moved;
  const node::bench::OnCores here(placement.client);
  rpc::LoadOptions load = process_.load_options();
  load.connections = kProveConnections;
  load.warm_up_seconds = options_.seconds / 2;
  load.seconds = options_.seconds;
  const auto most = rpc::run_load(load, node::bench::proof_requests(stored_, 0));
  if (!most) return most.error();
  growth.prove_per_second = most->per_second();
  growth.prove_p99_ms = most->latencies.quantile_ms(0.99);
  load.rate = most->per_second() / 2;
  const auto half = rpc::run_load(load, node::bench::proof_requests(stored_, 1));
  if (!half) return half.error();
  growth.prove_half_p99_ms = half->latencies.quantile_ms(0.99);
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

  const auto most = accept(step - others, 0);
  if (!most) return most.error();
  growth.accept_per_second = most->per_second() * static_cast<double>(kPerCall);
  growth.accept_p99_ms = most->latencies.quantile_ms(0.99);
  growth.accept_gap_ms = most->longest_gap_ms;
  const auto half = accept(for_half, most->per_second() / 2);
  if (!half) return half.error();
  growth.accept_half_p99_ms = half->latencies.quantile_ms(0.99);
  growth.accept_half_max_ms = half->latencies.max_ms();
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
