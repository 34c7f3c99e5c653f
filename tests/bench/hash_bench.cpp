// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <time.h>

#include "crypto/sha256.hpp"
#include "crypto/sha256_batch.hpp"
#include "crypto/tree.hpp"
#include "tests/bench/raw_sha_ni.hpp"

namespace kedge::bench {
namespace {

using crypto::Sha256Backend;

constexpr std::size_t kLeafEntry = 49;
/// A leaf is one compression, and a node, of which there is one a leaf, two.
constexpr double kCompressionsPerLeaf = 3;

/// Processor time of this thread: other work on the machine does not count.
double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void skip_without(benchmark::State& state, Sha256Backend backend) {
  if (!crypto::sha256_supports(backend)) state.SkipWithError("the processor does not support this");
}

void raw_limit(benchmark::State& state) {
  skip_without(state, Sha256Backend::sha_ni);
  constexpr std::size_t kBlocks = 10'000;
  const int streams = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(raw_sha_ni(streams, kBlocks));
  state.counters["compressions"] = benchmark::Counter(
      static_cast<double>(kBlocks) * streams, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(raw_limit)->ArgName("streams")->DenseRange(1, 4);

/// Seconds that the raw SHA-NI limit takes for the compressions of a tree.
double limit_seconds(std::size_t leaves) {
  constexpr std::size_t kBlocks = 100'000;
  double best = 1e9;
  for (const int streams : {2, 3, 4}) {
    const double begin = seconds();
    benchmark::DoNotOptimize(raw_sha_ni(streams, kBlocks));
    best = std::min(best, (seconds() - begin) / (static_cast<double>(kBlocks) * streams));
  }
  return best * kCompressionsPerLeaf * static_cast<double>(leaves);
}

/// Times `build` and compares it with the limit, which is measured anew beside every tree.
template <class Build>
void against_the_limit(benchmark::State& state, const Build& build) {
  const auto backend = static_cast<Sha256Backend>(state.range(0));
  skip_without(state, backend);
  if (!crypto::sha256_supports(backend)) return;
  const Sha256Backend before = crypto::sha256_backend();
  crypto::force_sha256_backend(backend);
  state.SetLabel(std::string(crypto::backend_name(backend)));
  const auto leaves = static_cast<std::size_t>(state.range(1));
  const std::vector<std::uint8_t> entries(leaves * kLeafEntry, 0x5a);
  double limit = 0;
  double taken = 0;
  for (auto _ : state) {
    if (crypto::sha256_supports(Sha256Backend::sha_ni)) limit += limit_seconds(leaves);
    const double begin = seconds();
    build(entries, leaves);
    const double spent = seconds() - begin;
    state.SetIterationTime(spent);
    taken += spent;
  }
  state.counters["leaves"] = benchmark::Counter(static_cast<double>(leaves),
                                                benchmark::Counter::kIsIterationInvariantRate);
  state.counters["of_limit"] = limit / taken;
  crypto::force_sha256_backend(before);
}

/// All levels of a tree in memory that it allocates, as the proofs of a batch need them.
void whole_tree(benchmark::State& state) {
  against_the_limit(state, [](const std::vector<std::uint8_t>& entries, std::size_t count) {
    std::vector<Hash> leaves(count);
    crypto::hash_leaves(entries.data(), kLeafEntry, count, leaves.data());
    const crypto::Tree tree(std::move(leaves));
    benchmark::DoNotOptimize(tree.root());
  });
}
BENCHMARK(whole_tree)
    ->ArgNames({"backend", "leaves"})
    ->ArgsProduct({{0, 1, 2}, {65'536, 1'000'000}})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// The hashing of a tree alone: its levels shrink in place in memory that is there already.
void root_in_place(benchmark::State& state) {
  std::vector<Hash> row(static_cast<std::size_t>(state.range(1)));
  against_the_limit(state, [&](const std::vector<std::uint8_t>& entries, std::size_t count) {
    crypto::hash_leaves(entries.data(), kLeafEntry, count, row.data());
    while (count > 1) {
      crypto::hash_nodes(row.data(), count / 2, row.data());
      if (count % 2 != 0) row[count / 2] = row[count - 1];
      count = (count + 1) / 2;
    }
    benchmark::DoNotOptimize(row[0]);
  });
}
BENCHMARK(root_in_place)
    ->ArgNames({"backend", "leaves"})
    ->ArgsProduct({{0, 1, 2}, {65'536, 1'000'000}})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// What the batch form does when everything is in the first-level cache.
template <bool Nodes>
void batch(benchmark::State& state) {
  const auto backend = static_cast<Sha256Backend>(state.range(0));
  skip_without(state, backend);
  if (!crypto::sha256_supports(backend)) return;
  const Sha256Backend before = crypto::sha256_backend();
  crypto::force_sha256_backend(backend);
  state.SetLabel(std::string(crypto::backend_name(backend)));
  constexpr std::size_t kCount = 128;
  const std::vector<std::uint8_t> entries(kCount * kLeafEntry, 0x5a);
  const std::vector<Hash> children(2 * kCount, Hash{1, 2, 3});
  std::vector<Hash> out(kCount);
  for (auto _ : state) {
    if constexpr (Nodes) {
      crypto::hash_nodes(children.data(), kCount, out.data());
    } else {
      crypto::hash_leaves(entries.data(), kLeafEntry, kCount, out.data());
    }
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.counters["hashes"] = benchmark::Counter(static_cast<double>(kCount),
                                                benchmark::Counter::kIsIterationInvariantRate);
  crypto::force_sha256_backend(before);
}
BENCHMARK(batch<false>)->Name("leaves_in_cache")->ArgName("backend")->DenseRange(0, 2);
BENCHMARK(batch<true>)->Name("nodes_in_cache")->ArgName("backend")->DenseRange(0, 2);

void one_shot(benchmark::State& state) {
  const std::vector<std::uint8_t> message(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::sha256(message));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(one_shot)->ArgName("octets")->Arg(32)->Arg(65)->Arg(1024)->Arg(3400)->Arg(1 << 20);

/// The fastest way through OpenSSL's public interface: one context, the algorithm fetched once.
void one_shot_openssl(benchmark::State& state) {
  const std::vector<std::uint8_t> message(static_cast<std::size_t>(state.range(0)), 0x5a);
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Hash hash;
  for (auto _ : state) {
    EVP_DigestInit_ex2(context, algorithm, nullptr);
    EVP_DigestUpdate(context, message.data(), message.size());
    EVP_DigestFinal_ex(context, hash.data(), nullptr);
    benchmark::DoNotOptimize(hash);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
  EVP_MD_CTX_free(context);
  EVP_MD_free(algorithm);
}
BENCHMARK(one_shot_openssl)
    ->ArgName("octets")
    ->Arg(32)
    ->Arg(65)
    ->Arg(1024)
    ->Arg(3400)
    ->Arg(1 << 20);

}  // namespace
}  // namespace kedge::bench
