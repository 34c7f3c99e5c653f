// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "crypto/bytes.hpp"

namespace kedge::node {

/// What an epoch says of one issuer: `issuer_hash[32] ‖ u64 next_issuer_seq ‖ u64 credential_count
/// ‖ status_root[32] ‖ last_entry_hash[32]`. Makes an old status root unusable, because the
/// directory of a fresh epoch names the current one. There is a record for each issuer that has an
/// entry in the log (this epoch's included) and for no other, so that whoever replays the log can
/// make the same directory.
struct DirectoryRecord {
  static constexpr std::size_t kSize = 112;

  Hash issuer_hash{};
  std::uint64_t next_issuer_seq = 0;
  std::uint64_t credential_count = 0;
  Hash status_root{};
  Hash last_entry_hash{};
  friend bool operator==(const DirectoryRecord&, const DirectoryRecord&) = default;
};

Bytes encode_directory_record(const DirectoryRecord& record);

/// RFC 9162 root over the records. Precondition: sorted by issuer_hash, without duplicates.
Hash directory_root(std::span<const DirectoryRecord> records);

}  // namespace kedge::node
