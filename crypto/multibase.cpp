// SPDX-License-Identifier: Apache-2.0
#include "crypto/multibase.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/base58.hpp"
#include "crypto/base64.hpp"
#include "crypto/hex.hpp"

namespace kedge::crypto {
namespace {

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// RFC 4648 section 6 in lower case and without padding.
std::string base32_encode(ByteView bytes) {
  std::string out;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(kBase32[(buffer >> (bits - 5)) & 31]);
  }
  if (bits > 0) out.push_back(kBase32[(buffer << (5 - bits)) & 31]);
  return out;
}

Result<Bytes> base32_decode(std::string_view text) {
  Bytes out;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t value = kBase32.find(c);
    if (value == std::string_view::npos) {
      return invalid_argument("expected base32 without padding, found another character");
    }
    buffer = ((buffer << 5) | static_cast<unsigned>(value)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
  }
  if (bits >= 5) return invalid_argument("expected base32, found one character too many");
  if ((buffer & ((1U << bits) - 1)) != 0) {
    return invalid_argument("expected canonical base32, found non-zero trailing bits");
  }
  return out;
}

/// URL-safe base64 with padding: the padded decoder after an exchange of two characters.
Result<Bytes> base64url_pad_decode(std::string_view text) {
  if (text.find_first_of("+/") != std::string_view::npos) {
    return invalid_argument("expected base64 of the URL-safe alphabet");
  }
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  return base64_decode(standard);
}

Result<Bytes> base64_nopad_decode(std::string_view text) {
  if (text.ends_with('=')) return invalid_argument("expected base64 without padding");
  return base64_decode(std::string(text) + std::string((4 - text.size() % 4) % 4, '='));
}

Result<Bytes> decode_body(Multibase base, std::string_view body) {
  switch (base) {
    case Multibase::base16:
    case Multibase::base16_upper:
      return from_hex(lower(body));
    case Multibase::base32:
    case Multibase::base32_upper:
      return base32_decode(lower(body));
    case Multibase::base58btc:
      return base58btc_decode(body);
    case Multibase::base64:
      return base64_nopad_decode(body);
    case Multibase::base64_pad:
      return base64_decode(body);
    case Multibase::base64url:
      return base64url_decode(body);
    case Multibase::base64url_pad:
      return base64url_pad_decode(body);
  }
  return invalid_argument(
      "expected a multibase text with one of the prefixes f, F, b, B, z, m, M, u, U");
}

std::string encode_body(Multibase base, ByteView bytes) {
  switch (base) {
    case Multibase::base16:
      return to_hex(bytes);
    case Multibase::base16_upper:
      return upper(to_hex(bytes));
    case Multibase::base32:
      return base32_encode(bytes);
    case Multibase::base32_upper:
      return upper(base32_encode(bytes));
    case Multibase::base58btc:
      return base58btc_encode(bytes);
    case Multibase::base64: {
      std::string out = base64_encode(bytes);
      out.erase(std::find(out.begin(), out.end(), '='), out.end());
      return out;
    }
    case Multibase::base64_pad:
      return base64_encode(bytes);
    case Multibase::base64url:
      return base64url_encode(bytes);
    case Multibase::base64url_pad: {
      std::string out = base64url_encode(bytes);
      out.resize((bytes.size() + 2) / 3 * 4, '=');
      return out;
    }
  }
  throw std::invalid_argument("multibase_encode: not a base");
}

}  // namespace

std::string multibase_encode(Multibase base, ByteView bytes) {
  return static_cast<char>(base) + encode_body(base, bytes);
}

Result<MultibaseValue> multibase_decode(std::string_view text) {
  if (text.empty()) return invalid_argument("expected a multibase text, found an empty one");
  const auto base = static_cast<Multibase>(text.front());
  auto bytes = decode_body(base, text.substr(1));
  if (!bytes) return std::move(bytes).error();
  return MultibaseValue{base, *std::move(bytes)};
}

}  // namespace kedge::crypto
