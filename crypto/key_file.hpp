// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "crypto/keys.hpp"

/// The text of a file that holds one private key:
///
///     kedge-key/1
///     type: ed25519
///     name: anchor.example.edu/log
///     public: 8d4c…
///     secret: 03f1…
///
/// Lines end with a line feed, the last one too, and stand in this order. `type` is ed25519, p256
/// or secp256k1. `name` may be left out; it has 1 to 255 characters of printable ASCII. `public` is
/// the public key (the compressed point, or 32 octets of Ed25519) and `secret` the 32 octets of the
/// private one, both in lower-case hex. The public key must be that of the secret, so that a
/// damaged file is never used. This is the codec alone; `config/secret_file.hpp` reads and writes
/// files.
namespace kedge::crypto {

struct KeyFile {
  /// Empty if the file gives none.
  std::string name;
  SecretKey key;
};

/// Throws std::invalid_argument for a name that the format cannot carry. The text holds the secret:
/// the caller clears it.
std::string format_key_file(const SecretKey& key, std::string_view name = {});

/// Accepts exactly what format_key_file writes; the error names the line.
Result<KeyFile> parse_key_file(std::string_view text);

}  // namespace kedge::crypto
