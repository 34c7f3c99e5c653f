// SPDX-License-Identifier: Apache-2.0
#include "node/audit/fsck.hpp"

#include "node/audit/fsck_run.hpp"

namespace kedge::node {

void add_fault(FsckReport& report, const FsckOptions& options, Fault fault) {
  ++report.fault_count;
  if (report.faults.size() < options.max_faults) report.faults.push_back(std::move(fault));
}

void FsckRun::fault(std::string where, std::string what) {
  add_fault(report, options, {std::move(where), std::move(what)});
}

void FsckRun::note(const std::string& where, const Error& error) {
  switch (error.code) {
    case Errc::not_found:
      return fault(where, "is missing");
    case Errc::corrupt:
    case Errc::invalid_argument:
      return fault(where, error.message);
    default:
      if (!failure) failure = error;
  }
}

void FsckRun::progress(std::string_view phase, std::uint64_t done, std::uint64_t total) {
  if (options.progress) options.progress({phase, done, total});
  if (!failure && options.stopped && options.stopped()) {
    failure = Error{Errc::unavailable, "the check was stopped"};
  }
}

std::string entry_name(std::uint64_t index) {
  return "log entry " + std::to_string(index);
}

std::string tile_name(std::uint32_t level, std::uint64_t index) {
  return "tile " + std::to_string(level) + "/" + std::to_string(index);
}

std::string issuer_name(IssuerId id) {
  return "issuer " + std::to_string(id);
}

std::string checkpoint_name(std::uint64_t epoch) {
  return "checkpoint of epoch " + std::to_string(epoch);
}

Result<FsckReport> fsck(const StoreReader& reader, const FsckOptions& options, FsckReport before) {
  FsckRun run(reader, options, std::move(before));
  run.report.signatures_checked = options.verifier.has_value();
  for (const auto part :
       {check_issuer_rows, check_anchors, check_log, check_statuses, check_leaves}) {
    part(run);
    if (run.failure) return *run.failure;
  }
  return std::move(run.report);
}

}  // namespace kedge::node
