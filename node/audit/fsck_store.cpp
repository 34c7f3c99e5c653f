// SPDX-License-Identifier: Apache-2.0
#include "node/audit/fsck_store.hpp"

#include <numeric>

#include "node/audit/fsck_run.hpp"
#include "node/audit/record_audit.hpp"
#include "node/store/scan.hpp"

namespace kedge::node {
namespace {

Result<FsckReport> check_record_file(const StoreReader& reader, const FsckOptions& options,
                                     FsckReport report) {
  const auto checked = audit_record(reader, options.record, options.origin);
  if (checked) {
    report.record_lines = checked->end.lines;
    report.record_heads = checked->bound_heads;
  } else if (checked.error().code == Errc::storage) {
    return checked.error();
  } else {
    add_fault(report, options, {"the record", checked.error().message});
  }
  return report;
}

}  // namespace

Result<FsckReport> fsck_store(const std::filesystem::path& path, const FsckOptions& options,
                              const RocksOptions& rocks) {
  FsckReport report;
  ScanOptions scan;
  scan.rocks = rocks;
  scan.fault = [&](const RowFault& fault) {
    add_fault(report, options, {fault.where, fault.what});
  };
  scan.progress = [&](std::uint64_t rows) {
    if (options.progress) options.progress({"rows", rows, 0});
  };
  scan.stopped = options.stopped;
  const Result<ScanReport> scanned = scan_rows(path, scan);
  if (!scanned) return scanned.error();
  report.rows = std::accumulate(scanned->rows.begin(), scanned->rows.end(), std::uint64_t{0});

  const Result<std::unique_ptr<Store>> store = open_rocks_store(path, rocks);
  if (!store) {
    const bool damaged = store.error().code == Errc::corrupt;
    if (!damaged || report.clean()) return store.error();
    add_fault(report, options, {"the store", "cannot be opened: " + store.error().message});
    return report;
  }
  if ((*store)->identity().origin != options.origin) {
    add_fault(report, options, {"the store", "is for the log " + (*store)->identity().origin});
  }
  FsckOptions rest = options;
  if (options.locator && scanned->located > 0) {
    // The scan has compared all leaves with all rows at once; one look-up each takes longer than
    // all the rest.
    report.located = scanned->located;
    rest.locator = false;
  }
  const std::unique_ptr<StoreReader> reader = (*store)->snapshot();
  Result<FsckReport> checked = fsck(*reader, rest, std::move(report));
  if (!checked || options.record.empty()) return checked;
  return check_record_file(*reader, options, *std::move(checked));
}

}  // namespace kedge::node
