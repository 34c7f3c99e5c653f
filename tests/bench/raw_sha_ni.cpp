// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/raw_sha_ni.hpp"

#include <utility>

#if defined(__x86_64__)

#include <immintrin.h>

namespace kedge::bench {
namespace {

alignas(64) constexpr std::uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

template <int Group, std::size_t N>
[[gnu::always_inline]] inline void four_rounds(__m128i (&x)[N], __m128i (&y)[N],
                                               __m128i (&w)[N][4]) {
  const __m128i k = _mm_load_si128(reinterpret_cast<const __m128i*>(kRounds + 4 * Group));
  for (std::size_t n = 0; n < N; ++n) {
    if constexpr (Group >= 4) {
      const __m128i w7 = _mm_alignr_epi8(w[n][(Group + 3) % 4], w[n][(Group + 2) % 4], 4);
      const __m128i part = _mm_sha256msg1_epu32(w[n][Group % 4], w[n][(Group + 1) % 4]);
      w[n][Group % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(part, w7), w[n][(Group + 3) % 4]);
    }
    const __m128i kw = _mm_add_epi32(w[n][Group % 4], k);
    y[n] = _mm_sha256rnds2_epu32(y[n], x[n], kw);
    x[n] = _mm_sha256rnds2_epu32(x[n], y[n], _mm_shuffle_epi32(kw, 0x0e));
  }
}

template <std::size_t N, int... Group>
[[gnu::always_inline]] inline void all_rounds(__m128i (&x)[N], __m128i (&y)[N], __m128i (&w)[N][4],
                                              std::integer_sequence<int, Group...>) {
  (four_rounds<Group>(x, y, w), ...);
}

template <std::size_t N>
std::uint32_t run(std::size_t blocks) {
  // Small enough for the first-level cache, and a new block each time: the compiler would compute
  // the schedule of a block that never changes once for all.
  constexpr std::size_t kBlocks = 16;
  alignas(64) static std::uint8_t messages[N][kBlocks][64];
  __m128i x[N];
  __m128i y[N];
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t i = 0; i < sizeof messages[n]; ++i) {
      messages[n][i / 64][i % 64] = static_cast<std::uint8_t>(i * (n + 1));
    }
    x[n] = _mm_set1_epi32(static_cast<int>(n));
    y[n] = _mm_set1_epi32(static_cast<int>(~n));
  }
  for (std::size_t block = 0; block < blocks; ++block) {
    __m128i w[N][4];
    __m128i x0[N];
    __m128i y0[N];
    for (std::size_t n = 0; n < N; ++n) {
      x0[n] = x[n];
      y0[n] = y[n];
      for (std::size_t i = 0; i < 4; ++i) {
        w[n][i] =
            _mm_load_si128(reinterpret_cast<const __m128i*>(messages[n][block % kBlocks] + 16 * i));
      }
    }
    [&]<int... Group>(std::integer_sequence<int, Group...>) {
      (four_rounds<Group>(x, y, w), ...);
    }
    (std::make_integer_sequence<int, 16>());
    for (std::size_t n = 0; n < N; ++n) {
      x[n] = _mm_add_epi32(x[n], x0[n]);
      y[n] = _mm_add_epi32(y[n], y0[n]);
    }
  }
  __m128i sum = _mm_setzero_si128();
  for (std::size_t n = 0; n < N; ++n) sum = _mm_xor_si128(sum, _mm_xor_si128(x[n], y[n]));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si32(sum));
}

}  // namespace

std::uint32_t raw_sha_ni(int streams, std::size_t blocks) {
  switch (streams) {
    case 1:
      return run<1>(blocks);
    case 2:
      return run<2>(blocks);
    case 3:
      return run<3>(blocks);
    default:
      return run<4>(blocks);
  }
}

}  // namespace kedge::bench

#else

namespace kedge::bench {

std::uint32_t raw_sha_ni(int, std::size_t) {
  return 0;
}

}  // namespace kedge::bench

#endif
