// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/signed_note.hpp"

/// The small grammar that notes, keys in text and checkpoints share.
namespace kedge::crypto {

/// C2SP signed-note: UTF-8 without ASCII control characters other than newline.
Status check_note_characters(std::string_view text);

/// C2SP signed-note: not empty, no `+`, no Unicode space, and a line of its own.
Status check_key_name(std::string_view name);

/// The recommended id: SHA-256(name ‖ newline ‖ type ‖ key), the first four bytes.
NoteKeyId note_key_id(std::string_view name, NoteKeyType type, ByteView key);

/// A decimal of a u64 without leading zeros.
Result<std::uint64_t> parse_decimal(std::string_view text);

/// Standard base64 of exactly 32 bytes.
Result<Hash> parse_base64_hash(std::string_view text);

/// `name+hex8(id)+base64(type ‖ material)` taken apart; the id is not compared with anything.
struct KeyText {
  std::string name;
  NoteKeyId id{};
  std::uint8_t type = 0;
  Bytes material;
};
Result<KeyText> parse_key_text(std::string_view text);
std::string format_key_text(std::string_view name, const NoteKeyId& id, NoteKeyType type,
                            ByteView material);

}  // namespace kedge::crypto
