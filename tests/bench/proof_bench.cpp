// SPDX-License-Identifier: Apache-2.0
// Proof bundles: one at a time from a store, and a whole batch written out.
#include <random>

#include <benchmark/benchmark.h>

#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/prover.hpp"
#include "node/proof/verifier.hpp"
#include "node/store/rocks_store.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace kedge;

constexpr std::uint32_t kBatchSize = 65'536;
constexpr std::uint64_t kBatches = 4;
constexpr const char* kOrigin = "log.example/bench";

std::unique_ptr<node::Store> make_rocks(const test::TempDir& dir) {
  auto store = node::create_rocks_store(dir.path() / "store", {kOrigin, {}});
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

/// Full batches in a RocksDB store, anchored; made once for all benchmarks.
class Sample {
 public:
  static Sample& get() {
    static Sample sample;
    return sample;
  }

  node::Bundle bundle() const {
    auto proof = prover.prove(*filled.snapshot(), {0, 4711});
    if (!proof) throw std::runtime_error(proof.error().message);
    return proof->bundle.value();
  }

 private:
  Sample() {
    filled.add_issuer("did:example:issuer");
    for (std::uint64_t batch = 0; batch < kBatches; ++batch) {
      filled.accept(0, kBatchSize);
      filled.seal();
      filled.anchor();
    }
  }
  test::TempDir dir_;

 public:
  test::FilledStore filled{kOrigin, make_rocks(dir_)};
  node::Prover prover{filled.verifier()};
};

void prove_at_random(benchmark::State& state) {
  Sample& sample = Sample::get();
  std::mt19937_64 random(1);
  std::string json;
  std::size_t octets = 0;
  for (auto _ : state) {
    const auto reader = sample.filled.snapshot();
    const auto proof = sample.prover.prove(*reader, {0, random() % (kBatches * kBatchSize)});
    if (!proof) return state.SkipWithError(proof.error().message.c_str());
    json.clear();
    node::append_bundle_json(json, *proof->bundle);
    octets += json.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}
BENCHMARK(prove_at_random);

void write_whole_batch(benchmark::State& state) {
  Sample& sample = Sample::get();
  std::string json;
  std::size_t octets = 0;
  for (auto _ : state) {
    const auto reader = sample.filled.snapshot();
    const auto written =
        sample.prover.prove_batch(*reader, {0, 0}, [&](std::uint64_t, const node::Bundle& bundle) {
          json.clear();
          node::append_bundle_json(json, bundle);
          octets += json.size();
          return Status();
        });
    if (!written) return state.SkipWithError(written.error().message.c_str());
  }
  state.SetItemsProcessed(state.iterations() * kBatchSize);
  state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}
BENCHMARK(write_whole_batch)->Unit(benchmark::kMillisecond);

void write_json(benchmark::State& state) {
  const node::Bundle bundle = Sample::get().bundle();
  std::string json;
  for (auto _ : state) {
    json.clear();
    node::append_bundle_json(json, bundle);
    benchmark::DoNotOptimize(json.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_json);

void write_cbor(benchmark::State& state) {
  const node::Bundle bundle = Sample::get().bundle();
  for (auto _ : state) benchmark::DoNotOptimize(node::bundle_to_cbor(bundle));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_cbor);

void verify_document(benchmark::State& state) {
  const Sample& sample = Sample::get();
  const std::string json = node::bundle_to_json(sample.bundle());
  node::Trust trust;
  trust.log_keys = {sample.filled.verifier()};
  for (auto _ : state) {
    const node::Verdict verdict = node::verify_document(as_bytes(json), trust, {});
    if (verdict.outcome != node::Outcome::valid) return state.SkipWithError("not valid");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_document);

}  // namespace
