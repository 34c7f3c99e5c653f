// SPDX-License-Identifier: Apache-2.0
#include "node/proof/checked_checkpoints.hpp"

#include "ledger/embedded_record.hpp"
#include "node/proof/carried_json.hpp"
#include "node/proof/evm_anchor.hpp"

namespace kedge::node {
namespace {

/// What was on the ledgers for the epoch of this checkpoint.
Result<std::vector<std::string>> anchor_records(const StoreReader& reader, std::uint64_t epoch) {
  const auto ledgers = reader.anchor_ledgers();
  if (!ledgers) return ledgers.error();
  std::vector<std::string> records;
  for (const std::string& ledger : *ledgers) {
    Result<AnchorRow> row = reader.anchor(ledger, epoch);
    if (row && row->state != AnchorState::intended) records.push_back(std::move(row->record));
    if (!row && row.error().code != Errc::not_found) return row.error();
  }
  return records;
}

Status check_records(const std::vector<std::string>& anchors,
                     const crypto::Checkpoint& checkpoint) {
  for (const std::string& anchor : anchors) {
    const Result<std::string> kind = anchor_kind(anchor);
    if (!kind) return stored_corrupt("stored anchor record: " + kind.error().message);
    if (*kind == ledger::evm::kEvmKind) {
      const auto proved = prove_evm_anchor(anchor, checkpoint);
      if (!proved.value) return stored_corrupt("stored anchor record: " + proved.reason.message);
    }
    if (*kind != ledger::kEmbeddedKind) continue;
    Status checked = stored_status(check_embedded_anchor(anchor, checkpoint));
    if (!checked) return checked;
  }
  return {};
}

/// Signature and anchors, and that the row says what the note says.
Result<std::shared_ptr<const CheckedCheckpoint>> verify_checkpoint(
    const CheckpointRow& row, std::vector<std::string> anchors,
    const crypto::NoteVerifier& log_key) {
  Found<crypto::Checkpoint> found = find_checkpoint(row.note);
  if (!found.value) return stored_corrupt("stored checkpoint: " + found.reason.message);
  if (found.value->size != row.size || found.value->root != row.root) {
    return stored_corrupt("a stored checkpoint is not what its note says");
  }
  std::string signer;
  const Finding signature = check_signature(row.note, *found.value, std::span(&log_key, 1), signer);
  if (signature) return stored_corrupt("stored checkpoint: " + signature->message);
  if (const Status checked = check_records(anchors, *found.value); !checked) {
    return checked.error();
  }
  return std::make_shared<const CheckedCheckpoint>(
      CheckedCheckpoint{row.note, std::move(anchors), std::move(*found.value)});
}

/// Anchors of a ledger are made in order, so that none of this epoch can follow a later one.
Result<bool> is_settled(const StoreReader& reader, const std::string& ledger, std::uint64_t epoch) {
  const Result<AnchorRow> row = reader.anchor_covering(ledger, epoch);
  if (row) return row->state == AnchorState::final;
  if (row.error().code != Errc::not_found) return row.error();
  return false;
}

}  // namespace

Error stored_corrupt(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

Status stored_status(const Finding& finding) {
  if (!finding) return {};
  return stored_corrupt("stored proof data: " + finding->message);
}

Error missing_is_corrupt(Error error) {
  const bool missing = error.code == Errc::not_found || error.code == Errc::invalid_argument;
  return missing ? stored_corrupt("of a sealed entry: " + error.message) : std::move(error);
}

Result<std::shared_ptr<const CheckedCheckpoint>> CheckedCheckpoints::check(
    const StoreReader& reader, const CheckpointRow& row) {
  Result<std::vector<std::string>> anchors = anchor_records(reader, row.epoch);
  if (!anchors) return anchors.error();
  auto known = known_.find(row.epoch);
  if (known != nullptr && known->note == row.note && known->anchors == *anchors) return known;
  auto fresh = verify_checkpoint(row, std::move(*anchors), log_key_);
  if (fresh) known_.remember(row.epoch, *fresh);
  return fresh;
}

Result<bool> anchors_settled(const StoreReader& reader, std::uint64_t epoch,
                             const std::vector<std::string>& configured) {
  auto ledgers = reader.anchor_ledgers();
  if (!ledgers) return ledgers.error();
  ledgers->insert(ledgers->end(), configured.begin(), configured.end());
  for (const std::string& ledger : *ledgers) {
    const Result<bool> settled = is_settled(reader, ledger, epoch);
    if (!settled || !*settled) return settled;
  }
  return !ledgers->empty();
}

}  // namespace kedge::node
