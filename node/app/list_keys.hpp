// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "config/data_dir.hpp"
#include "node/status/list_publisher.hpp"

namespace kedge::node {

/// The keys that sign issuers' published status lists: one file an issuer, `keys/lists-<issuer
/// hash>.key` (crypto/key_file.hpp), mode 0600. Its `name` is the DID URL of the key, where that is
/// not the default (default_verification_method in node/status/list_signer.hpp).
class ListKeys {
 public:
  explicit ListKeys(config::DataDir dir) : dir_(std::move(dir)) {}

  /// The key; read once. not_found if there is none, invalid_argument if the file cannot be used.
  /// Thread-safe.
  Result<std::shared_ptr<const ListSigner>> of(const std::string& issuer);

 private:
  const config::DataDir dir_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const ListSigner>> keys_;
};

/// Makes a key for the issuer's lists unless there is one. True if it has made one.
Result<bool> make_list_key(const config::DataDir& dir, const std::string& issuer,
                           crypto::KeyType type);

/// Puts a key there that the issuer has already: the text of a key file or a private JWK, whose
/// `kid`, if it is a DID URL of the issuer, becomes the verification method. already_exists if the
/// issuer has one, invalid_argument if the text is no such key.
Status import_list_key(const config::DataDir& dir, const std::string& issuer,
                       std::string_view text);

/// `ES256`, `ES256K` and `EdDSA`, as in settings.
Result<crypto::KeyType> list_key_type(std::string_view algorithm);

}  // namespace kedge::node
