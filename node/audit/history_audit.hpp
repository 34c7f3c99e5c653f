// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "crypto/checkpoint.hpp"
#include "crypto/signed_note.hpp"
#include "node/log/status.hpp"

/// Replays what a ledger has of a log against the log itself. Pure: where events and entries come
/// from is the caller's business, and none of it is believed.
namespace kedge::node {

/// A checkpoint as the ledger's history tells it, in the ledger's order, from the opening of the
/// log on.
struct AnchorEvent {
  /// From 1.
  std::uint64_t seq = 0;
  Hash root{};
  std::uint64_t size = 0;
  /// The log's head after it, as the event says.
  Hash head{};
  /// Of its block, in milliseconds.
  std::uint64_t time_ms = 0;
};

/// Where the ledger says that the log stands, proved by its state and not by its events.
struct ProvedHead {
  Hash head{};
  std::uint64_t seq = 0;
};

/// A log that is read from outside.
class LogSource {
 public:
  virtual ~LogSource() = default;
  /// The newest checkpoint, a signed note.
  virtual Result<std::string> checkpoint() = 0;
  /// Entries from `first` on, at least one and at most `count`.
  virtual Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count) = 0;
};

/// What the log says is behind one of its status entries.
struct StatusRecords {
  /// Of the issuer since its status entry before, in order.
  std::vector<StatusChange> changes;
  /// The records below its status root.
  std::vector<ListRecord> lists;
};

/// The status changes of a log that is read from outside.
class StatusSource {
 public:
  virtual ~StatusSource() = default;
  /// Of the status entry at this index, which has `count` changes.
  virtual Result<StatusRecords> status_records(std::uint64_t log_index, std::uint32_t count) = 0;
};

enum class HistoryFaultKind : std::uint8_t {
  /// An event is missing: the others do not lead to the proved head.
  anchor_omitted,
  /// Events contradict each other: their order, their heads, or a size that shrinks.
  anchor_history,
  /// An anchor is of a log that this one is not.
  anchor_unknown,
  /// The log is shorter than what was anchored.
  log_shortened,
  /// The newest checkpoint is not signed by the log's key, or is of another log.
  checkpoint,
  /// The entries do not lead to the newest checkpoint.
  log_root,
  /// An entry breaks a rule of the log: its form, its order, an issuer's chain, the directory.
  entry,
  /// The changes of a status entry are not what it commits to, or break a rule: a revocation was
  /// undone, something changed without an entry.
  status,
  /// An entry's time is not between the anchors around it.
  backdated,
  /// The node contradicts what it has shown before (log_mirror.hpp).
  rewritten,
  /// A checkpoint that somebody holds, signed by the log's key, is of another log: a signed fork.
  forked,
  /// The leaf hashes of a batch do not lead to its root, or the node does not show them
  /// (log_parts.hpp).
  batch_leaves,
  /// A proof bundle that somebody holds contradicts itself.
  bundle,
};

/// As it stands in reports, such as `anchor-omitted`.
std::string_view history_fault_name(HistoryFaultKind kind);

struct HistoryFault {
  HistoryFaultKind kind{};
  /// `anchor 3`, `entry 1042`, `checkpoint`.
  std::string where;
  /// A sentence for a person.
  std::string what;
  /// Signed notes that show it to others.
  std::vector<std::string> evidence = {};
};

/// A checkpoint that an issuer or a verifier holds, such as the one in a proof bundle.
struct HeldCheckpoint {
  /// Where it is, for the report.
  std::string name;
  /// The signed note.
  std::string note;
};

struct HistoryOptions {
  /// The origin of the log's checkpoints.
  std::string origin;
  std::vector<crypto::NoteVerifier> log_keys;
  /// The log's first head: its id on the ledger.
  Hash log_id{};
  /// How long an anchor may take to get into a block, and how far clocks may be apart. An entry
  /// must not be younger than the anchor that first covers it, and not older than the anchor before
  /// the one before: a node has one anchor under way at a time. Both bounds give way by this much.
  std::uint64_t slack_ms = 600'000;
  std::vector<HeldCheckpoint> held = {};
  /// Where the status changes come from; without it they are not replayed. Must outlive the audit.
  StatusSource* statuses = nullptr;
  /// Faults beyond are counted and not kept.
  std::size_t max_faults = 1000;
  /// Entries read, and how many there are.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

/// What the log says of the end of an epoch: whose checkpoint has this size, and the root that the
/// entries lead to.
struct LoggedEpoch {
  std::uint64_t epoch = 0;
  std::uint64_t size = 0;
  Hash root{};
};

/// What the log says of a batch.
struct LoggedBatch {
  std::uint64_t log_index = 0;
  std::uint32_t count = 0;
  Hash root{};
};

struct HistoryReport {
  std::vector<HistoryFault> faults;
  std::uint64_t fault_count = 0;
  std::uint64_t anchors = 0;
  std::uint64_t entries = 0;
  /// In all batches together.
  std::uint64_t credentials = 0;
  /// Replayed.
  std::uint64_t status_changes = 0;
  /// The newest checkpoint, as it was shown.
  std::string checkpoint;
  std::vector<LoggedEpoch> epochs;
  std::vector<LoggedBatch> batches;

  [[nodiscard]] bool clean() const { return fault_count == 0; }
  void add(HistoryFault fault, const HistoryOptions& options);
};

/// The checkpoint of a signed note of the log that is audited; else what is wrong with it.
Result<crypto::Checkpoint> open_log_checkpoint(const std::string& note,
                                               const HistoryOptions& options);

/// Folds the events and compares with the proved head; checks the newest checkpoint; reads the log
/// from its first entry on and checks every entry, and at every anchored size that the entries so
/// far have the anchored root: then each anchored log is the beginning of the next. The same for
/// the checkpoints that others hold. With a source of status changes, replays all of them: they
/// lead to the roots in their entries, and nothing else has changed. Reads each entry once; memory
/// grows with the number of issuers, epochs and batches. What is found goes into the report; an
/// error is a source that
/// cannot be read.
Result<HistoryReport> audit_history(std::span<const AnchorEvent> events, const ProvedHead& head,
                                    LogSource& log, const HistoryOptions& options);

}  // namespace kedge::node
