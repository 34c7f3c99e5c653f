// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256_batch.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "crypto/sha256_engine.hpp"

#ifdef KEDGE_SHA256_X86
#include <cpuid.h>
#endif

namespace kedge::crypto {
namespace {

using detail::Sha256Engine;

static_assert(sizeof(Hash) == 32 && sizeof(Hash[2]) == 64, "hashes lie back to back");

std::atomic<const Sha256Engine*> current{nullptr};

struct Features {
  bool sha_ni = false;
  bool avx512 = false;
};

#ifdef KEDGE_SHA256_X86

bool all_set(unsigned value, unsigned bits) {
  return (value & bits) == bits;
}

/// Whether the operating system saves the SSE, AVX and AVX-512 registers (XCR0 bits 1, 2, 5 to 7).
bool saves_zmm() {
  unsigned low = 0;
  unsigned high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return all_set(low, 0xe6);
}

/// Intel SDM volume 2, CPUID leaves 1 and 7. VBMI2 is asked for because the kernel shifts with it;
/// every processor that has AVX-512 and the SHA extensions has it.
Features detect() {
  constexpr unsigned kSsse3 = 1U << 9, kSse41 = 1U << 19, kOsxsave = 1U << 27;
  constexpr unsigned kSha = 1U << 29;
  constexpr unsigned kAvx512FBwVl = (1U << 16) | (1U << 30) | (1U << 31);
  constexpr unsigned kVbmi2 = 1U << 6;
  unsigned a = 0, b = 0, c1 = 0, c7 = 0, d = 0;
  Features features;
  if (__get_cpuid(1, &a, &b, &c1, &d) == 0) return features;
  if (__get_cpuid_count(7, 0, &a, &b, &c7, &d) == 0) return features;
  features.sha_ni = all_set(b, kSha) && all_set(c1, kSsse3 | kSse41);
  features.avx512 = features.sha_ni && all_set(b, kAvx512FBwVl) && all_set(c7, kVbmi2) &&
                    all_set(c1, kOsxsave) && saves_zmm();
  return features;
}

#else

Features detect() {
  return {};
}

#endif

const Features& features() {
  static const Features found = detect();
  return found;
}

const Sha256Engine& engine_of(Sha256Backend backend) {
#ifdef KEDGE_SHA256_X86
  if (backend == Sha256Backend::sha_ni) return detail::kShaNiEngine;
  if (backend == Sha256Backend::avx512) return detail::kAvx512Engine;
#endif
  static_cast<void>(backend);
  return detail::kPortableEngine;
}

/// The least time of a few that the nodes of one row take.
std::chrono::nanoseconds time_of(const Sha256Engine& engine) {
  constexpr std::size_t kPairs = 64;
  constexpr int kTries = 8;
  static const std::uint8_t children[64 * kPairs] = {};
  std::uint8_t out[32 * kPairs];
  auto least = std::chrono::nanoseconds::max();
  for (int i = 0; i < kTries; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    engine.nodes(children, kPairs, out);
    least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - begin);
  }
  return least;
}

/// Which of the two vector kernels is faster depends on how many SHA units and how wide vector
/// units a processor has, and is different from one maker to the other: it is measured, once a
/// process, in less than a tenth of a millisecond.
const Sha256Engine& fastest() {
  if (!features().sha_ni) return engine_of(Sha256Backend::portable);
  const Sha256Engine& sha_ni = engine_of(Sha256Backend::sha_ni);
  if (!features().avx512) return sha_ni;
  const Sha256Engine& avx512 = engine_of(Sha256Backend::avx512);
  return time_of(avx512) < time_of(sha_ni) ? avx512 : sha_ni;
}

}  // namespace

const Sha256Engine& detail::sha256_engine() noexcept {
  const Sha256Engine* engine = current.load(std::memory_order_relaxed);
  if (engine == nullptr) [[unlikely]] {
    engine = &fastest();
    const Sha256Engine* none = nullptr;
    if (!current.compare_exchange_strong(none, engine)) engine = none;
  }
  return *engine;
}

std::string_view backend_name(Sha256Backend backend) noexcept {
  switch (backend) {
    case Sha256Backend::portable:
      return "portable";
    case Sha256Backend::sha_ni:
      return "sha_ni";
    case Sha256Backend::avx512:
      return "avx512";
  }
  return "unknown";
}

bool sha256_supports(Sha256Backend backend) noexcept {
  switch (backend) {
    case Sha256Backend::portable:
      return true;
    case Sha256Backend::sha_ni:
      return features().sha_ni;
    case Sha256Backend::avx512:
      return features().avx512;
  }
  return false;
}

Sha256Backend sha256_backend() noexcept {
  const Sha256Engine* engine = &detail::sha256_engine();
  for (const Sha256Backend backend : {Sha256Backend::avx512, Sha256Backend::sha_ni}) {
    if (sha256_supports(backend) && engine == &engine_of(backend)) return backend;
  }
  return Sha256Backend::portable;
}

void force_sha256_backend(Sha256Backend backend) {
  if (!sha256_supports(backend)) {
    throw std::invalid_argument("this processor does not support the SHA-256 backend " +
                                std::string(backend_name(backend)));
  }
  current.store(&engine_of(backend));
}

void hash_leaves(const std::uint8_t* entries, std::size_t entry_size, std::size_t count,
                 Hash* out) noexcept {
  if (count == 0) return;
  detail::sha256_engine().leaves(entries, entry_size, count, out->data());
}

void hash_nodes(const Hash* children, std::size_t pairs, Hash* out) noexcept {
  if (pairs == 0) return;
  detail::sha256_engine().nodes(children->data(), pairs, out->data());
}

}  // namespace kedge::crypto
