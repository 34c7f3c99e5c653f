// SPDX-License-Identifier: Apache-2.0
// Compiled with AVX-512; called only where the processor has it.
#include "crypto/sha256_engine.hpp"

#ifdef KEDGE_SHA256_X86

#include <utility>

#include <immintrin.h>

namespace kedge::crypto::detail {
namespace {

/// Messages at once: one 32-bit lane of a register each.
constexpr std::size_t kLanes = 16;

struct State {
  __m512i v[8];
};

struct Words {
  __m512i w[16];
};

template <int Bits>
[[gnu::always_inline]] inline __m512i rotate(__m512i x) {
  return _mm512_ror_epi32(x, Bits);
}

[[gnu::always_inline]] inline __m512i xor3(__m512i a, __m512i b, __m512i c) {
  return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

[[gnu::always_inline]] inline __m512i add(__m512i a, __m512i b) {
  return _mm512_add_epi32(a, b);
}

[[gnu::always_inline]] inline __m512i all(std::uint32_t word) {
  return _mm512_set1_epi32(static_cast<int>(word));
}

/// The four functions of FIPS 180-4 section 4.1.2.
[[gnu::always_inline]] inline __m512i big0(__m512i x) {
  return xor3(rotate<2>(x), rotate<13>(x), rotate<22>(x));
}
[[gnu::always_inline]] inline __m512i big1(__m512i x) {
  return xor3(rotate<6>(x), rotate<11>(x), rotate<25>(x));
}
[[gnu::always_inline]] inline __m512i small0(__m512i x) {
  return xor3(rotate<7>(x), rotate<18>(x), _mm512_srli_epi32(x, 3));
}
[[gnu::always_inline]] inline __m512i small1(__m512i x) {
  return xor3(rotate<17>(x), rotate<19>(x), _mm512_srli_epi32(x, 10));
}

/// Round T; variable a is in slot -T mod 8, so that nothing has to be moved between rounds.
template <int T>
[[gnu::always_inline]] inline void round(State& s, __m512i kw) {
  const __m512i a = s.v[(64 - T) % 8], b = s.v[(65 - T) % 8], c = s.v[(66 - T) % 8];
  const __m512i e = s.v[(68 - T) % 8], f = s.v[(69 - T) % 8], g = s.v[(70 - T) % 8];
  __m512i& d = s.v[(67 - T) % 8];
  __m512i& h = s.v[(71 - T) % 8];
  const __m512i choose = _mm512_ternarylogic_epi32(e, f, g, 0xca);
  const __m512i majority = _mm512_ternarylogic_epi32(a, b, c, 0xe8);
  const __m512i t1 = add(add(h, kw), add(big1(e), choose));
  d = add(d, t1);
  h = add(t1, add(big0(a), majority));
}

/// Whether word T of the schedule is zero: in the second block of a node, words 1 to 14 are.
template <bool NodeTailBlock, int T>
inline constexpr bool kIsZero = NodeTailBlock&& T >= 1 && T <= 14;

template <bool NodeTailBlock, int T>
[[gnu::always_inline]] inline void scheduled_round(State& s, Words& m) {
  const __m512i k = all(kSha256Rounds[T]);
  if constexpr (kIsZero<NodeTailBlock, T>) {
    round<T>(s, k);
  } else if constexpr (T < 16) {
    round<T>(s, add(m.w[T], k));
  } else {
    __m512i w = _mm512_setzero_si512();
    if constexpr (!kIsZero<NodeTailBlock, T - 2>) w = small1(m.w[(T - 2) % 16]);
    if constexpr (!kIsZero<NodeTailBlock, T - 7>) w = add(w, m.w[(T - 7) % 16]);
    if constexpr (!kIsZero<NodeTailBlock, T - 15>) w = add(w, small0(m.w[(T - 15) % 16]));
    if constexpr (!kIsZero<NodeTailBlock, T - 16>) w = add(w, m.w[T % 16]);
    m.w[T % 16] = w;
    round<T>(s, add(w, k));
  }
}

/// Folded, not looped: the state has to stay in registers.
template <bool NodeTailBlock, int... T>
[[gnu::always_inline]] inline void all_rounds(State& s, Words& m,
                                              std::integer_sequence<int, T...>) {
  (scheduled_round<NodeTailBlock, T>(s, m), ...);
}

/// One block of sixteen messages; of a node's second block, words 1 to 14 need not be there.
template <bool NodeTailBlock>
[[gnu::always_inline]] inline void compress_words(State& s, Words& m) {
  const State before = s;
  all_rounds<NodeTailBlock>(s, m, std::make_integer_sequence<int, 64>());
  for (int i = 0; i < 8; ++i) s.v[i] = add(s.v[i], before.v[i]);
}

[[gnu::always_inline]] inline State initial_state() {
  State s;
  for (int i = 0; i < 8; ++i) s.v[i] = all(kSha256Initial[i]);
  return s;
}

[[gnu::always_inline]] inline __m512i swap_octets(__m512i words) {
  return _mm512_shuffle_epi8(
      words, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)));
}

/// Row i of sixteen messages becomes word i of all messages; its own inverse.
[[gnu::always_inline]] inline void transpose(__m512i* r) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 4) {
    const __m512i a = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    const __m512i b = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    const __m512i c = _mm512_unpacklo_epi32(r[i + 2], r[i + 3]);
    const __m512i d = _mm512_unpackhi_epi32(r[i + 2], r[i + 3]);
    t[i] = _mm512_unpacklo_epi64(a, c);
    t[i + 1] = _mm512_unpackhi_epi64(a, c);
    t[i + 2] = _mm512_unpacklo_epi64(b, d);
    t[i + 3] = _mm512_unpackhi_epi64(b, d);
  }
  for (int i = 0; i < 4; ++i) {
    const __m512i a = _mm512_shuffle_i32x4(t[i], t[i + 4], 0x88);
    const __m512i b = _mm512_shuffle_i32x4(t[i], t[i + 4], 0xdd);
    const __m512i c = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0x88);
    const __m512i d = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0xdd);
    r[i] = _mm512_shuffle_i32x4(a, c, 0x88);
    r[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(a, c, 0xdd);
    r[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
  }
}

/// Writes the sixteen hashes, big-endian and back to back.
[[gnu::always_inline]] inline void store_hashes(const State& s, std::uint8_t* out) {
  __m512i t[8];
  for (int i = 0; i < 8; i += 4) {
    const __m512i a = _mm512_unpacklo_epi32(s.v[i], s.v[i + 1]);
    const __m512i b = _mm512_unpackhi_epi32(s.v[i], s.v[i + 1]);
    const __m512i c = _mm512_unpacklo_epi32(s.v[i + 2], s.v[i + 3]);
    const __m512i d = _mm512_unpackhi_epi32(s.v[i + 2], s.v[i + 3]);
    t[i] = _mm512_unpacklo_epi64(a, c);
    t[i + 1] = _mm512_unpackhi_epi64(a, c);
    t[i + 2] = _mm512_unpacklo_epi64(b, d);
    t[i + 3] = _mm512_unpackhi_epi64(b, d);
  }
  const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
  const __m512i high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  const auto store = [&](int lane, __m256i hash) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 32 * lane), hash);
  };
  for (int i = 0; i < 4; ++i) {
    const __m512i first = swap_octets(_mm512_permutex2var_epi64(t[i], low, t[i + 4]));
    const __m512i second = swap_octets(_mm512_permutex2var_epi64(t[i], high, t[i + 4]));
    store(i, _mm512_castsi512_si256(first));
    store(i + 4, _mm512_extracti64x4_epi64(first, 1));
    store(i + 8, _mm512_castsi512_si256(second));
    store(i + 12, _mm512_extracti64x4_epi64(second, 1));
  }
}

/// Block `index` of the padded message 0x00 || entry: which octets come from the entry, read so
/// that the prefix falls on the octet before it, and what the others are.
struct LeafBlock {
  __mmask64 from_entry;
  __m512i others;
};

LeafBlock leaf_form(std::size_t entry_size, std::size_t index) {
  const std::size_t message_size = entry_size + 1;
  const std::size_t begin = index * kSha256Block;
  const std::size_t left = message_size > begin ? message_size - begin : 0;
  std::uint64_t mask = left >= kSha256Block ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
  if (index == 0) mask &= ~std::uint64_t{1};

  std::uint8_t others[kSha256Block] = {};
  if (begin <= message_size && left < kSha256Block) others[left] = 0x80;
  if (index + 1 == leaf_blocks(entry_size)) put_bit_length(message_size, others);
  return {mask, _mm512_loadu_si512(others)};
}

void sixteen_leaves(const std::uint8_t* entries, std::size_t entry_size, std::uint8_t* out) {
  State s = initial_state();
  for (std::size_t b = 0; b < leaf_blocks(entry_size); ++b) {
    const LeafBlock form = leaf_form(entry_size, b);
    Words m;
    for (std::size_t i = 0; i < kLanes; ++i) {
      // Octets that the mask leaves out are not read, so that the address, taken as a number, may
      // be one before the first entry.
      const auto address = reinterpret_cast<std::uintptr_t>(entries) + i * entry_size;
      const void* from = reinterpret_cast<const void*>(address + b * kSha256Block - 1);
      const __m512i octets = _mm512_maskz_loadu_epi8(form.from_entry, from);
      m.w[i] = swap_octets(_mm512_or_si512(octets, form.others));
    }
    transpose(m.w);
    compress_words<false>(s, m);
  }
  store_hashes(s, out);
}

void sixteen_nodes(const std::uint8_t* children, std::uint8_t* out) {
  Words m;
  for (std::size_t i = 0; i < kLanes; ++i) {
    m.w[i] = swap_octets(_mm512_loadu_si512(children + 64 * i));
  }
  transpose(m.w);
  Words tail;
  tail.w[0] = _mm512_or_si512(_mm512_slli_epi32(m.w[15], 24), all(0x00800000));
  tail.w[15] = all(65 * 8);
  for (int i = 15; i > 0; --i) m.w[i] = _mm512_shrdi_epi32(m.w[i], m.w[i - 1], 8);
  m.w[0] = _mm512_shrdi_epi32(m.w[0], all(kNodePrefix), 8);

  State s = initial_state();
  compress_words<false>(s, m);
  compress_words<true>(s, tail);
  store_hashes(s, out);
}

void compress(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) {
  kShaNiEngine.compress(state, blocks, count);
}

void leaves(const std::uint8_t* entries, std::size_t entry_size, std::size_t count,
            std::uint8_t* out) {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    sixteen_leaves(entries + i * entry_size, entry_size, out + 32 * i);
  }
  _mm256_zeroupper();
  kShaNiEngine.leaves(entries + i * entry_size, entry_size, count - i, out + 32 * i);
}

void nodes(const std::uint8_t* children, std::size_t pairs, std::uint8_t* out) {
  std::size_t i = 0;
  for (; i + kLanes <= pairs; i += kLanes) sixteen_nodes(children + 64 * i, out + 32 * i);
  _mm256_zeroupper();
  kShaNiEngine.nodes(children + 64 * i, pairs - i, out + 32 * i);
}

}  // namespace

constinit const Sha256Engine kAvx512Engine = {compress, leaves, nodes};

}  // namespace kedge::crypto::detail

#endif
