// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/address.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/hex.hpp"
#include "crypto/keccak.hpp"
#include "ledger/evm/rlp.hpp"

namespace kedge::ledger::evm {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

Address last_20(const Hash& hash) {
  Address address;
  std::copy(hash.begin() + 12, hash.end(), address.begin());
  return address;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const auto refuse = [] { return invalid_argument("expected an address: 0x and 40 hex digits"); };
  if (!text.starts_with("0x") || text.size() != 42) return refuse();
  text.remove_prefix(2);
  std::string lower(text);
  for (char& c : lower) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  Address address;
  if (!crypto::decode_hex(lower, address)) return refuse();
  const bool mixed = std::any_of(text.begin(), text.end(), is_lower) &&
                     std::any_of(text.begin(), text.end(), is_upper);
  if (mixed && to_checksum_text(address).substr(2) != text) {
    return invalid_argument(
        "the address is mistyped: its upper and lower case letters (EIP-55) do not fit");
  }
  return address;
}

std::string to_text(const Address& address) {
  return "0x" + crypto::to_hex(address);
}

std::string to_checksum_text(const Address& address) {
  std::string digits = crypto::to_hex(address);
  const std::string check = crypto::to_hex(crypto::keccak256(as_bytes(digits)));
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (is_lower(digits[i]) && check[i] >= '8') {
      digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
    }
  }
  return "0x" + digits;
}

Address address_of_point(std::span<const std::uint8_t, 64> point) {
  return last_20(crypto::keccak256(point));
}

Address address_of(const crypto::PublicKey& key) {
  if (key.type() != crypto::KeyType::secp256k1) {
    throw std::invalid_argument("address_of: expected a secp256k1 key");
  }
  const Bytes point = key.uncompressed();
  return address_of_point(ByteView(point).last<64>());
}

Address created_address(const Address& sender, std::uint64_t nonce) {
  rlp::Writer writer;
  writer.open_list().bytes(sender).number(nonce).close_list();
  return last_20(crypto::keccak256(writer.take()));
}

}  // namespace kedge::ledger::evm
