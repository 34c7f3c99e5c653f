// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <benchmark/benchmark.h>

#include "crypto/hex.hpp"
#include "crypto/sha256_batch.hpp"
#include "crypto/tree.hpp"

namespace kedge::bench {
namespace {

constexpr std::size_t kBatch = 65'536;

std::vector<Hash> leaf_hashes(std::size_t count) {
  std::vector<std::uint64_t> entries(count);
  for (std::size_t i = 0; i < count; ++i) entries[i] = i;
  std::vector<Hash> leaves(count);
  crypto::hash_leaves(reinterpret_cast<const std::uint8_t*>(entries.data()), sizeof entries[0],
                      count, leaves.data());
  return leaves;
}

void per_proof(benchmark::State& state) {
  state.counters["proofs"] = benchmark::Counter(static_cast<double>(kBatch),
                                                benchmark::Counter::kIsIterationInvariantRate);
}

/// Every inclusion path of a full batch, visited in order.
void all_paths(benchmark::State& state) {
  const crypto::Tree tree(leaf_hashes(kBatch));
  for (auto _ : state) {
    std::size_t hashes = 0;
    tree.visit_paths([&](std::uint64_t, std::span<const Hash> path) {
      benchmark::DoNotOptimize(path.data());
      hashes += path.size();
    });
    benchmark::DoNotOptimize(hashes);
  }
  per_proof(state);
}
BENCHMARK(all_paths)->Unit(benchmark::kMillisecond);

/// The same, each path written as the hex array of a bundle.
void all_paths_as_json(benchmark::State& state) {
  const crypto::Tree tree(leaf_hashes(kBatch));
  std::string out;
  for (auto _ : state) {
    tree.visit_paths([&](std::uint64_t, std::span<const Hash> path) {
      out = "[";
      for (const Hash& hash : path) {
        out += out.size() > 1 ? ",\"" : "\"";
        crypto::append_hex(out, hash);
        out += '"';
      }
      out += ']';
      benchmark::DoNotOptimize(out.data());
    });
  }
  per_proof(state);
}
BENCHMARK(all_paths_as_json)->Unit(benchmark::kMillisecond);

/// One path after the other, as single questions would ask for them.
void each_path(benchmark::State& state) {
  const crypto::Tree tree(leaf_hashes(kBatch));
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < kBatch; ++i) benchmark::DoNotOptimize(tree.inclusion_path(i));
  }
  per_proof(state);
}
BENCHMARK(each_path)->Unit(benchmark::kMillisecond);

void verify_paths(benchmark::State& state) {
  const std::vector<Hash> leaves = leaf_hashes(kBatch);
  const crypto::Tree tree(leaves);
  const Hash root = tree.root();
  for (auto _ : state) {
    tree.visit_paths([&](std::uint64_t index, std::span<const Hash> path) {
      if (!crypto::verify_inclusion(leaves[index], index, kBatch, path, root)) {
        state.SkipWithError("refused");
      }
    });
  }
  per_proof(state);
}
BENCHMARK(verify_paths)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kedge::bench
