// SPDX-License-Identifier: Apache-2.0
#include "node/app/list_keys.hpp"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "config/secret_file.hpp"
#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "crypto/key_file.hpp"
#include "crypto/sha256.hpp"

namespace kedge::node {
namespace {

std::filesystem::path file_of(const config::DataDir& dir, const std::string& issuer) {
  return dir.list_key(crypto::to_hex(crypto::sha256(as_bytes(issuer))));
}

Status write_key(const std::filesystem::path& file, const crypto::SecretKey& key,
                 std::string_view name) {
  std::string text = crypto::format_key_file(key, name);
  Status written = config::write_secret_file(file, text);
  secure_clear(text.data(), text.size());
  return written;
}

/// The key file's own form, or a private JWK.
Result<crypto::KeyFile> parse_key(const std::string& issuer, std::string_view text) {
  if (!text.starts_with('{')) return crypto::parse_key_file(text);
  const auto jwk = crypto::parse_json(text);
  if (!jwk) return jwk.error();
  auto key = crypto::secret_key_from_jwk(*jwk);
  if (!key) return std::move(key).error();
  std::string name;
  if (const auto kid = jwk->find("kid"); kid != jwk->end() && kid->is_string()) {
    name = kid->get<std::string>();
    if (!name.starts_with(issuer + "#")) name.clear();
  }
  return crypto::KeyFile{std::move(name), *std::move(key)};
}

}  // namespace

Result<std::shared_ptr<const ListSigner>> ListKeys::of(const std::string& issuer) {
  const std::lock_guard hold(mutex_);
  if (const auto known = keys_.find(issuer); known != keys_.end()) return known->second;
  const std::filesystem::path path = file_of(dir_, issuer);
  auto text = config::read_secret_file(path);
  if (!text) return std::move(text).error();
  auto file = crypto::parse_key_file(*text);
  secure_clear(text->data(), text->size());
  if (!file) {
    return invalid_argument(path.string() + " is not a usable key file: " + file.error().message);
  }
  std::string method =
      file->name.empty() ? default_verification_method(issuer, file->key.public_key()) : file->name;
  auto signer = std::make_shared<const ListSigner>(std::move(file->key), std::move(method));
  keys_.emplace(issuer, signer);
  return signer;
}

Result<bool> make_list_key(const config::DataDir& dir, const std::string& issuer,
                           crypto::KeyType type) {
  const std::filesystem::path file = file_of(dir, issuer);
  if (std::filesystem::exists(file)) return false;
  const auto key = crypto::SecretKey::generate(type);
  if (!key) return key.error();
  if (Status written = write_key(file, *key, {}); !written) return std::move(written).error();
  return true;
}

Status import_list_key(const config::DataDir& dir, const std::string& issuer,
                       std::string_view text) {
  const auto file = parse_key(issuer, text);
  if (!file) return file.error();
  return write_key(file_of(dir, issuer), file->key, file->name);
}

Result<crypto::KeyType> list_key_type(std::string_view algorithm) {
  for (const crypto::KeyType type :
       {crypto::KeyType::p256, crypto::KeyType::secp256k1, crypto::KeyType::ed25519}) {
    if (crypto::jws_algorithm(type) == algorithm) return type;
  }
  return invalid_argument("expected ES256, ES256K or EdDSA", "status.key_type");
}

}  // namespace kedge::node
