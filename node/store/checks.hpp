// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "node/store/store.hpp"

/// What every engine refuses, written once: pure functions of the argument and of what is stored.
/// The errors are those of node/store/store.hpp.
namespace kedge::node {

Status check_issuer_name(std::string_view name);

/// `next_positions[id]` is the next position of issuer `id`; an id beyond is an unknown issuer.
/// Digests are not looked at.
Status check_runs(std::span<const Run> runs, std::span<const std::uint64_t> next_positions);

/// `before` is a view of the store as it is, `next_positions` as for check_runs: read from the
/// store, it would be what a seal of many issuers takes longest for.
Status check_seal(const Seal& seal, const StoreReader& before,
                  std::span<const std::uint64_t> next_positions);

/// Everything but already_exists.
Status check_intent(const AnchorRow& row, const StoreReader& before);

/// The row after `record_attempt`.
Result<AnchorRow> with_attempt(AnchorRow row, const AnchorAttempt& attempt);

/// The row after `record_state`.
Result<AnchorRow> with_state(AnchorRow row, AnchorState state, std::string_view record,
                             std::uint64_t time_ms);

/// Where the digest is in a leaf entry.
inline constexpr std::size_t kLeafDigestOffset = LeafEntry::kSize - sizeof(Hash);

/// The digest of entry `index` of leaf entries back to back.
Hash leaf_digest(ByteView leaves, std::size_t index);

}  // namespace kedge::node
