// SPDX-License-Identifier: Apache-2.0
#include "crypto/hex.hpp"
#include "crypto/key_file.hpp"
#include "ledger/evm/signing_key.hpp"

namespace kedge::ledger::evm {

Result<crypto::SecretKey> parse_plain_key(std::string_view text) {
  if (text.starts_with("kedge-key/")) {
    auto file = crypto::parse_key_file(text);
    if (!file) return file.error();
    if (file->key.type() != crypto::KeyType::secp256k1) {
      return invalid_argument("expected a key of type secp256k1", "type");
    }
    return std::move(file->key);
  }
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.starts_with("0x")) text.remove_prefix(2);
  Hash secret;
  if (!crypto::decode_hex(text, secret)) {
    return invalid_argument("expected a key file, or 64 lower-case hex digits");
  }
  auto key = crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1, secret);
  secure_clear(secret.data(), secret.size());
  return key;
}

}  // namespace kedge::ledger::evm
