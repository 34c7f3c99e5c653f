// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/abi.hpp"

#include <algorithm>
#include <string>

#include "crypto/keccak.hpp"

namespace kedge::ledger::evm::abi {

Selector selector(std::string_view signature) {
  const Hash hash = topic(signature);
  Selector out;
  std::copy_n(hash.begin(), out.size(), out.begin());
  return out;
}

Hash topic(std::string_view signature) {
  return crypto::keccak256(as_bytes(signature));
}

Word word(std::uint64_t value) {
  return U256(value).word();
}

Word word(const Address& address) {
  Word out{};
  std::copy_backward(address.begin(), address.end(), out.end());
  return out;
}

Writer& Writer::put(const Word& value) {
  out_.insert(out_.end(), value.begin(), value.end());
  return *this;
}

void Reader::fail(std::string_view name, std::string_view expected) {
  if (!status_) return;
  std::string message = "expected ";
  message += expected;
  status_ = invalid_argument(std::move(message), std::string(name));
  rest_ = {};
}

Word Reader::word(std::string_view name) {
  Word out{};
  if (rest_.size() < out.size()) {
    fail(name, "a word of 32 octets");
    return out;
  }
  std::copy_n(rest_.begin(), out.size(), out.begin());
  rest_ = rest_.subspan(out.size());
  return out;
}

std::uint64_t Reader::u64(std::string_view name) {
  const auto value = U256(word(name)).to_u64();
  if (!value) fail(name, "a number of at most 64 bits");
  return value.value_or(0);
}

Address Reader::address(std::string_view name) {
  const Word found = word(name);
  if (std::any_of(found.begin(), found.begin() + 12, [](std::uint8_t b) { return b != 0; })) {
    fail(name, "an address: 12 zeros and 20 octets");
  }
  Address out;
  std::copy(found.begin() + 12, found.end(), out.begin());
  return out;
}

Status Reader::finish() {
  if (!rest_.empty()) fail("", "no more words");
  return status_;
}

}  // namespace kedge::ledger::evm::abi
