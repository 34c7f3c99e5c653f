// SPDX-License-Identifier: Apache-2.0
#include "node/store/scan.hpp"

#include <numeric>

#include "crypto/sha256.hpp"
#include "node/store/row_scan.hpp"

namespace kedge::node {

Result<ScanReport> scan_rows(const std::filesystem::path& path, const ScanOptions& options) {
  auto db = RocksDb::open(path, options.rocks);
  if (!db) return db.error();
  RowScan scan(**db, options);
  scan.scan_files();
  ScanReport report = scan.scan_rows();
  if (scan.stopped()) return Error{Errc::unavailable, "the check was stopped"};
  return report;
}

ScanReport RowScan::scan_rows() {
  scan_issuers();
  scan_meta();
  scan_runs();
  scan_batches();
  scan_batch_nodes();
  scan_log();
  scan_checkpoints();
  scan_anchors();
  scan_status_lists();
  scan_changes();
  scan_targets();
  scan_statuses();
  scan_status_tiles();
  scan_published();
  scan_locator();
  scan_locator_more();
  return report_;
}

void RowScan::fault(std::string where, std::string what) {
  ++report_.faults;
  if (options_.fault) options_.fault({std::move(where), std::move(what)});
}

void RowScan::fault(Family family, std::string_view key, std::string what) {
  fault(keys::describe(family, key), std::move(what));
}

void RowScan::each(Family family, const std::function<void(const rows::Source&)>& visit) {
  constexpr std::uint64_t kProgressStep = 4096;
  if (stopped_) return;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = std::size_t{2} << 20;
  const std::unique_ptr<rocksdb::Iterator> it(db_.raw().NewIterator(options, db_.family(family)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const rows::Source row{text_of(it->key()), text_of(it->value())};
    const std::uint64_t done = ++report_.rows[static_cast<std::size_t>(family)];
    if (keys::well_formed(family, row.key)) {
      visit(row);
    } else {
      fault(family, row.key, "a key of this form belongs to nothing");
    }
    if (done % kProgressStep != 0) continue;
    if (options_.progress) {
      options_.progress(
          std::accumulate(report_.rows.begin(), report_.rows.end(), std::uint64_t{0}));
    }
    stopped_ = options_.stopped && options_.stopped();
    if (stopped_) return;
  }
  if (!it->status().ok()) {
    fault(std::string(family_name(family)), "cannot be read further: " + it->status().ToString());
  }
}

void RowScan::revisit(Family family, const std::function<void(const rows::Source&)>& visit) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_.raw().NewIterator(options, db_.family(family)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const rows::Source row{text_of(it->key()), text_of(it->value())};
    if (keys::well_formed(family, row.key)) visit(row);
  }
}

bool RowScan::known(Family family, std::string_view key, IssuerId issuer) {
  if (issuers_.contains(issuer)) return true;
  fault(family, key, "there is no issuer " + std::to_string(issuer));
  return false;
}

void RowScan::scan_files() {
  const auto status = db_.raw().VerifyFileChecksums(rocksdb::ReadOptions());
  if (!status.ok()) fault("files", status.ToString());
}

void RowScan::scan_issuers() {
  each(Family::issuers, [&](const rows::Source& row) {
    if (row.key[0] == 'h') {
      scan_issuer_hash(row);
      return;
    }
    const auto id = keys::get<std::uint32_t>(row.key, 1);
    if (id != issuers_.size()) fault(Family::issuers, row.key, "the numbers have a gap before");
    const auto issuer = take(Family::issuers, row, rows::decode_issuer(row));
    Issuer& entry = issuers_[id];
    if (!issuer) return;
    entry.credential_count = issuer->credential_count;
    if (issuer->issuer_hash != crypto::sha256(as_bytes(issuer->name))) {
      fault(Family::issuers, row.key, "the hash is not that of the name");
    }
    rocksdb::PinnableSlice value;
    const auto by_hash = db_.get(Family::issuers, keys::issuer_hash(issuer->issuer_hash), value);
    if (!by_hash || !*by_hash) fault(Family::issuers, row.key, "there is no row by its hash");
  });
}

void RowScan::scan_issuer_hash(const rows::Source& row) {
  const auto id = take(Family::issuers, row, rows::decode_number(row));
  if (!id) return;
  const auto issuer = reader_.issuer(static_cast<IssuerId>(*id));
  if (!issuer || as_text(issuer->issuer_hash) != row.key.substr(1)) {
    fault(Family::issuers, row.key, "issuer " + std::to_string(*id) + " has another hash");
  }
}

void RowScan::scan_meta() {
  bool schema = false;
  each(Family::meta, [&](const rows::Source& row) {
    if (row.key == keys::schema()) {
      const auto version = take(Family::meta, row, rows::decode_schema(row));
      schema = true;
      if (version && *version != kSchemaVersion) {
        fault(Family::meta, row.key, "is " + std::to_string(*version));
      }
    } else if (row.key == keys::identity()) {
      identity_ = take(Family::meta, row, rows::decode_identity(row));
    } else if (const auto mark = take(Family::meta, row, rows::decode_number(row))) {
      const auto id = keys::get<std::uint32_t>(row.key, 1);
      if (known(Family::meta, row.key, id)) issuers_[id].mark = *mark;
    }
  });
  if (!schema) fault(Family::meta, keys::schema(), "is missing");
  if (!identity_) fault(Family::meta, keys::identity(), "is missing or damaged");
}

}  // namespace kedge::node
