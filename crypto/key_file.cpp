// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_file.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "crypto/hex.hpp"

namespace kedge::crypto {
namespace {

constexpr std::string_view kFormat = "kedge-key/1";
constexpr std::size_t kMaxName = 255;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::ranges::all_of(name, [](char c) { return c >= 0x20 && c <= 0x7e; }) &&
         name.front() != ' ' && name.back() != ' ';
}

/// Takes `label: value` off the front of the text, or leaves it as it is.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view label) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  if (!line.starts_with(label) || !line.substr(label.size()).starts_with(": ")) return std::nullopt;
  text.remove_prefix(end + 1);
  return line.substr(label.size() + 2);
}

Error bad_line(std::string_view line, std::string_view expected) {
  return invalid_argument("key file: " + std::string(expected), std::string(line));
}

}  // namespace

std::string format_key_file(const SecretKey& key, std::string_view name) {
  if (!name.empty() && !is_name(name)) {
    throw std::invalid_argument("a key's name is at most 255 characters of printable ASCII");
  }
  std::string out;
  // Grown once, so that no copy of the secret stays behind in freed memory.
  out.reserve(512 + name.size());
  out.append(kFormat).append("\ntype: ").append(key_type_name(key.type()));
  if (!name.empty()) out.append("\nname: ").append(name);
  out.append("\npublic: ");
  append_hex(out, key.public_key().bytes());
  out.append("\nsecret: ");
  append_hex(out, key.bytes());
  out.append("\n");
  return out;
}

Result<KeyFile> parse_key_file(std::string_view text) {
  const std::string first_line = std::string(kFormat) + '\n';
  if (!text.starts_with(first_line)) {
    return bad_line("format", "the first line must be " + std::string(kFormat));
  }
  text.remove_prefix(first_line.size());

  const auto type_text = take_line(text, "type");
  const auto type = key_type_from_name(type_text.value_or(""));
  if (!type) return bad_line("type", type.error().message);

  const auto name = take_line(text, "name");
  if (name && !is_name(*name)) {
    return bad_line("name", "a name has 1 to 255 characters of printable ASCII");
  }

  const auto public_text = take_line(text, "public");
  const auto public_bytes = from_hex(public_text.value_or("?"));
  if (!public_bytes) return bad_line("public", "expected the public key in lower-case hex");

  const auto secret_text = take_line(text, "secret");
  std::array<std::uint8_t, kSecretKeySize> secret{};
  if (!secret_text || !decode_hex(*secret_text, secret)) {
    secure_clear(secret.data(), secret.size());
    return bad_line("secret", "expected the private key in 64 lower-case hex characters");
  }
  auto key = SecretKey::from_bytes(*type, secret);
  secure_clear(secret.data(), secret.size());
  if (!key) return bad_line("secret", key.error().message);
  if (!text.empty()) return bad_line("secret", "nothing may follow the secret");
  if (key->public_key().bytes() != *public_bytes) {
    return bad_line("public", "the public key is not that of the secret; the file is damaged");
  }
  return KeyFile{std::string(name.value_or("")), *std::move(key)};
}

}  // namespace kedge::crypto
