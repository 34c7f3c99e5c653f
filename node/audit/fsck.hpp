// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/signed_note.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// One thing that is not as it must be.
struct Fault {
  /// The row, such as `log entry 17` or `leaf 1045 of issuer 2`.
  std::string where;
  /// What was found there and what was expected.
  std::string what;
};

/// How far a check has come; `total` is known from the start, or 0.
struct FsckProgress {
  /// "rows" (fsck_store alone), "log" (entries) or "leaves" (credentials).
  std::string_view phase;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct FsckOptions {
  /// The origin that the store is for.
  std::string origin;
  /// The log's key; without it no signature is checked, and the report says so.
  std::optional<crypto::NoteVerifier> verifier = {};
  /// Look every credential up in the locator, which takes longer than all the rest; fsck_store does
  /// so only where comparing all of them at once has found a difference.
  bool locator = true;
  /// The record of what was done (node/access), to be checked against the heads that the log holds;
  /// empty for none. By fsck_store alone.
  std::filesystem::path record = {};
  /// Faults beyond this number are counted only.
  std::size_t max_faults = 1000;
  /// Called now and then on the calling thread.
  std::function<void(const FsckProgress&)> progress = {};
  /// Asked now and then on the calling thread; true ends the check with unavailable.
  std::function<bool()> stopped = {};
};

struct FsckReport {
  /// Rows of the engine; by fsck_store alone.
  std::uint64_t rows = 0;
  std::uint64_t log_entries = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t tiles = 0;
  std::uint64_t issuers = 0;
  std::uint64_t batches = 0;
  std::uint64_t batch_nodes = 0;
  /// Leaves read, of which `sealed` are in a batch.
  std::uint64_t leaves = 0;
  std::uint64_t sealed = 0;
  std::uint64_t located = 0;
  std::uint64_t anchors = 0;
  /// Status entries, changes (those that the log does not have yet included), and tiles of lists.
  std::uint64_t statuses = 0;
  std::uint64_t changes = 0;
  std::uint64_t status_tiles = 0;
  /// Lines of the record, and the heads that bind it to the log.
  std::uint64_t record_lines = 0;
  std::uint64_t record_heads = 0;
  bool signatures_checked = false;
  std::vector<Fault> faults;
  /// All faults, those beyond `max_faults` included.
  std::uint64_t fault_count = 0;

  [[nodiscard]] bool clean() const noexcept { return fault_count == 0; }
};

/// Checks a whole store against itself, from the leaves up, and believes nothing that it can
/// compute:
///
/// - every leaf entry is well-formed, positions have no gaps, and each sealed batch hashes to the
///   stored nodes and to the root in its log entry, without splitting a call;
/// - the log's entries follow the rules of LogReplay, hash to the tiles, the right edge and the
///   root of every checkpoint, and every checkpoint is signed over exactly that;
/// - the rows of batches, issuers, checkpoints and anchors say what the log says;
/// - the changes of every issuer lead from one status to the next, to the newest status of every
///   target, and at each status entry to the stored tiles of every list, to its record, and to the
///   roots in the log entry;
/// - the locator finds every credential, once for each issuer.
///
/// Where an entry and its hash in a tile differ, the checkpoint's root decides which of the two is
/// damaged. What cannot be read is a fault; only a failure of the engine itself (storage) ends the
/// check with an error. Reads everything once; memory grows with the number of batches and of
/// stored status tiles, and with the changes of one epoch, not with the number of credentials.
/// `before` is what has been found already: faults and figures are added.
Result<FsckReport> fsck(const StoreReader& reader, const FsckOptions& options,
                        FsckReport before = {});

}  // namespace kedge::node
