// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace kedge::node {

/// Keys the order in which the indexes of a published list are handed out. Random, one a list.
using SlotKey = std::array<std::uint8_t, 16>;

/// The order in which the indexes of a published status list are handed out: a keyed bijection of
/// [0, size). Slots are numbered 0, 1, 2, … in order of allocation; whoever sees an index learns
/// nothing about when it was handed out or to whom its neighbours belong. No list of free indexes
/// is needed, and whether an index is taken is arithmetic: `slot_of(index) < allocated`.
///
/// An alternating Feistel network over ceil(log2(size)) bits with ten rounds, the construction of
/// FF1 (NIST SP 800-38G), with SHA-256 over the key as its round function; results beyond the size
/// are put in again until they are within (cycle walking), twice at most on average. The formula is
/// part of the store's format: another one would hand out indexes twice. Immutable, thread-safe.
class SlotPermutation {
 public:
  static constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 32;

  /// Throws std::invalid_argument unless 2 <= size <= kMaxSize.
  SlotPermutation(const SlotKey& key, std::uint64_t size);

  /// Both throw std::out_of_range unless the argument is below the size.
  [[nodiscard]] std::uint64_t index_of(std::uint64_t slot) const;
  [[nodiscard]] std::uint64_t slot_of(std::uint64_t index) const;

 private:
  static constexpr unsigned kRounds = 10;

  [[nodiscard]] std::uint64_t forward(std::uint64_t value) const;
  [[nodiscard]] std::uint64_t backward(std::uint64_t value) const;
  /// What round `round` adds to one half because of the other.
  [[nodiscard]] std::uint64_t round_value(unsigned round, std::uint64_t half) const;

  SlotKey key_;
  std::uint64_t size_;
  /// Bits of the half that even rounds change, and of the other one.
  unsigned even_bits_;
  unsigned odd_bits_;
};

}  // namespace kedge::node
