// SPDX-License-Identifier: Apache-2.0
#include "crypto/note_text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "crypto/utf8.hpp"

namespace kedge::crypto {
namespace {

/// The characters with the Unicode property White_Space beyond ASCII, in UTF-8.
constexpr std::string_view kWideSpaces[] = {
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

}  // namespace

Status check_note_characters(std::string_view text) {
  if (!is_utf8(text)) return invalid_argument("a note must be well-formed UTF-8");
  if (std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n'; })) {
    return invalid_argument("a note must not contain control characters other than newline");
  }
  return {};
}

Status check_key_name(std::string_view name) {
  if (name.empty()) return invalid_argument("a key name must not be empty");
  if (!is_utf8(name)) return invalid_argument("a key name must be well-formed UTF-8");
  // In well-formed UTF-8 the octets of one character are found nowhere but in that character.
  const bool refused =
      std::any_of(name.begin(), name.end(),
                  [](char c) { return is_control(c) || c == ' ' || c == '+'; }) ||
      std::any_of(std::begin(kWideSpaces), std::end(kWideSpaces),
                  [&](std::string_view space) { return name.find(space) != name.npos; });
  if (refused) {
    return invalid_argument("a key name must not contain spaces, control characters or '+'");
  }
  return {};
}

NoteKeyId note_key_id(std::string_view name, NoteKeyType type, ByteView key) {
  const std::uint8_t infix[2] = {'\n', static_cast<std::uint8_t>(type)};
  const Hash hash = Sha256().update(as_bytes(name)).update(infix).update(key).finish();
  NoteKeyId id;
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

Result<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  if (text.empty() || error != std::errc() || stop != end || leading_zero) {
    return invalid_argument("expected a decimal number below 2^64 without leading zeros");
  }
  return value;
}

Result<Hash> parse_base64_hash(std::string_view text) {
  const Result<Bytes> bytes = base64_decode(text);
  if (!bytes || bytes->size() != Hash{}.size()) {
    return invalid_argument("expected the base64 of a 32-byte hash");
  }
  Hash hash;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

Result<KeyText> parse_key_text(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? text.npos : text.find('+', first + 1);
  if (second == text.npos) {
    return invalid_argument("a key in text has the form <name>+<id>+<base64 key>");
  }
  KeyText key;
  key.name = text.substr(0, first);
  if (Status status = check_key_name(key.name); !status) return std::move(status).error();

  const Result<Bytes> id = from_hex(text.substr(first + 1, second - first - 1));
  if (!id || id->size() != key.id.size()) {
    return invalid_argument("the id of a key is 8 lower-case hex characters");
  }
  std::copy(id->begin(), id->end(), key.id.begin());

  Result<Bytes> material = base64_decode(text.substr(second + 1));
  if (!material || material->size() < 2) {
    return invalid_argument("a key in text ends with the base64 of its type and its octets");
  }
  key.type = material->front();
  key.material.assign(material->begin() + 1, material->end());
  secure_clear(material->data(), material->size());
  return key;
}

std::string format_key_text(std::string_view name, const NoteKeyId& id, NoteKeyType type,
                            ByteView material) {
  Bytes typed;
  typed.reserve(material.size() + 1);
  typed.push_back(static_cast<std::uint8_t>(type));
  typed.insert(typed.end(), material.begin(), material.end());
  std::string encoded = base64_encode(typed);
  secure_clear(typed.data(), typed.size());

  std::string text;
  text.reserve(name.size() + encoded.size() + 10);
  text.append(name).append("+").append(to_hex(id)).append("+").append(encoded);
  secure_clear(encoded.data(), encoded.size());
  return text;
}

}  // namespace kedge::crypto
