// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/quantity.hpp"

#include "crypto/hex.hpp"

namespace kedge::ledger::evm {

std::string to_quantity(std::uint64_t value) {
  return to_quantity(U256(value));
}

std::string to_quantity(const U256& value) {
  if (value.is_zero()) return "0x0";
  std::string digits = crypto::to_hex(value.minimal());
  if (digits.front() == '0') digits.erase(0, 1);
  return "0x" + digits;
}

Result<U256> u256_from_quantity(std::string_view text) {
  const auto refuse = [] {
    return invalid_argument(
        "expected a number of at most 256 bits in lower-case hex after 0x, without leading zeros");
  };
  if (!text.starts_with("0x") || text.size() < 3 || text.size() > 66) return refuse();
  text.remove_prefix(2);
  if (text == "0") return U256();
  if (text.front() == '0') return refuse();
  std::string even(text.size() % 2, '0');
  even += text;
  const auto bytes = crypto::from_hex(even);
  if (!bytes) return refuse();
  return U256::from_bytes(*bytes);
}

Result<std::uint64_t> u64_from_quantity(std::string_view text) {
  const auto number = u256_from_quantity(text);
  if (!number) return number.error();
  const auto value = number->to_u64();
  if (!value) return invalid_argument("expected a number of at most 64 bits");
  return *value;
}

std::string to_data(ByteView bytes) {
  std::string text = "0x";
  crypto::append_hex(text, bytes);
  return text;
}

Result<Bytes> bytes_from_data(std::string_view text) {
  if (text.starts_with("0x")) {
    if (auto bytes = crypto::from_hex(text.substr(2))) return bytes;
  }
  return invalid_argument("expected octets in lower-case hex after 0x");
}

Result<Hash> hash_from_data(std::string_view text) {
  if (text.starts_with("0x")) {
    if (auto hash = crypto::hash_from_hex(text.substr(2))) return hash;
  }
  return invalid_argument("expected 32 octets in lower-case hex after 0x");
}

}  // namespace kedge::ledger::evm
