// SPDX-License-Identifier: Apache-2.0
#include "node/log/directory.hpp"

#include <vector>

#include "crypto/binary.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {

Bytes encode_directory_record(const DirectoryRecord& record) {
  Bytes bytes;
  bytes.reserve(DirectoryRecord::kSize);
  BinaryWriter(bytes)
      .put(record.issuer_hash)
      .put(record.next_issuer_seq)
      .put(record.credential_count)
      .put(record.status_root)
      .put(record.last_entry_hash);
  return bytes;
}

Hash directory_root(std::span<const DirectoryRecord> records) {
  std::vector<Hash> leaves;
  leaves.reserve(records.size());
  for (const DirectoryRecord& record : records) {
    leaves.push_back(crypto::leaf_hash(encode_directory_record(record)));
  }
  return crypto::tree_root(leaves);
}

}  // namespace kedge::node
