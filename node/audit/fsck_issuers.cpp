// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"
#include "node/audit/fsck_run.hpp"

namespace kedge::node {
namespace {

bool same_row(const IssuerRow& a, const IssuerRow& b) {
  return a.id == b.id && a.name == b.name && a.issuer_hash == b.issuer_hash &&
         a.next_issuer_seq == b.next_issuer_seq && a.credential_count == b.credential_count &&
         a.status_root == b.status_root && a.last_entry_hash == b.last_entry_hash;
}

void check_one(FsckRun& run, const IssuerRow& row) {
  const std::string where = issuer_name(row.id);
  const Hash hash = crypto::sha256(as_bytes(row.name));
  if (row.issuer_hash != hash) run.fault(where, "issuer_hash is not that of the name");
  if (!run.issuer_ids.emplace(hash, row.id).second) {
    run.fault(where, "another issuer has the same name");
  }
  const auto by_id = run.take(run.reader.issuer(row.id), where);
  if (by_id && !same_row(*by_id, row)) run.fault(where, "two reads of the row differ");
  const std::string index = "name of " + where;
  const auto by_name = run.take(run.reader.issuer_by_name(row.name), index);
  if (by_name && by_name->id != row.id) {
    run.fault(index, "leads to " + issuer_name(by_name->id));
  }
}

}  // namespace

void check_issuer_rows(FsckRun& run) {
  auto rows = run.take(run.reader.issuers(), "the issuers");
  if (!rows) return;
  run.issuers = *std::move(rows);
  run.batches.resize(run.issuers.size());
  run.statuses.resize(run.issuers.size());
  for (std::size_t i = 0; i < run.issuers.size() && !run.failure; ++i) {
    if (run.issuers[i].id != i) {
      run.fault(issuer_name(static_cast<IssuerId>(i)), "is missing or out of order");
    }
    check_one(run, run.issuers[i]);
    ++run.report.issuers;
  }
}

void check_issuer_states(FsckRun& run, const LogReplay& replay) {
  for (const IssuerRow& row : run.issuers) {
    const DirectoryRecord* found = replay.issuer(crypto::sha256(as_bytes(row.name)));
    const DirectoryRecord expected = found != nullptr ? *found : DirectoryRecord{};
    const auto check = [&](bool holds, std::string_view field) {
      if (!holds) run.fault(issuer_name(row.id), std::string(field) + " is not that of the log");
    };
    check(row.next_issuer_seq == expected.next_issuer_seq, "next_issuer_seq");
    check(row.credential_count == expected.credential_count, "credential_count");
    check(row.status_root == expected.status_root, "status_root");
    check(row.last_entry_hash == expected.last_entry_hash, "last_entry_hash");
  }
}

}  // namespace kedge::node
