// SPDX-License-Identifier: Apache-2.0
#include "node/app/log_key.hpp"

#include <fstream>
#include <iterator>

#include "config/durable_file.hpp"
#include "config/secret_file.hpp"
#include "crypto/key_file.hpp"

namespace kedge::node {

Result<crypto::NoteSigner> load_log_key(const config::DataDir& dir, const std::string& origin) {
  auto text = config::read_secret_file(dir.log_key());
  if (!text) return std::move(text).error();
  auto file = crypto::parse_key_file(*text);
  secure_clear(text->data(), text->size());
  if (!file) {
    return Error{Errc::invalid_argument,
                 dir.log_key().string() + " is not a usable key file: " + file.error().message};
  }
  return crypto::NoteSigner::create(origin, std::move(file->key));
}

Status write_log_vkey(const config::DataDir& dir, const crypto::NoteSigner& signer) {
  return config::replace_file(dir.log_vkey(), signer.vkey() + "\n");
}

Result<crypto::NoteVerifier> load_log_vkey(const config::DataDir& dir) {
  std::ifstream in(dir.log_vkey(), std::ios::binary);
  if (!in) return Error{Errc::not_found, "cannot read " + dir.log_vkey().string()};
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return crypto::NoteVerifier::from_vkey(text);
}

}  // namespace kedge::node
