// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include "ledger/evm/types.hpp"

namespace kedge::ledger::evm {
namespace {

/// Limbs of 32 bits, the least significant first, so that products fit 64 bits. One more than the
/// number has, for what does not fit.
using Limbs = std::array<std::uint32_t, 9>;

Limbs limbs_of(const U256& value) {
  Limbs limbs{};
  for (std::size_t i = 0; i < 32; ++i) {
    limbs[i / 4] |= static_cast<std::uint32_t>(value.word()[31 - i]) << (8 * (i % 4));
  }
  return limbs;
}

std::optional<U256> number_of(const Limbs& limbs) {
  if (limbs[8] != 0) return std::nullopt;
  Word word{};
  for (std::size_t i = 0; i < 32; ++i) {
    word[31 - i] = static_cast<std::uint8_t>(limbs[i / 4] >> (8 * (i % 4)));
  }
  return U256(word);
}

/// False where the product has more than 288 bits.
bool multiply_limbs(Limbs& limbs, std::uint32_t factor) {
  std::uint64_t carry = 0;
  for (std::uint32_t& limb : limbs) {
    carry += std::uint64_t{limb} * factor;
    limb = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  return carry == 0;
}

}  // namespace

Result<U256> U256::from_bytes(ByteView big_endian) {
  if (big_endian.size() > 32) return invalid_argument("expected a number of at most 256 bits");
  Word word{};
  std::copy_backward(big_endian.begin(), big_endian.end(), word.end());
  return U256(word);
}

ByteView U256::minimal() const noexcept {
  const auto* first =
      std::find_if(word_.begin(), word_.end(), [](std::uint8_t byte) { return byte != 0; });
  return {first, word_.end()};
}

std::optional<std::uint64_t> U256::to_u64() const noexcept {
  if (minimal().size() > 8) return std::nullopt;
  std::uint64_t value = 0;
  for (const std::uint8_t byte : minimal()) value = (value << 8) | byte;
  return value;
}

std::optional<U256> add(const U256& a, const U256& b) noexcept {
  Limbs sum = limbs_of(a);
  const Limbs other = limbs_of(b);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    carry += std::uint64_t{sum[i]} + other[i];
    sum[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  return number_of(sum);
}

std::optional<U256> multiply(const U256& a, std::uint64_t b) noexcept {
  Limbs low = limbs_of(a);
  Limbs high = low;
  if (!multiply_limbs(low, static_cast<std::uint32_t>(b)) ||
      !multiply_limbs(high, static_cast<std::uint32_t>(b >> 32))) {
    return std::nullopt;
  }
  const auto low_part = number_of(low);
  if (!low_part || high[7] != 0 || high[8] != 0) return std::nullopt;
  std::copy_backward(high.begin(), high.end() - 1, high.end());
  high[0] = 0;
  const auto high_part = number_of(high);
  return high_part ? add(*low_part, *high_part) : std::nullopt;
}

std::optional<U256> scale_up(const U256& value, std::uint32_t numerator,
                             std::uint32_t denominator) {
  if (denominator == 0) throw std::invalid_argument("scale_up: denominator 0");
  Limbs limbs = limbs_of(value);
  // 256 bits times 32 fit the nine limbs.
  multiply_limbs(limbs, numerator);
  std::uint64_t remainder = 0;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    remainder = (remainder << 32) | limbs[i];
    limbs[i] = static_cast<std::uint32_t>(remainder / denominator);
    remainder %= denominator;
  }
  const auto quotient = number_of(limbs);
  if (!quotient || remainder == 0) return quotient;
  return add(*quotient, U256(1));
}

}  // namespace kedge::ledger::evm
