// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "crypto/jcs.hpp"
#include "crypto/sha256.hpp"
#include "ledger/embedded_record.hpp"
#include "ledger/evm/ledger_proof.hpp"
#include "node/audit/fsck_run.hpp"

namespace kedge::node {
namespace {

std::string anchor_name(const std::string& ledger, std::uint64_t epoch) {
  return "anchor of epoch " + std::to_string(epoch) + " on " + ledger;
}

void check_embedded_record(FsckRun& run, const AnchorRow& row, const std::string& where) {
  const auto record = run.take(ledger::parse_record(row.record), where);
  if (!record) return;
  if (record->name != row.ledger || record->epoch != row.epoch || record->size != row.size ||
      record->root != row.root) {
    run.fault(where, "the record is of another anchor");
  }
}

void check_evm_record(FsckRun& run, const AnchorRow& row, const std::string& where) {
  const auto proof = run.take(ledger::evm::parse_ledger_proof(row.record), where);
  if (!proof) return;
  if (proof->checkpoint.size != row.size || proof->checkpoint.root != row.root) {
    return run.fault(where, "the record is of another anchor");
  }
  run.take(ledger::evm::check_ledger_proof(*proof), where);
}

void check_record(FsckRun& run, const AnchorRow& row, const std::string& where) {
  const bool wanted = row.state != AnchorState::intended;
  if (row.record.empty() == wanted) {
    return run.fault(where, wanted ? "is mined, but has no record" : "has a record too early");
  }
  if (!wanted) return;
  const auto canonical = run.take(crypto::jcs_canonicalize(row.record), where);
  if (!canonical) return;
  if (*canonical != row.record) return run.fault(where, "the record is not in RFC 8785 form");
  const auto json = nlohmann::json::parse(row.record, nullptr, false);
  const auto kind = json.find("ledger");
  if (kind == json.end() || !kind->is_string()) {
    return run.fault(where, "the record does not say on which kind of ledger it is");
  }
  if (kind->get<std::string>() == ledger::evm::kEvmKind) return check_evm_record(run, row, where);
  if (kind->get<std::string>() != ledger::kEmbeddedKind) {
    return run.fault(where, "the record is of an unknown kind of ledger");
  }
  check_embedded_record(run, row, where);
}

void check_anchor(FsckRun& run, const AnchorRow& row, const std::string& where) {
  const auto checkpoint = run.take(run.reader.checkpoint(row.epoch), where + ": its checkpoint");
  if (checkpoint && (checkpoint->size != row.size || checkpoint->root != row.root)) {
    run.fault(where, "size or root is not that of the checkpoint");
  }
  if (row.state > AnchorState::final) run.fault(where, "the state is none");
  if (row.state != AnchorState::intended && row.attempts.empty()) {
    run.fault(where, "is mined, but was never attempted");
  }
  check_record(run, row, where);
  if (row.state == AnchorState::final) {
    run.anchor_records.insert(crypto::sha256(as_bytes(row.record)));
  }
}

/// A row between the others cannot be read: find out which.
void check_single_row(FsckRun& run, const std::string& ledger, std::uint64_t epoch) {
  const auto row = run.reader.anchor(ledger, epoch);
  if (row || row.error().code == Errc::not_found) return;
  run.note(anchor_name(ledger, epoch), row.error());
}

void check_ledger(FsckRun& run, const std::string& ledger, std::uint64_t last_epoch) {
  std::optional<std::uint64_t> newest;
  for (std::uint64_t epoch = 0; epoch <= last_epoch && !run.failure;) {
    const auto row = run.reader.anchor_covering(ledger, epoch);
    if (!row && row.error().code == Errc::not_found) break;
    if (!row) {
      check_single_row(run, ledger, epoch++);
      continue;
    }
    const std::string where = anchor_name(ledger, row->epoch);
    if (row->ledger != ledger || row->epoch < epoch) {
      run.fault(where, "the row is of another anchor");
      break;
    }
    check_anchor(run, *row, where);
    ++run.report.anchors;
    newest = row->epoch;
    epoch = row->epoch + 1;
  }
  const std::string where = "newest anchor on " + ledger;
  const auto latest = run.take(run.reader.latest_anchor(ledger), where);
  if (latest && latest->epoch != newest) run.fault(where, "is not the last of the anchors");
}

}  // namespace

void check_anchors(FsckRun& run) {
  const auto ledgers = run.take(run.reader.anchor_ledgers(), "the ledgers");
  if (!ledgers || ledgers->empty()) return;
  const auto last = run.take(run.reader.latest_checkpoint(), "newest checkpoint");
  if (!last) return;
  for (const std::string& ledger : *ledgers) check_ledger(run, ledger, last->epoch);
}

}  // namespace kedge::node
