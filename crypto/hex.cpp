// SPDX-License-Identifier: Apache-2.0
#include "crypto/hex.hpp"

#include <array>
#include <cstring>

namespace kedge::crypto {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::uint8_t kNotHex = 0x80;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotHex);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = make_values();

constexpr std::array<std::array<char, 2>, 256> make_pairs() {
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kDigits[i >> 4], kDigits[i & 15]};
  return pairs;
}

/// Both characters of an octet at once: hashes in answers are most of what is written here.
constexpr std::array<std::array<char, 2>, 256> kPairs = make_pairs();

std::uint8_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

constexpr std::size_t kChunk = 64;

/// Decodes up to kChunk characters; not 0 if one of them is no digit. Arithmetic on octets without
/// a branch or a table, which compilers make vector instructions of.
unsigned decode_chunk(std::string_view text, std::uint8_t* out) {
  std::array<std::uint8_t, kChunk> values;
  unsigned seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<std::uint8_t>(text[i]);
    // '0' to '9' are 0x30 to 0x39, 'a' to 'f' are 0x61 to 0x66.
    const auto letter = static_cast<std::uint8_t>((c >> 6) & 1);
    const auto value = static_cast<std::uint8_t>((c & 15) + 9 * letter);
    const auto above_nine = static_cast<std::uint8_t>(((value + 6) >> 4) & 1);
    const auto row = static_cast<std::uint8_t>((c & 0xF0) ^ (0x30 + 0x30 * letter));
    seen |= static_cast<std::uint8_t>(row | (value & 0x10) | (above_nine ^ letter));
    values[i] = value;
  }
  for (std::size_t i = 0; i < text.size() / 2; ++i) {
    out[i] = static_cast<std::uint8_t>((values[2 * i] << 4) | values[2 * i + 1]);
  }
  return seen;
}

Error not_hex(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (value_of(text[i]) == kNotHex) {
      return invalid_argument("expected lower-case hex, found another character at offset " +
                              std::to_string(i));
    }
  }
  return invalid_argument("expected an even number of hex characters, found " +
                          std::to_string(text.size()));
}

}  // namespace

void append_hex(std::string& out, ByteView bytes) {
  const std::size_t begin = out.size();
  out.resize(begin + 2 * bytes.size());
  char* to = out.data() + begin;
  for (const std::uint8_t byte : bytes) {
    std::memcpy(to, kPairs[byte].data(), 2);
    to += 2;
  }
}

std::string to_hex(ByteView bytes) {
  std::string out;
  append_hex(out, bytes);
  return out;
}

Status decode_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != 2 * out.size()) {
    return invalid_argument("expected " + std::to_string(2 * out.size()) +
                            " lower-case hex characters, found " + std::to_string(text.size()));
  }
  unsigned seen = 0;
  for (std::size_t i = 0; i < out.size(); i += kChunk / 2) {
    seen |= decode_chunk(text.substr(2 * i, kChunk), out.data() + i);
  }
  if (seen != 0) return not_hex(text);
  return {};
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return not_hex(text);
  Bytes out(text.size() / 2);
  if (Status status = decode_hex(text, out); !status) return std::move(status).error();
  return out;
}

Result<Hash> hash_from_hex(std::string_view text) {
  Hash hash;
  if (Status status = decode_hex(text, hash); !status) return std::move(status).error();
  return hash;
}

}  // namespace kedge::crypto
