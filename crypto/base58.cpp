// SPDX-License-Identifier: Apache-2.0
#include "crypto/base58.hpp"

#include <algorithm>
#include <stdexcept>

namespace kedge::crypto {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// digits = digits * base + carry, for a number of `radix` with its least significant digit first.
void multiply_add(Bytes& digits, unsigned radix, unsigned base, unsigned carry) {
  for (std::uint8_t& digit : digits) {
    carry += base * digit;
    digit = static_cast<std::uint8_t>(carry % radix);
    carry /= radix;
  }
  for (; carry != 0; carry /= radix) digits.push_back(static_cast<std::uint8_t>(carry % radix));
}

}  // namespace

std::string base58btc_encode(ByteView bytes) {
  if (bytes.size() > kBase58MaxBytes) {
    throw std::length_error("base58btc_encode: input of more than 1024 octets");
  }
  Bytes digits;
  for (const std::uint8_t byte : bytes) multiply_add(digits, 58, 256, byte);
  const auto zeros = std::find_if(bytes.begin(), bytes.end(), [](auto b) { return b != 0; });
  std::string out(static_cast<std::size_t>(zeros - bytes.begin()), kAlphabet[0]);
  std::for_each(digits.rbegin(), digits.rend(), [&](auto d) { out.push_back(kAlphabet[d]); });
  return out;
}

Result<Bytes> base58btc_decode(std::string_view text) {
  if (text.size() > kBase58MaxText) {
    return invalid_argument("expected at most 1400 base58 characters, found " +
                            std::to_string(text.size()));
  }
  Bytes digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t value = kAlphabet.find(text[i]);
    if (value == std::string_view::npos) {
      return invalid_argument("expected base58btc, found another character at offset " +
                              std::to_string(i));
    }
    multiply_add(digits, 256, 58, static_cast<unsigned>(value));
  }
  const std::size_t zeros = std::min(text.find_first_not_of(kAlphabet[0]), text.size());
  Bytes out(zeros, 0);
  out.insert(out.end(), digits.rbegin(), digits.rend());
  return out;
}

}  // namespace kedge::crypto
