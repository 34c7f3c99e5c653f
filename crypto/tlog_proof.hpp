// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// A C2SP tlog-proof: all that shows an entry to be in a log, in one text. The leaf hash is the
/// application's to compute.
struct TlogProof {
  /// Application data; nothing authenticates it.
  std::optional<Bytes> extra = {};
  std::uint64_t index = 0;
  /// Inclusion path, the sibling first.
  std::vector<Hash> path = {};
  /// The signed note verbatim; not parsed here.
  std::string checkpoint = {};
  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

/// Bounds of what is read: the whole text, and the path of the largest tree.
inline constexpr std::size_t kMaxTlogProofSize = 1'000'000;
inline constexpr std::size_t kMaxTlogProofPath = 63;

/// Strict; the inverse of format_tlog_proof.
Result<TlogProof> parse_tlog_proof(std::string_view text);

/// Ends as the checkpoint does. Precondition: at most kMaxTlogProofPath hashes.
std::string format_tlog_proof(const TlogProof& proof);

}  // namespace kedge::crypto
