// SPDX-License-Identifier: Apache-2.0
#include "node/status/slot_permutation.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>

#include "crypto/sha256.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t low_bits(unsigned bits) {
  return (std::uint64_t{1} << bits) - 1;
}

void put_big_endian(std::uint64_t value, std::uint8_t* out) {
  for (unsigned i = 8; i-- > 0; value >>= 8) out[i] = static_cast<std::uint8_t>(value);
}

}  // namespace

SlotPermutation::SlotPermutation(const SlotKey& key, std::uint64_t size) : key_(key), size_(size) {
  if (size < 2 || size > kMaxSize) {
    throw std::invalid_argument("a status list cannot have " + std::to_string(size) + " entries");
  }
  const auto bits = static_cast<unsigned>(std::bit_width(size - 1));
  even_bits_ = bits / 2;
  odd_bits_ = bits - even_bits_;
}

std::uint64_t SlotPermutation::index_of(std::uint64_t slot) const {
  if (slot >= size_) throw std::out_of_range("there is no slot " + std::to_string(slot));
  std::uint64_t index = forward(slot);
  while (index >= size_) index = forward(index);
  return index;
}

std::uint64_t SlotPermutation::slot_of(std::uint64_t index) const {
  if (index >= size_) throw std::out_of_range("there is no index " + std::to_string(index));
  std::uint64_t slot = backward(index);
  while (slot >= size_) slot = backward(slot);
  return slot;
}

std::uint64_t SlotPermutation::forward(std::uint64_t value) const {
  std::uint64_t even = value >> odd_bits_;
  std::uint64_t odd = value & low_bits(odd_bits_);
  for (unsigned round = 0; round < kRounds; ++round) {
    if (round % 2 == 0) {
      even = (even + round_value(round, odd)) & low_bits(even_bits_);
    } else {
      odd = (odd + round_value(round, even)) & low_bits(odd_bits_);
    }
  }
  return even << odd_bits_ | odd;
}

std::uint64_t SlotPermutation::backward(std::uint64_t value) const {
  std::uint64_t even = value >> odd_bits_;
  std::uint64_t odd = value & low_bits(odd_bits_);
  for (unsigned round = kRounds; round-- > 0;) {
    if (round % 2 == 0) {
      even = (even - round_value(round, odd)) & low_bits(even_bits_);
    } else {
      odd = (odd - round_value(round, even)) & low_bits(odd_bits_);
    }
  }
  return even << odd_bits_ | odd;
}

std::uint64_t SlotPermutation::round_value(unsigned round, std::uint64_t half) const {
  // key ‖ size ‖ round ‖ half: one block of SHA-256.
  std::array<std::uint8_t, 16 + 8 + 1 + 8> input{};
  std::copy(key_.begin(), key_.end(), input.begin());
  put_big_endian(size_, input.data() + 16);
  input[24] = static_cast<std::uint8_t>(round);
  put_big_endian(half, input.data() + 25);
  const Hash hash = crypto::sha256(input);
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) value = value << 8 | hash[i];
  return value;
}

}  // namespace kedge::node
