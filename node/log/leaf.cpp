// SPDX-License-Identifier: Apache-2.0
#include "node/log/leaf.hpp"

#include "crypto/binary.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {

LeafBytes encode_leaf(const LeafEntry& leaf) {
  LeafBytes bytes;
  bytes[0] = static_cast<std::uint8_t>(leaf.profile);
  std::memcpy(bytes.data() + 1, leaf.salt.data(), leaf.salt.size());
  std::memcpy(bytes.data() + 1 + leaf.salt.size(), leaf.digest.data(), leaf.digest.size());
  return bytes;
}

Result<LeafEntry> decode_leaf(ByteView bytes) {
  BinaryReader reader(bytes);
  const Result<crypto::DigestProfile> profile = crypto::profile_from_id(reader.get<std::uint8_t>());
  LeafEntry leaf;
  leaf.salt = reader.get_array<sizeof(Salt)>();
  leaf.digest = reader.get_array<sizeof(Hash)>();
  if (Status status = reader.finish("a leaf entry"); !status) return std::move(status).error();
  if (!profile) return profile.error();
  leaf.profile = *profile;
  return leaf;
}

Hash leaf_hash(const LeafEntry& leaf) {
  return crypto::leaf_hash(encode_leaf(leaf));
}

}  // namespace kedge::node
