// SPDX-License-Identifier: Apache-2.0
#include "node/access/chain_line.hpp"

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kHashChars = 64;

}  // namespace

Hash chain_start(std::string_view format) {
  return crypto::sha256(as_bytes(format));
}

Hash chain_hash(const Hash& previous, std::string_view body) {
  return crypto::Sha256().update(previous).update(as_bytes(body)).finish();
}

void append_chain_line(std::string& out, const Hash& hash, std::string_view body) {
  crypto::append_hex(out, hash);
  out.append(" ").append(body).append("\n");
}

Result<ChainLine> parse_chain_line(const Hash& previous, std::string_view line) {
  if (line.size() > kMaxChainLine || line.size() < kHashChars + 2 || line.back() != '\n' ||
      line[kHashChars] != ' ') {
    return invalid_argument("expected a hash, a space, a text and a line feed");
  }
  const auto hash = crypto::hash_from_hex(line.substr(0, kHashChars));
  if (!hash) return invalid_argument("the hash is not 64 lower-case hex characters");
  const std::string_view body = line.substr(kHashChars + 1, line.size() - kHashChars - 2);
  if (body.find('\n') != std::string_view::npos) return invalid_argument("expected one line");
  if (chain_hash(previous, body) != *hash) {
    return invalid_argument("the hash is not that of the line before it and its text");
  }
  return ChainLine{*hash, body};
}

}  // namespace kedge::node
