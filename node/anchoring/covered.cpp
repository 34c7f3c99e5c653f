// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/covered.hpp"

namespace kedge::node {

Result<std::optional<AnchorRow>> newest_final(const StoreReader& reader, const AnchorRow& newest) {
  if (newest.state == AnchorState::final) return std::optional<AnchorRow>(newest);
  std::uint64_t low = 0;
  std::uint64_t high = newest.epoch;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const Result<AnchorRow> covering = reader.anchor_covering(newest.ledger, middle);
    if (!covering) return covering.error();
    if (covering->epoch == newest.epoch) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  if (low == 0) return std::optional<AnchorRow>();
  Result<AnchorRow> before = reader.anchor(newest.ledger, low - 1);
  if (!before) return std::move(before).error();
  return std::optional<AnchorRow>(*std::move(before));
}

Result<std::uint64_t> covered_end(const StoreReader& reader, const IssuerRow& row,
                                  std::uint64_t low, std::uint64_t size) {
  std::uint64_t high = row.credential_count;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const Result<BatchRow> batch = reader.batch_of(row.id, middle);
    if (!batch) return batch.error();
    if (batch->log_index < size) {
      low = batch->first_position + batch->count;
    } else {
      high = batch->first_position;
    }
  }
  return low;
}

}  // namespace kedge::node
