// SPDX-License-Identifier: Apache-2.0
// Verification of a bundle that is anchored on an EVM chain: paths, signature, tries, header,
// seals.
#include <benchmark/benchmark.h>

#include "node/proof/verifier.hpp"
#include "tests/node/proof/evm_bundle.hpp"

namespace {

using namespace kedge;

/// Seven validators; the argument says how many have sealed. Fewer than five are no quorum, and the
/// verdict is then `invalid`.
void verify_evm_bundle(benchmark::State& state) {
  test::EvmBlockOptions options;
  options.seals = static_cast<std::size_t>(state.range(0));
  options.other_accounts = 2000;
  options.other_slots = 200;
  options.other_receipts = 100;
  const test::EvmBundle sample(options);
  const node::Trust trust = sample.trust_validators();
  const auto expected = options.seals >= 5 ? node::Outcome::valid : node::Outcome::invalid;
  for (auto _ : state) {
    const node::Verdict verdict = node::verify(sample.bundle, trust, sample.digest);
    if (verdict.outcome != expected) return state.SkipWithError("another verdict");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_evm_bundle)->Arg(4)->Arg(5)->Arg(7)->Unit(benchmark::kMicrosecond);

}  // namespace
