// SPDX-License-Identifier: Apache-2.0
// What a submitted or verified credential costs: canonical form, digest, signatures.
#include <benchmark/benchmark.h>

#include "crypto/digest_profile.hpp"
#include "crypto/jcs.hpp"
#include "crypto/jws.hpp"
#include "node/sample/sample.hpp"

namespace {

using namespace kedge;

/// The first sample of a form, by the ending of its file name.
std::string sample_of(std::string_view ending) {
  const node::sample::SampleMaker maker(1);
  for (std::uint64_t index = 0;; ++index) {
    const auto sample = maker.make(index);
    if (sample->file_name.ends_with(ending)) return sample->document;
  }
}

void canonicalise(benchmark::State& state) {
  const std::string document = sample_of(".json");
  for (auto _ : state) benchmark::DoNotOptimize(crypto::jcs_without_proof(document));
  state.SetBytesProcessed(static_cast<std::int64_t>(document.size()) * state.iterations());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(canonicalise);

void digest(benchmark::State& state, crypto::DigestProfile profile, const char* ending) {
  const std::string document = sample_of(ending);
  for (auto _ : state) {
    benchmark::DoNotOptimize(crypto::credential_digest(profile, as_bytes(document)));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(document.size()) * state.iterations());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(digest, jcs, crypto::DigestProfile::jcs, ".json");
BENCHMARK_CAPTURE(digest, jws, crypto::DigestProfile::jws, ".jwt");
BENCHMARK_CAPTURE(digest, sd_jwt, crypto::DigestProfile::jws, ".sd-jwt");

void sign(benchmark::State& state, crypto::KeyType type) {
  const auto key = crypto::SecretKey::generate(type);
  const Bytes message(1024, 7);
  for (auto _ : state) benchmark::DoNotOptimize(key->sign(message));
  state.SetItemsProcessed(state.iterations());
}

void verify(benchmark::State& state, crypto::KeyType type) {
  const auto key = crypto::SecretKey::generate(type);
  const Bytes message(1024, 7);
  const auto signature = key->sign(message);
  for (auto _ : state) {
    if (!key->public_key().verify(message, *signature)) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(sign, ed25519, crypto::KeyType::ed25519);
BENCHMARK_CAPTURE(sign, p256, crypto::KeyType::p256);
BENCHMARK_CAPTURE(sign, secp256k1, crypto::KeyType::secp256k1);
BENCHMARK_CAPTURE(verify, ed25519, crypto::KeyType::ed25519);
BENCHMARK_CAPTURE(verify, p256, crypto::KeyType::p256);
BENCHMARK_CAPTURE(verify, secp256k1, crypto::KeyType::secp256k1);

}  // namespace
