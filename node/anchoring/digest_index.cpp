// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/digest_index.hpp"

#include <bit>
#include <cstring>

#include "crypto/random.hpp"

namespace kedge::node {
namespace {

__extension__ using Wide = unsigned __int128;

struct Seeds {
  std::array<std::uint64_t, 4> words{};

  Seeds() {
    std::array<std::uint8_t, sizeof(words)> octets{};
    crypto::random_bytes(octets);
    std::memcpy(words.data(), octets.data(), octets.size());
  }
};

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t keyed_hash(const Hash& digest) {
  static const Seeds seeds;
  std::array<std::uint64_t, 4> words{};
  std::memcpy(words.data(), digest.data(), digest.size());
  const std::uint64_t left = fold(words[0] ^ seeds.words[0], words[1] ^ seeds.words[1]);
  const std::uint64_t right = fold(words[2] ^ seeds.words[2], words[3] ^ seeds.words[3]);
  return fold(left ^ seeds.words[1], right ^ seeds.words[2]);
}

}  // namespace

DigestIndex::DigestIndex(std::size_t capacity) : slots_(std::bit_ceil(2 * capacity + 1)) {
  digests_.reserve(capacity);
}

std::pair<std::uint32_t, bool> DigestIndex::insert(const Hash& digest) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = keyed_hash(digest) & mask;
  while (slots_[slot] != 0) {
    const std::uint32_t number = slots_[slot] - 1;
    if (digests_[number] == digest) return {number, false};
    slot = (slot + 1) & mask;
  }
  const auto number = static_cast<std::uint32_t>(digests_.size());
  digests_.push_back(digest);
  slots_[slot] = number + 1;
  return {number, true};
}

}  // namespace kedge::node
