// SPDX-License-Identifier: Apache-2.0
#include "node/access/token_text.hpp"

#include <array>

#include "crypto/hex.hpp"
#include "crypto/random.hpp"
#include "crypto/sha256.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kChecksumChars = 8;

std::string checksum(std::string_view text) {
  const Hash hash = crypto::sha256(as_bytes(text));
  return crypto::to_hex(ByteView(hash).first(kChecksumChars / 2));
}

}  // namespace

std::string make_token() {
  std::array<std::uint8_t, 32> secret;
  crypto::random_bytes(secret);
  std::string token(kTokenPrefix);
  crypto::append_hex(token, secret);
  secure_clear(secret.data(), secret.size());
  token += checksum(token);
  return token;
}

bool is_token(std::string_view text) {
  if (text.size() != kTokenSize || !text.starts_with(kTokenPrefix)) return false;
  const std::string_view digits = text.substr(kTokenPrefix.size());
  if (digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
  return text.substr(kTokenSize - kChecksumChars) ==
         checksum(text.substr(0, kTokenSize - kChecksumChars));
}

Hash token_hash(std::string_view token) {
  return crypto::sha256(as_bytes(token));
}

std::string token_id(const Hash& hash) {
  return crypto::to_hex(ByteView(hash).first(kTokenIdSize));
}

}  // namespace kedge::node
