// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/audit/fsck.hpp"
#include "node/audit/log_replay.hpp"

/// The parts of fsck; see fsck.hpp for what they check together.
namespace kedge::node {

/// Counts the fault, and keeps it if there is room.
void add_fault(FsckReport& report, const FsckOptions& options, Fault fault);

/// A status entry as the log has it, and its row, if that can be read.
struct SealedStatus {
  std::uint64_t epoch = 0;
  std::uint64_t log_index = 0;
  StatusEntry entry;
  std::optional<StatusRow> row;
};

/// What one check has found so far, shared by its parts.
class FsckRun {
 public:
  FsckRun(const StoreReader& store_reader, const FsckOptions& fsck_options, FsckReport before)
      : reader(store_reader), options(fsck_options), report(std::move(before)) {}

  void fault(std::string where, std::string what);

  /// The value; or nothing, because the row is missing or damaged, which is a fault, or because
  /// the engine has failed, which ends the check.
  template <class T>
  std::optional<T> take(Result<T> result, const std::string& where) {
    if (result) return *std::move(result);
    note(where, result.error());
    return std::nullopt;
  }
  void note(const std::string& where, const Error& error);

  void note_failure(const Status& done, const std::string& where) {
    if (!done) note(where, done.error());
  }

  /// Fault unless the read ends in not_found.
  template <class T>
  void expect_none(const Result<T>& result, const std::string& where) {
    if (result) {
      fault(where, "is there, but nothing in the log accounts for it");
    } else if (result.error().code != Errc::not_found) {
      note(where, result.error());
    }
  }

  /// Also ends the check, by `failure`, where the options want that.
  void progress(std::string_view phase, std::uint64_t done, std::uint64_t total);

  const StoreReader& reader;
  const FsckOptions& options;
  FsckReport report;
  /// Set once the engine has failed: every part returns as soon as it can.
  std::optional<Error> failure;

  std::vector<IssuerRow> issuers;
  std::map<Hash, IssuerId> issuer_ids;
  /// SHA-256 of the records of final anchors: what an epoch entry may refer to.
  std::set<Hash> anchor_records;
  /// By issuer, in order of position: the sealed batches as the log has them.
  std::vector<std::vector<BatchRow>> batches;
  /// By issuer, in order of the log.
  std::vector<std::vector<SealedStatus>> statuses;
};

std::string entry_name(std::uint64_t index);
std::string tile_name(std::uint32_t level, std::uint64_t index);
std::string issuer_name(IssuerId id);
std::string checkpoint_name(std::uint64_t epoch);

/// Rows and names of the issuers. Fills `issuers` and `issuer_ids`.
void check_issuer_rows(FsckRun& run);
/// Anchors of all ledgers against the checkpoints. Fills `anchor_records`.
void check_anchors(FsckRun& run);
/// Entries, tiles, edges, checkpoints, rows of batches and status entries. Fills `batches` and
/// `statuses`.
void check_log(FsckRun& run);
/// What the issuers' rows say of the log.
void check_issuer_states(FsckRun& run, const LogReplay& replay);
/// What the journals of status changes lead to.
void check_statuses(FsckRun& run);
/// Leaf entries, batch nodes and locator.
void check_leaves(FsckRun& run);

}  // namespace kedge::node
