// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// Ledgers that are EVM chains. Integers and words are big-endian, as the chain writes them.
namespace kedge::ledger::evm {

/// 20 octets: the last ones of Keccak-256 over a public key, or those of a contract.
using Address = std::array<std::uint8_t, 20>;

/// 32 octets: a storage slot, a topic, or an argument of a call. `Hash` is the same type.
using Word = Hash;

/// An unsigned integer of 256 bits. Holds only the arithmetic that fees need; everything that could
/// overflow says so.
class U256 {
 public:
  constexpr U256() = default;
  constexpr U256(std::uint64_t value) {
    for (std::size_t i = 0; i < 8; ++i) {
      word_[31 - i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
  constexpr explicit U256(const Word& big_endian) : word_(big_endian) {}

  /// Big-endian, at most 32 octets (else invalid_argument); leading zeros are allowed.
  static Result<U256> from_bytes(ByteView big_endian);

  [[nodiscard]] const Word& word() const noexcept { return word_; }
  /// Without leading zeros; empty for zero. The view lives as long as the number.
  [[nodiscard]] ByteView minimal() const noexcept;
  [[nodiscard]] bool is_zero() const noexcept { return minimal().empty(); }
  /// nullopt beyond 64 bits.
  [[nodiscard]] std::optional<std::uint64_t> to_u64() const noexcept;

  friend constexpr auto operator<=>(const U256&, const U256&) = default;

 private:
  Word word_{};
};

/// nullopt where the result has more than 256 bits.
std::optional<U256> add(const U256& a, const U256& b) noexcept;
std::optional<U256> multiply(const U256& a, std::uint64_t b) noexcept;

/// ceil(value · numerator / denominator), as a fee is raised by 10 % (110, 100); nullopt where it
/// has more than 256 bits. Throws std::invalid_argument for a denominator of 0.
std::optional<U256> scale_up(const U256& value, std::uint32_t numerator, std::uint32_t denominator);

}  // namespace kedge::ledger::evm
