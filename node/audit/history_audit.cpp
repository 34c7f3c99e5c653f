// SPDX-License-Identifier: Apache-2.0
#include "node/audit/history_audit.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

#include "crypto/checkpoint.hpp"
#include "crypto/compact_range.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"
#include "ledger/evm/anchor_log.hpp"
#include "node/audit/log_replay.hpp"
#include "node/audit/status_replay.hpp"
#include "node/log/entry.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kPortion = 4096;

class Audit {
 public:
  Audit(std::span<const AnchorEvent> events, LogSource& log, const HistoryOptions& options)
      : events_(events),
        log_(log),
        options_(options),
        replay_(crypto::sha256(as_bytes(options.origin))) {}

  Result<HistoryReport> run(const ProvedHead& head) {
    fold(head);
    read_held();
    if (const Status read = read_checkpoint(); !read) return read.error();
    if (const Status read = read_log(); !read) return read.error();
    report_.anchors = events_.size();
    return std::move(report_);
  }

 private:
  void say(HistoryFaultKind kind, std::string where, std::string what,
           std::vector<std::string> evidence = {}) {
    report_.add({kind, std::move(where), std::move(what), std::move(evidence)}, options_);
  }

  static std::string anchor_name(const AnchorEvent& event) {
    return "anchor " + std::to_string(event.seq);
  }

  void fold(const ProvedHead& proved);
  void fold_one(const AnchorEvent& event);
  void read_held();
  Status read_checkpoint();
  Status read_log();
  Status read_entry(const Bytes& octets);
  Status replay_status(const StatusEntry& entry);
  void note_part(const LogEntry& entry);
  void check_time(std::uint64_t time_ms);
  void pass_anchors();
  void pass_held();

  struct Held {
    std::uint64_t size = 0;
    Hash root{};
    /// In HistoryOptions::held.
    std::size_t index = 0;
  };

  const std::span<const AnchorEvent> events_;
  LogSource& log_;
  const HistoryOptions& options_;
  HistoryReport report_;

  Hash head_{};
  std::uint64_t seq_ = 0;
  std::uint64_t anchored_size_ = 0;
  /// After a gap, heads are taken as the events say them, so that one gap is reported once.
  bool gap_ = false;

  std::optional<crypto::Checkpoint> checkpoint_;
  LogReplay replay_;
  /// By issuer_hash.
  std::map<Hash, StatusReplay> statuses_;
  crypto::CompactRange range_;
  /// The first anchor that covers more than the entries so far.
  std::size_t next_anchor_ = 0;
  /// By size.
  std::vector<Held> held_;
  std::size_t next_held_ = 0;
};

void Audit::fold(const ProvedHead& proved) {
  head_ = options_.log_id;
  for (const AnchorEvent& event : events_) fold_one(event);
  if (!gap_ && (proved.seq != seq_ || proved.head != head_)) {
    say(HistoryFaultKind::anchor_omitted, "head",
        "the events lead to seq " + std::to_string(seq_) + ", the ledger's state is at seq " +
            std::to_string(proved.seq) +
            (proved.seq == seq_ ? " with another head" : std::string()));
  }
}

void Audit::fold_one(const AnchorEvent& event) {
  const Hash expected = ledger::evm::next_head(head_, event.seq, event.root, event.size);
  if (event.seq > seq_ + 1) {
    say(HistoryFaultKind::anchor_omitted, "anchor " + std::to_string(seq_ + 1),
        "the next event is seq " + std::to_string(event.seq));
    gap_ = true;
  } else if (event.seq != seq_ + 1) {
    say(HistoryFaultKind::anchor_history, anchor_name(event),
        "comes after seq " + std::to_string(seq_));
    gap_ = true;
  } else if (event.head != expected) {
    say(HistoryFaultKind::anchor_history, anchor_name(event),
        "its head does not follow from the one before");
    gap_ = true;
  }
  if (event.size < anchored_size_) {
    say(HistoryFaultKind::anchor_history, anchor_name(event),
        "anchors " + std::to_string(event.size) + " entries after " +
            std::to_string(anchored_size_));
  }
  anchored_size_ = std::max(anchored_size_, event.size);
  seq_ = event.seq;
  head_ = event.head;
}

void Audit::read_held() {
  for (std::size_t i = 0; i < options_.held.size(); ++i) {
    const auto checkpoint = open_log_checkpoint(options_.held[i].note, options_);
    if (checkpoint) {
      held_.push_back({checkpoint->size, checkpoint->root, i});
    } else {
      say(HistoryFaultKind::checkpoint, options_.held[i].name, checkpoint.error().message);
    }
  }
  std::sort(held_.begin(), held_.end(),
            [](const Held& a, const Held& b) { return a.size < b.size; });
}

Status Audit::read_checkpoint() {
  auto note = log_.checkpoint();
  if (!note) return note.error();
  report_.checkpoint = *note;
  const auto checkpoint = open_log_checkpoint(*note, options_);
  if (!checkpoint) {
    say(HistoryFaultKind::checkpoint, "checkpoint", checkpoint.error().message);
    return {};
  }
  checkpoint_ = *checkpoint;
  if (checkpoint->size < anchored_size_) {
    say(HistoryFaultKind::log_shortened, "checkpoint",
        "has " + std::to_string(checkpoint->size) + " entries, anchored are " +
            std::to_string(anchored_size_));
  }
  return {};
}

Status Audit::read_log() {
  // Without a checkpoint of its own there is no saying what the log is.
  if (!checkpoint_) return {};
  while (range_.size() < checkpoint_->size) {
    const std::uint64_t wanted = std::min(kPortion, checkpoint_->size - range_.size());
    const auto portion = log_.entries(range_.size(), wanted);
    if (!portion) return portion.error();
    if (portion->empty() || portion->size() > wanted) {
      return Error{Errc::unavailable, "the log gives another number of entries than asked for"};
    }
    for (const Bytes& octets : *portion) {
      if (Status read = read_entry(octets); !read) return read;
    }
    if (options_.progress) options_.progress(range_.size(), checkpoint_->size);
  }
  report_.entries = range_.size();
  for (; next_held_ < held_.size(); ++next_held_) {
    const HeldCheckpoint& held = options_.held[held_[next_held_].index];
    say(HistoryFaultKind::log_shortened, held.name,
        "has " + std::to_string(held_[next_held_].size) + " entries, the log has fewer",
        {held.note, report_.checkpoint});
  }
  if (range_.root() != checkpoint_->root) {
    say(HistoryFaultKind::log_root, "checkpoint", "its root is not that of the log's entries",
        {report_.checkpoint});
  }
  return {};
}

Status Audit::read_entry(const Bytes& octets) {
  const std::string where = "entry " + std::to_string(range_.size());
  const Hash hash = crypto::leaf_hash(octets);
  const auto entry = decode_entry(octets);
  if (!entry) {
    say(HistoryFaultKind::entry, where, entry.error().message);
    replay_.skip();
  } else {
    for (std::string& fault : replay_.apply(*entry, hash)) {
      say(HistoryFaultKind::entry, where, std::move(fault));
    }
    check_time(entry_time_ms(*entry));
    const auto* status = std::get_if<StatusEntry>(&*entry);
    if (status != nullptr && options_.statuses != nullptr) {
      if (Status replayed = replay_status(*status); !replayed) return replayed;
    }
  }
  range_.append(hash);
  if (entry) note_part(*entry);
  pass_anchors();
  pass_held();
  return {};
}

Status Audit::replay_status(const StatusEntry& entry) {
  const auto records = options_.statuses->status_records(range_.size(), entry.change_count);
  if (!records) return records.error();
  const DirectoryRecord* issuer = replay_.issuer(entry.issuer_hash);
  const std::uint64_t credentials = issuer == nullptr ? 0 : issuer->credential_count;
  const auto faults =
      statuses_[entry.issuer_hash].apply(entry, credentials, records->changes, records->lists);
  for (const std::string& fault : faults) {
    say(HistoryFaultKind::status, "entry " + std::to_string(range_.size()), fault);
  }
  report_.status_changes += records->changes.size();
  return {};
}

void Audit::note_part(const LogEntry& entry) {
  if (const auto* batch = std::get_if<BatchEntry>(&entry)) {
    report_.batches.push_back({range_.size() - 1, batch->count, batch->batch_root});
    report_.credentials += batch->count;
  } else if (const auto* epoch = std::get_if<EpochEntry>(&entry)) {
    report_.epochs.push_back({epoch->epoch, range_.size(), range_.root()});
  }
}

void Audit::check_time(std::uint64_t time_ms) {
  const std::string where = "entry " + std::to_string(range_.size());
  if (next_anchor_ < events_.size() &&
      time_ms > events_[next_anchor_].time_ms + options_.slack_ms) {
    say(HistoryFaultKind::backdated, where,
        "is younger than " + anchor_name(events_[next_anchor_]) + ", which covers it");
  }
  if (next_anchor_ >= 2 && time_ms + options_.slack_ms < events_[next_anchor_ - 2].time_ms) {
    say(HistoryFaultKind::backdated, where,
        "says that it is older than " + anchor_name(events_[next_anchor_ - 2]) +
            ", long before which it was not in the log");
  }
}

/// Every anchor whose size is reached now: the log so far is the one that was anchored.
void Audit::pass_anchors() {
  for (; next_anchor_ < events_.size() && events_[next_anchor_].size <= range_.size();
       ++next_anchor_) {
    const AnchorEvent& event = events_[next_anchor_];
    if (event.size != range_.size() || event.root == range_.root()) continue;
    say(HistoryFaultKind::anchor_unknown, anchor_name(event),
        "the log has another root at " + std::to_string(event.size) + " entries");
  }
}

void Audit::pass_held() {
  for (; next_held_ < held_.size() && held_[next_held_].size <= range_.size(); ++next_held_) {
    const Held& held = held_[next_held_];
    if (held.size != range_.size() || held.root == range_.root()) continue;
    say(HistoryFaultKind::forked, options_.held[held.index].name,
        "is signed by the log's key, and the log has another root at " + std::to_string(held.size) +
            " entries",
        {options_.held[held.index].note, report_.checkpoint});
  }
}

}  // namespace

std::string_view history_fault_name(HistoryFaultKind kind) {
  switch (kind) {
    case HistoryFaultKind::anchor_omitted:
      return "anchor-omitted";
    case HistoryFaultKind::anchor_history:
      return "anchor-history";
    case HistoryFaultKind::anchor_unknown:
      return "anchor-unknown";
    case HistoryFaultKind::log_shortened:
      return "log-shortened";
    case HistoryFaultKind::checkpoint:
      return "checkpoint";
    case HistoryFaultKind::log_root:
      return "log-root";
    case HistoryFaultKind::entry:
      return "entry";
    case HistoryFaultKind::status:
      return "status";
    case HistoryFaultKind::backdated:
      return "backdated";
    case HistoryFaultKind::rewritten:
      return "rewritten";
    case HistoryFaultKind::forked:
      return "forked";
    case HistoryFaultKind::batch_leaves:
      return "batch-leaves";
    case HistoryFaultKind::bundle:
      return "bundle";
  }
  throw std::out_of_range("not a kind of fault");
}

void HistoryReport::add(HistoryFault fault, const HistoryOptions& options) {
  ++fault_count;
  if (faults.size() < options.max_faults) faults.push_back(std::move(fault));
}

Result<crypto::Checkpoint> open_log_checkpoint(const std::string& note,
                                               const HistoryOptions& options) {
  const auto text = crypto::open_note(note, options.log_keys);
  if (!text) return invalid_argument("is not signed by the log's key: " + text.error().message);
  auto checkpoint = crypto::parse_checkpoint(*text);
  if (checkpoint && checkpoint->origin != options.origin) {
    return invalid_argument("is of the log " + checkpoint->origin + ", not " + options.origin);
  }
  return checkpoint;
}

Result<HistoryReport> audit_history(std::span<const AnchorEvent> events, const ProvedHead& head,
                                    LogSource& log, const HistoryOptions& options) {
  return Audit(events, log, options).run(head);
}

}  // namespace kedge::node
