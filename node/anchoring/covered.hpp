// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "node/store/store.hpp"

/// How far a ledger's anchors reach.
namespace kedge::node {

/// The final anchor with the greatest epoch, given the ledger's newest anchor of any state; nullopt
/// if there is none. Only the newest of all can be other than final, because one is in flight at a
/// time; the one before it is found by asking which anchor covers an epoch.
Result<std::optional<AnchorRow>> newest_final(const StoreReader& reader, const AnchorRow& newest);

/// First position of the issuer that a log of `size` entries does not cover, given that it covers
/// all before `low`.
Result<std::uint64_t> covered_end(const StoreReader& reader, const IssuerRow& row,
                                  std::uint64_t low, std::uint64_t size);

}  // namespace kedge::node
