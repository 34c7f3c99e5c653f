// SPDX-License-Identifier: Apache-2.0
// Encoding and signing a changed list in everything that it is published in.
#include <random>

#include <benchmark/benchmark.h>

#include "node/status/foreign_list.hpp"
#include "node/status/list_documents.hpp"
#include "node/status/list_encoding.hpp"
#include "node/store/status_store.hpp"

namespace kedge::bench {
namespace {

using namespace kedge::node;

/// Of 131,072 entries, one in `one_in` revoked or suspended; none if that is 0.
Bytes statuses(std::uint64_t size, unsigned one_in) {
  std::mt19937 random(1);
  Bytes packed(size / 4);
  for (std::uint64_t i = 0; one_in != 0 && i < size; ++i) {
    if (random() % one_in != 0) continue;
    packed[i / 4] |= static_cast<std::uint8_t>((1U + random() % 2) << (2 * (i % 4)));
  }
  return packed;
}

/// Arguments: one entry in how many is not valid; the type of the key.
void encode_all(benchmark::State& state) {
  const auto type = static_cast<crypto::KeyType>(state.range(1));
  const ListSigner signer(*crypto::SecretKey::generate(type), "did:example:issuer#keys-1");
  const Bytes packed = statuses(kMinListEntries, static_cast<unsigned>(state.range(0)));
  const ListPlace place("https://anchor.example.edu", Hash{}, 1);
  const DocumentTerms terms{.issuer = "did:example:issuer",
                            .issued_ms = 1'790'000'000'000,
                            .valid_until_ms = 1'790'600'000'000,
                            .ttl_ms = 300'000,
                            .ebsi_schema = "https://registry.example/schemas/z1"};
  std::size_t octets = 0;
  for (auto _ : state) {
    const auto documents = encode_list(
        packed, kMinListEntries, kPurposeRevocation | kPurposeSuspension, place, terms, signer);
    octets = 0;
    for (const ListDocument& document : *documents) octets += document.octets.size();
  }
  state.counters["octets"] = static_cast<double>(octets);
}

void decode_bitstring_list(benchmark::State& state) {
  const Bytes packed = statuses(kMinListEntries, static_cast<unsigned>(state.range(0)));
  const std::string text = bitstring_text(
      compress(purpose_bits(packed, kMinListEntries, StatusPurpose::revocation), Wrapping::gzip));
  for (auto _ : state) benchmark::DoNotOptimize(decode_bitstring(text));
}

BENCHMARK(encode_all)
    ->ArgNames({"one_in", "key"})
    ->ArgsProduct({{0, 1000, 100, 10, 2}, {0, 1, 2}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(decode_bitstring_list)->ArgName("one_in")->Arg(0)->Arg(100)->Arg(2);

}  // namespace
}  // namespace kedge::bench
