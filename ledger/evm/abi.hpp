// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ledger/evm/types.hpp"

/// The static part of the Solidity contract ABI (v2): words of 32 octets. Reading is strict: a word
/// has no bits beyond those of its type.
namespace kedge::ledger::evm::abi {

using Selector = std::array<std::uint8_t, 4>;

/// The first four octets of Keccak-256 over a signature such as `headOf(bytes32)`.
Selector selector(std::string_view signature);
/// Topic 0 of an event: Keccak-256 over its signature.
Hash topic(std::string_view signature);

Word word(std::uint64_t value);
Word word(const Address& address);

/// Appends arguments one after the other.
class Writer {
 public:
  Writer() = default;
  explicit Writer(const Selector& selector) : out_(selector.begin(), selector.end()) {}

  Writer& put(const Word& value);
  Writer& put(std::uint64_t value) { return put(word(value)); }
  Writer& put(const Address& value) { return put(word(value)); }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// Reads words one after the other. The first fault is remembered: read everything, then ask
/// `finish`, whose error is invalid_argument with the name of the word as its field.
class Reader {
 public:
  explicit Reader(ByteView words) : rest_(words) {}

  Word word(std::string_view name);
  std::uint64_t u64(std::string_view name);
  Address address(std::string_view name);
  /// Also refuses what is left over.
  [[nodiscard]] Status finish();

 private:
  void fail(std::string_view name, std::string_view expected);

  ByteView rest_;
  Status status_;
};

}  // namespace kedge::ledger::evm::abi
