// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/keys.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::test {

inline nlohmann::json read_json(const std::filesystem::path& path) {
  return nlohmann::json::parse(read_file(path));
}

/// Octets of a hex literal in a test. Throws if it is not one.
inline Bytes octets(std::string_view hex) {
  return *crypto::from_hex(hex);
}

inline std::string text(const nlohmann::json& value) {
  return value.get<std::string>();
}

/// A key that is the same in every run, so that a failure can be repeated.
inline crypto::SecretKey fixed_key(crypto::KeyType type, std::uint8_t fill = 0x42) {
  return *crypto::SecretKey::from_bytes(type, Bytes(crypto::kSecretKeySize, fill));
}

inline constexpr crypto::KeyType kKeyTypes[] = {crypto::KeyType::ed25519, crypto::KeyType::p256,
                                                crypto::KeyType::secp256k1};

}  // namespace kedge::test
