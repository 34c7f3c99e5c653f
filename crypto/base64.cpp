// SPDX-License-Identifier: Apache-2.0
#include "crypto/base64.hpp"

#include <array>

namespace kedge::crypto {
namespace {

/// In the value of every character that is not in the alphabet.
constexpr std::uint32_t kNotInAlphabet = std::uint32_t{1} << 31;
/// A group: four characters, three octets.
constexpr std::size_t kCharacters = 4;

struct Alphabet {
  std::string_view characters;
  /// What a character adds to the 24 bits of its group, by its place in the group.
  std::array<std::array<std::uint32_t, 256>, kCharacters> values;
};

constexpr Alphabet make_alphabet(std::string_view characters) {
  Alphabet alphabet{characters, {}};
  for (std::size_t place = 0; place < kCharacters; ++place) {
    alphabet.values[place].fill(kNotInAlphabet);
    for (std::uint32_t i = 0; i < characters.size(); ++i) {
      alphabet.values[place][static_cast<unsigned char>(characters[i])] = i << (18 - 6 * place);
    }
  }
  return alphabet;
}

constexpr Alphabet kStandard =
    make_alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
constexpr Alphabet kUrlSafe =
    make_alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/// Without padding.
std::string encode(const Alphabet& alphabet, ByteView bytes) {
  std::string out((bytes.size() * 4 + 2) / 3, '\0');
  char* to = out.data();
  const auto emit = [&](std::uint32_t group, int shift) {
    *to++ = alphabet.characters[(group >> shift) & 63];
  };
  while (bytes.size() >= 3) {
    const std::uint32_t group =
        (std::uint32_t{bytes[0]} << 16) | (std::uint32_t{bytes[1]} << 8) | bytes[2];
    emit(group, 18);
    emit(group, 12);
    emit(group, 6);
    emit(group, 0);
    bytes = bytes.subspan(3);
  }
  if (bytes.empty()) return out;
  const std::uint32_t last =
      (std::uint32_t{bytes[0]} << 16) | (bytes.size() == 2 ? std::uint32_t{bytes[1]} << 8 : 0);
  for (int shift = 18; to != out.data() + out.size(); shift -= 6) emit(last, shift);
  return out;
}

/// Decodes text without padding.
Result<Bytes> decode(const Alphabet& alphabet, std::string_view text) {
  if (text.size() % kCharacters == 1) {
    return invalid_argument("expected base64, found one character too many or too few");
  }
  Bytes out(text.size() * 3 / 4);
  std::uint8_t* to = out.data();
  std::uint32_t seen = 0;
  const auto take = [&](std::size_t at, std::size_t count) {
    std::uint32_t group = 0;
    for (std::size_t place = 0; place < count; ++place) {
      group |= alphabet.values[place][static_cast<unsigned char>(text[at + place])];
    }
    seen |= group;
    return group;
  };
  const std::size_t whole = text.size() / kCharacters * kCharacters;
  for (std::size_t at = 0; at < whole; at += kCharacters) {
    const std::uint32_t group = take(at, kCharacters);
    *to++ = static_cast<std::uint8_t>(group >> 16);
    *to++ = static_cast<std::uint8_t>(group >> 8);
    *to++ = static_cast<std::uint8_t>(group);
  }
  std::uint32_t rest = take(whole, text.size() - whole);
  for (; to != out.data() + out.size(); rest <<= 8) *to++ = static_cast<std::uint8_t>(rest >> 16);
  if ((seen & kNotInAlphabet) != 0) {
    return invalid_argument("expected base64 of the " +
                            std::string(&alphabet == &kUrlSafe ? "URL-safe" : "standard") +
                            " alphabet, found another character at offset " +
                            std::to_string(text.find_first_not_of(alphabet.characters)));
  }
  if ((rest & 0xffffff) != 0) {
    return invalid_argument("expected canonical base64, found non-zero trailing bits");
  }
  return out;
}

}  // namespace

std::string base64_encode(ByteView bytes) {
  std::string out = encode(kStandard, bytes);
  out.resize((bytes.size() + 2) / 3 * 4, '=');
  return out;
}

std::string base64url_encode(ByteView bytes) {
  return encode(kUrlSafe, bytes);
}

Result<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) {
    return invalid_argument("expected base64 padded to a multiple of 4 characters, found " +
                            std::to_string(text.size()));
  }
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(kStandard, text);
}

Result<Bytes> base64url_decode(std::string_view text) {
  return decode(kUrlSafe, text);
}

}  // namespace kedge::crypto
