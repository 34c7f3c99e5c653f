// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_epochs.hpp"

#include "node/proof/checked_checkpoints.hpp"

namespace kedge::node {
namespace {

/// The ledger's newest anchor that is final, not before `first`; nullopt if there is none.
Result<std::optional<std::uint64_t>> newest_final(const StoreReader& reader,
                                                  const std::string& ledger, std::uint64_t first) {
  Result<AnchorRow> row = reader.latest_anchor(ledger);
  // A ledger has few anchors under way at a time.
  while (row && row->epoch >= first && row->state != AnchorState::final) {
    row = reader.anchor_before(ledger, row->epoch);
  }
  if (!row && row.error().code != Errc::not_found) return row.error();
  if (!row || row->epoch < first) return std::optional<std::uint64_t>();
  return std::optional(row->epoch);
}

Result<std::optional<std::uint64_t>> newest_mined(const StoreReader& reader,
                                                  const std::string& ledger, std::uint64_t first) {
  Result<AnchorRow> row = reader.latest_anchor(ledger);
  while (row && row->epoch >= first && row->state == AnchorState::intended) {
    row = reader.anchor_before(ledger, row->epoch);
  }
  if (!row && row.error().code != Errc::not_found) return row.error();
  if (!row || row->epoch < first) return std::optional<std::uint64_t>();
  return std::optional(row->epoch);
}

}  // namespace

Error not_yet_sealed() {
  return {Errc::not_found, "the log had nothing of it at the end of that epoch"};
}

Result<std::optional<std::uint64_t>> anchored_epoch(const StoreReader& reader,
                                                    const std::vector<std::string>& preferred,
                                                    std::uint64_t first) {
  for (const std::string& ledger : preferred) {
    auto epoch = newest_final(reader, ledger, first);
    if (!epoch || *epoch) return epoch;
  }
  const auto ledgers = reader.anchor_ledgers();
  if (!ledgers) return ledgers.error();
  for (const auto newest : {newest_final, newest_mined}) {
    for (const std::string& ledger : *ledgers) {
      auto epoch = newest(reader, ledger, first);
      if (!epoch || *epoch) return epoch;
    }
  }
  return std::optional<std::uint64_t>();
}

Result<std::optional<std::uint64_t>> NewestAnchored::epoch(
    const StoreReader& reader, const std::vector<std::string>& preferred) {
  const std::optional<std::uint64_t> version = reader.anchors_version();
  if (version) {
    const std::lock_guard lock(mutex_);
    if (version_ == version) return epoch_;
  }
  auto newest = anchored_epoch(reader, preferred, 0);
  if (newest && version && reader.anchors_version() == version) {
    const std::lock_guard lock(mutex_);
    version_ = version;
    epoch_ = *newest;
  }
  return newest;
}

Result<std::uint64_t> first_status_epoch(const StoreReader& reader, IssuerId issuer,
                                         const StatusTarget& target) {
  // A published list needs any entry of its issuer: the first batch is the first one, or a status
  // entry is.
  const std::uint64_t position = target.list == kRegister ? target.index : 0;
  const Result<BatchRow> batch = reader.batch_of(issuer, position);
  if (batch) {
    const Result<CheckpointRow> checkpoint = reader.checkpoint_covering(batch->log_index);
    if (!checkpoint) return missing_is_corrupt(checkpoint.error());
    return checkpoint->epoch;
  }
  if (batch.error().code != Errc::not_found) return batch.error();
  const Result<StatusRow> status = reader.status_at(issuer, ~std::uint64_t{0});
  if (status && target.list != kRegister) return status->epoch;
  if (!status && status.error().code != Errc::not_found) return status.error();
  return not_yet_sealed();
}

Result<std::uint64_t> epoch_at(const StoreReader& reader, std::uint64_t time_ms) {
  const Result<CheckpointRow> newest = reader.latest_checkpoint();
  if (!newest) return newest.error();
  if (newest->time_ms <= time_ms) return newest->epoch;
  // Times never decrease: the first epoch after the time is in (low, high].
  std::uint64_t low = 0;
  std::uint64_t high = newest->epoch;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const Result<CheckpointRow> row = reader.checkpoint(middle);
    if (!row) return missing_is_corrupt(row.error());
    if (row->time_ms <= time_ms) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return Error{Errc::not_found, "the log had not begun then"};
  return low - 1;
}

}  // namespace kedge::node
