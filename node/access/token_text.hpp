// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.hpp"

/// The text of an API token: `kedge_`, 256 random bits in hex, and 32 bits of checksum in hex, the
/// first of SHA-256 over the text before it. Scanners for leaked secrets know it by
/// `kedge_[0-9a-f]{72}` and, thanks to the checksum, without false alarms.
namespace kedge::node {

inline constexpr std::string_view kTokenPrefix = "kedge_";
inline constexpr std::size_t kTokenSize = kTokenPrefix.size() + 64 + 8;
/// Octets of its hash that name a token.
inline constexpr std::size_t kTokenIdSize = 8;

/// A new one from the system's CSPRNG, which throws if it has no randomness.
std::string make_token();

/// Whether the text has the form and its checksum; says nothing about who knows it.
bool is_token(std::string_view text);

/// What is kept of a token: SHA-256 over its text. 256 random bits need no salt and no slow hash.
Hash token_hash(std::string_view token);

/// What a token is called: the first octets of its hash, in hex.
std::string token_id(const Hash& hash);

}  // namespace kedge::node
