// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/sha256.hpp"
#include "node/anchoring/covered.hpp"
#include "node/anchoring/progress.hpp"

namespace kedge::node {
Status Progress::load() {
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  const Result<std::vector<std::string>> ledgers = reader->anchor_ledgers();
  if (!ledgers) return ledgers.error();
  for (const std::string& ledger : *ledgers) {
    const Result<AnchorRow> newest = reader->latest_anchor(ledger);
    if (!newest) return newest.error();
    const Result<std::optional<AnchorRow>> final_one = newest_final(*reader, *newest);
    if (!final_one) return final_one.error();
    LedgerMarks& marks = ledgers_[ledger];
    if (*final_one) {
      marks.final_size = (*final_one)->size;
      note_ref_locked(**final_one);
    }
    marks.mined_size = newest->state == AnchorState::mined ? newest->size : marks.final_size;
  }
  return refresh_marks();
}

void Progress::note_ref_locked(const AnchorRow& anchor) {
  if (ref_epoch_ && anchor.epoch <= *ref_epoch_) return;
  ref_epoch_ = anchor.epoch;
  anchor_ref_ = crypto::sha256(as_bytes(anchor.record));
}

Status Progress::anchored(const AnchorRow& anchor) {
  const std::lock_guard serial(anchor_mutex_);
  {
    const std::lock_guard lock(mutex_);
    LedgerMarks& marks = ledgers_[anchor.ledger];
    switch (anchor.state) {
      case AnchorState::intended:
        marks.mined_size = marks.final_size;
        break;
      case AnchorState::mined:
        marks.mined_size = std::max(marks.final_size, anchor.size);
        break;
      case AnchorState::final:
        marks.final_size = std::max(marks.final_size, anchor.size);
        marks.mined_size = marks.final_size;
        note_ref_locked(anchor);
        break;
    }
  }
  return refresh_marks();
}

Status Progress::refresh_marks() {
  std::vector<Marks> marks;
  LedgerMarks best;
  {
    const std::lock_guard lock(mutex_);
    marks = marks_;
    for (const auto& [name, ledger] : ledgers_) {
      best.mined_size = std::max(best.mined_size, ledger.mined_size);
      best.final_size = std::max(best.final_size, ledger.final_size);
    }
  }
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  const Result<std::vector<IssuerRow>> issuers = reader->issuers();
  if (!issuers) return issuers.error();
  marks.resize(issuers->size());
  for (const IssuerRow& row : *issuers) {
    Marks& own = marks[row.id];
    const Result<std::uint64_t> final_end = covered_end(*reader, row, own.final, best.final_size);
    if (!final_end) return final_end.error();
    const Result<std::uint64_t> mined_end = covered_end(*reader, row, *final_end, best.mined_size);
    if (!mined_end) return mined_end.error();
    own = {.sealed = row.credential_count, .anchored = *mined_end, .final = *final_end};
  }
  const std::lock_guard lock(mutex_);
  if (marks_.size() < marks.size()) marks_.resize(marks.size());
  for (std::size_t i = 0; i < marks.size(); ++i) {
    marks[i].sealed = std::max(marks[i].sealed, marks_[i].sealed);
    marks_[i] = marks[i];
  }
  changed_.notify_one();
  return {};
}

}  // namespace kedge::node
