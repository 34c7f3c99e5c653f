// SPDX-License-Identifier: Apache-2.0
#include "crypto/multihash.hpp"

#include <algorithm>
#include <string>

#include "crypto/varint.hpp"

namespace kedge::crypto {

Bytes multihash_encode(std::uint64_t code, ByteView digest) {
  Bytes out;
  append_varint(out, code);
  append_varint(out, digest.size());
  out.insert(out.end(), digest.begin(), digest.end());
  return out;
}

Result<Multihash> multihash_decode(ByteView bytes) {
  const auto code = read_varint(bytes);
  if (!code) return code.error();
  bytes = bytes.subspan(code->size);
  const auto size = read_varint(bytes);
  if (!size) return size.error();
  bytes = bytes.subspan(size->size);
  if (size->value > kMultihashMaxDigest) {
    return invalid_argument("expected a multihash digest of at most 128 octets");
  }
  if (size->value != bytes.size()) {
    return invalid_argument("multihash announces " + std::to_string(size->value) +
                            " octets of digest, found " + std::to_string(bytes.size()));
  }
  return Multihash{code->value, Bytes(bytes.begin(), bytes.end())};
}

Result<Hash> sha256_from_multihash(ByteView bytes) {
  const auto multihash = multihash_decode(bytes);
  if (!multihash) return multihash.error();
  Hash hash;
  if (multihash->code != kMultihashSha256 || multihash->digest.size() != hash.size()) {
    return invalid_argument("expected a multihash of SHA2-256 with 32 octets");
  }
  std::copy(multihash->digest.begin(), multihash->digest.end(), hash.begin());
  return hash;
}

}  // namespace kedge::crypto
