// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/compact_range.hpp"
#include "node/log/right_edge.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// Reads the log's right edge back and checks all of it, before anything is signed on top: size and
/// root are the checkpoint's; the newest log entries hash to the edge of level 0; at every level
/// above, the newest hash is the root of the full tile below it; the last entry is the epoch entry
/// of this checkpoint. corrupt says what does not fit; a failure to read is passed on. A few
/// hundred hashes of work, whatever the size of the log.
Result<RightEdge> read_checked_edge(const StoreReader& reader, const CheckpointRow& checkpoint);

/// The same log as a compact range: another way to its root.
Result<crypto::CompactRange> compact_range_of(const RightEdge& edge);

}  // namespace kedge::node
