// SPDX-License-Identifier: Apache-2.0
#include "crypto/tree_hash.hpp"

#include <vector>

#include "crypto/sha256.hpp"
#include "crypto/sha256_batch.hpp"

namespace kedge::crypto {

Hash leaf_hash(ByteView entry) {
  Hash leaf;
  hash_leaves(entry.data(), entry.size(), 1, &leaf);
  return leaf;
}

Hash node_hash(const Hash& left, const Hash& right) {
  const Hash children[2] = {left, right};
  Hash parent;
  hash_nodes(children, 1, &parent);
  return parent;
}

Hash empty_root() {
  return sha256({});
}

Hash tree_root(std::span<const Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return empty_root();
  std::vector<Hash> row(leaf_hashes.begin(), leaf_hashes.end());
  while (row.size() > 1) {
    const std::size_t pairs = row.size() / 2;
    const bool odd = row.size() % 2 != 0;
    hash_nodes(row.data(), pairs, row.data());
    // The last of an odd row moves up as it is: RFC 9162 splits at a power of two, so it is the
    // root of all that is right of the complete pairs.
    if (odd) row[pairs] = row.back();
    row.resize(pairs + (odd ? 1 : 0));
  }
  return row.front();
}

}  // namespace kedge::crypto
