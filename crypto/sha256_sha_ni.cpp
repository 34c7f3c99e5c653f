// SPDX-License-Identifier: Apache-2.0
// Compiled with the SHA extensions and without AVX: these instructions exist in the legacy encoding
// only, which stalls by a factor of 100 where the upper halves of the vector registers are in use.
#include "crypto/sha256_engine.hpp"

#ifdef KEDGE_SHA256_X86

#include <utility>

#include <immintrin.h>

namespace kedge::crypto::detail {
namespace {

/// One message alone is bound by the latency of sha256rnds2. Two are bound by the throughput of the
/// message schedule; the second block of a node has none, and takes more.
constexpr std::size_t kLeafLanes = 2;
constexpr std::size_t kNodeLanes = 4;

/// The working variables of N messages, in the order that sha256rnds2 wants.
template <std::size_t N>
struct State {
  __m128i abef[N];
  __m128i cdgh[N];
};

/// The last sixteen words of the schedules of N messages.
template <std::size_t N>
struct Words {
  __m128i w[N][4];
};

__m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

void store(void* to, __m128i value) {
  _mm_storeu_si128(static_cast<__m128i*>(to), value);
}

__m128i swap_octets(__m128i words) {
  return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

template <std::size_t N>
[[gnu::always_inline]] inline void load_state(const std::uint32_t* words, State<N>& s,
                                              std::size_t n) {
  const __m128i cdab = _mm_shuffle_epi32(load(words), 0xb1);
  const __m128i hgfe = _mm_shuffle_epi32(load(words + 4), 0x1b);
  s.abef[n] = _mm_alignr_epi8(cdab, hgfe, 8);
  s.cdgh[n] = _mm_blend_epi16(hgfe, cdab, 0xf0);
}

struct Halves {
  __m128i abcd;
  __m128i efgh;
};

template <std::size_t N>
[[gnu::always_inline]] inline Halves in_order(const State<N>& s, std::size_t n) {
  const __m128i feba = _mm_shuffle_epi32(s.abef[n], 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(s.cdgh[n], 0xb1);
  return {_mm_blend_epi16(feba, dchg, 0xf0), _mm_alignr_epi8(dchg, feba, 8)};
}

template <std::size_t N>
[[gnu::always_inline]] inline void store_hash(const State<N>& s, std::size_t n, std::uint8_t* out) {
  const Halves halves = in_order(s, n);
  store(out, swap_octets(halves.abcd));
  store(out + 16, swap_octets(halves.efgh));
}

template <std::size_t N>
[[gnu::always_inline]] inline void two_by_two(State<N>& s, std::size_t n, __m128i kw) {
  s.cdgh[n] = _mm_sha256rnds2_epu32(s.cdgh[n], s.abef[n], kw);
  s.abef[n] = _mm_sha256rnds2_epu32(s.abef[n], s.cdgh[n], _mm_shuffle_epi32(kw, 0x0e));
}

/// Rounds 4 * Group to 4 * Group + 3 of every message, and in their shadow the words of the next
/// group and the first half of those after it.
template <int Group, std::size_t N>
[[gnu::always_inline]] inline void four_rounds(State<N>& s, Words<N>& m) {
  constexpr int kNow = Group % 4;
  constexpr int kNext = (Group + 1) % 4;
  constexpr int kBefore = (Group + 3) % 4;
  const __m128i k = load(kSha256Rounds + 4 * Group);
  for (std::size_t n = 0; n < N; ++n) {
    __m128i* w = m.w[n];
    const __m128i kw = _mm_add_epi32(w[kNow], k);
    s.cdgh[n] = _mm_sha256rnds2_epu32(s.cdgh[n], s.abef[n], kw);
    if constexpr (Group >= 3 && Group < 15) {
      const __m128i seven_back = _mm_alignr_epi8(w[kNow], w[kBefore], 4);
      w[kNext] = _mm_sha256msg2_epu32(_mm_add_epi32(w[kNext], seven_back), w[kNow]);
    }
    s.abef[n] = _mm_sha256rnds2_epu32(s.abef[n], s.cdgh[n], _mm_shuffle_epi32(kw, 0x0e));
    if constexpr (Group >= 1 && Group < 13) {
      w[kBefore] = _mm_sha256msg1_epu32(w[kBefore], w[kNow]);
    }
  }
}

template <std::size_t N>
[[gnu::always_inline]] inline void add_state(State<N>& s, const State<N>& before) {
  for (std::size_t n = 0; n < N; ++n) {
    s.abef[n] = _mm_add_epi32(s.abef[n], before.abef[n]);
    s.cdgh[n] = _mm_add_epi32(s.cdgh[n], before.cdgh[n]);
  }
}

/// The rounds are unrolled by folding over them: a loop, or a lambda that the compiler does not
/// inline, would keep the state in memory and halve the speed.
using Groups = std::make_integer_sequence<int, 16>;

template <std::size_t N, int... Group>
[[gnu::always_inline]] inline void all_rounds(State<N>& s, Words<N>& m,
                                              std::integer_sequence<int, Group...>) {
  (four_rounds<Group>(s, m), ...);
}

template <std::size_t N>
[[gnu::always_inline]] inline void compress_words(State<N>& s, Words<N>& m) {
  const State<N> before = s;
  all_rounds(s, m, Groups());
  add_state(s, before);
}

template <int Group, std::size_t N>
[[gnu::always_inline]] inline void four_known_rounds(State<N>& s,
                                                     const std::uint32_t* const (&rows)[N]) {
  for (std::size_t n = 0; n < N; ++n) two_by_two(s, n, load(rows[n] + 4 * Group));
}

template <std::size_t N, int... Group>
[[gnu::always_inline]] inline void all_known_rounds(State<N>& s,
                                                    const std::uint32_t* const (&rows)[N],
                                                    std::integer_sequence<int, Group...>) {
  (four_known_rounds<Group>(s, rows), ...);
}

/// As compress_words for blocks whose K + W are known.
template <std::size_t N>
[[gnu::always_inline]] inline void compress_rows(State<N>& s,
                                                 const std::uint32_t* const (&rows)[N]) {
  const State<N> before = s;
  all_known_rounds(s, rows, Groups());
  add_state(s, before);
}

template <std::size_t N>
[[gnu::always_inline]] inline void load_block(Words<N>& m, std::size_t n,
                                              const std::uint8_t* block) {
  for (int i = 0; i < 4; ++i) m.w[n][i] = swap_octets(load(block + 16 * i));
}

template <std::size_t N>
[[gnu::always_inline]] inline State<N> initial_state() {
  State<N> s;
  for (std::size_t n = 0; n < N; ++n) load_state(kSha256Initial, s, n);
  return s;
}

void compress(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) {
  State<1> s;
  load_state(state, s, 0);
  for (; count > 0; --count, blocks += kSha256Block) {
    Words<1> m;
    load_block(m, 0, blocks);
    compress_words(s, m);
  }
  const Halves halves = in_order(s, 0);
  store(state, halves.abcd);
  store(state + 4, halves.efgh);
}

template <std::size_t N>
void some_leaves(const std::uint8_t* entries, std::size_t entry_size, std::uint8_t* out) {
  State<N> s = initial_state<N>();
  const std::size_t blocks = leaf_blocks(entry_size);
  for (std::size_t b = 0; b < blocks; ++b) {
    Words<N> m;
    for (std::size_t n = 0; n < N; ++n) {
      alignas(16) std::uint8_t block[kSha256Block];
      leaf_block(entries + n * entry_size, entry_size, b, block);
      load_block(m, n, block);
    }
    compress_words(s, m);
  }
  for (std::size_t n = 0; n < N; ++n) store_hash(s, n, out + 32 * n);
}

/// The block 0x00 || entry || padding of entries that fit into one: what to keep of 64 octets that
/// are read at the entry, and what to add.
struct SingleBlock {
  alignas(16) std::uint8_t keep[kSha256Block];
  alignas(16) std::uint8_t add[kSha256Block];
};

SingleBlock single_block(std::size_t entry_size) {
  SingleBlock form{};
  std::memset(form.keep + 1, 0xff, entry_size);
  form.add[entry_size + 1] = 0x80;
  const std::size_t bits = 8 * (entry_size + 1);
  form.add[62] = static_cast<std::uint8_t>(bits >> 8);
  form.add[63] = static_cast<std::uint8_t>(bits);
  return form;
}

/// Reads 63 octets at each entry, whatever the size of the entries.
template <std::size_t N>
void some_single_leaves(const std::uint8_t* entries, std::size_t entry_size,
                        const SingleBlock& form, std::uint8_t* out) {
  State<N> s = initial_state<N>();
  Words<N> m;
  for (std::size_t n = 0; n < N; ++n) {
    const std::uint8_t* entry = entries + n * entry_size;
    for (int i = 0; i < 4; ++i) {
      const __m128i raw = i == 0 ? _mm_slli_si128(load(entry), 1) : load(entry + 16 * i - 1);
      const __m128i kept = _mm_and_si128(raw, load(form.keep + 16 * i));
      m.w[n][i] = swap_octets(_mm_or_si128(kept, load(form.add + 16 * i)));
    }
  }
  compress_words(s, m);
  for (std::size_t n = 0; n < N; ++n) store_hash(s, n, out + 32 * n);
}

void single_block_leaves(const std::uint8_t* entries, std::size_t entry_size, std::size_t count,
                         std::uint8_t* out) {
  const SingleBlock form = single_block(entry_size);
  const std::size_t size = count * entry_size;
  const std::size_t reach = (kLeafLanes - 1) * entry_size + kSha256Block - 1;
  std::size_t i = 0;
  for (; i + kLeafLanes <= count && i * entry_size + reach <= size; i += kLeafLanes) {
    some_single_leaves<kLeafLanes>(entries + i * entry_size, entry_size, form, out + 32 * i);
  }
  if (i == count) return;

  // The rest, of less than `reach` octets, where there is room to read beyond its end.
  std::uint8_t rest[4 * kSha256Block] = {};
  if (size > i * entry_size) std::memcpy(rest, entries + i * entry_size, size - i * entry_size);
  for (const std::uint8_t* entry = rest; i < count; ++i, entry += entry_size) {
    some_single_leaves<1>(entry, entry_size, form, out + 32 * i);
  }
}

void leaves(const std::uint8_t* entries, std::size_t entry_size, std::size_t count,
            std::uint8_t* out) {
  if (leaf_blocks(entry_size) == 1) return single_block_leaves(entries, entry_size, count, out);
  std::size_t i = 0;
  for (; i + kLeafLanes <= count; i += kLeafLanes) {
    some_leaves<kLeafLanes>(entries + i * entry_size, entry_size, out + 32 * i);
  }
  for (; i < count; ++i) some_leaves<1>(entries + i * entry_size, entry_size, out + 32 * i);
}

template <std::size_t N>
[[gnu::always_inline]] inline void some_nodes(const std::uint8_t* children, std::uint8_t* out) {
  State<N> s = initial_state<N>();
  Words<N> m;
  const std::uint32_t* rows[N];
  for (std::size_t n = 0; n < N; ++n) {
    const std::uint8_t* pair = children + 64 * n;
    const __m128i prefix = _mm_cvtsi32_si128(kNodePrefix);
    m.w[n][0] = swap_octets(_mm_or_si128(_mm_slli_si128(load(pair), 1), prefix));
    for (int i = 1; i < 4; ++i) m.w[n][i] = swap_octets(load(pair + 16 * i - 1));
    rows[n] = kNodeTail.rows[pair[63]];
  }
  compress_words(s, m);
  compress_rows(s, rows);
  for (std::size_t n = 0; n < N; ++n) store_hash(s, n, out + 32 * n);
}

void nodes(const std::uint8_t* children, std::size_t pairs, std::uint8_t* out) {
  std::size_t i = 0;
  for (; i + kNodeLanes <= pairs; i += kNodeLanes) {
    some_nodes<kNodeLanes>(children + 64 * i, out + 32 * i);
  }
  for (; i < pairs; ++i) some_nodes<1>(children + 64 * i, out + 32 * i);
}

}  // namespace

constinit const Sha256Engine kShaNiEngine = {compress, leaves, nodes};

}  // namespace kedge::crypto::detail

#endif
