// SPDX-License-Identifier: Apache-2.0
#include "node/audit/log_parts.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <optional>

#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

/// A subtree of a batch, as it is asked for.
struct Piece {
  std::size_t batch = 0;
  std::uint64_t start = 0;
  std::uint64_t count = 0;
};

std::vector<Piece> pieces_of(const std::vector<LoggedBatch>& batches) {
  std::vector<Piece> out;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    for (std::uint64_t start = 0; start < batches[i].count; start += kLeavesAtOnce) {
      out.push_back({i, start, std::min(kLeavesAtOnce, batches[i].count - start)});
    }
  }
  return out;
}

std::string batch_name(const LoggedBatch& batch) {
  return "entry " + std::to_string(batch.log_index);
}

/// One after the other, the next ones asked for while the last one is used.
class PieceReader {
 public:
  PieceReader(PartSource& source, const HistoryReport& report)
      : source_(source), batches_(report.batches), pieces_(pieces_of(batches_)) {
    for (std::size_t i = 0; i < kPartReaders; ++i) ask();
  }

  [[nodiscard]] const Piece* piece() const {
    return next_ < pieces_.size() ? &pieces_[next_] : nullptr;
  }
  /// Of piece(). Then piece() is the next one.
  Result<std::vector<Hash>> take() {
    auto leaves = asked_.front().get();
    asked_.pop_front();
    ++next_;
    ask();
    return leaves;
  }

 private:
  void ask() {
    const std::size_t number = next_ + asked_.size();
    if (number >= pieces_.size()) return;
    const Piece& wanted = pieces_[number];
    const std::uint64_t log_index = batches_[wanted.batch].log_index;
    asked_.push_back(std::async(std::launch::async, [this, log_index, &wanted] {
      return source_.leaf_hashes(log_index, wanted.start, wanted.count);
    }));
  }

  PartSource& source_;
  const std::vector<LoggedBatch>& batches_;
  const std::vector<Piece> pieces_;
  std::size_t next_ = 0;
  /// From next_ on.
  std::deque<std::future<Result<std::vector<Hash>>>> asked_;
};

void check_checkpoint(const LoggedEpoch& epoch, const std::string& note,
                      const HistoryOptions& options, HistoryReport& report) {
  const std::string where = "checkpoint of epoch " + std::to_string(epoch.epoch);
  const auto checkpoint = open_log_checkpoint(note, options);
  if (!checkpoint) {
    report.add({HistoryFaultKind::checkpoint, where, checkpoint.error().message}, options);
  } else if (checkpoint->size != epoch.size) {
    report.add({HistoryFaultKind::checkpoint,
                where,
                "has " + std::to_string(checkpoint->size) + " entries, the epoch ends at " +
                    std::to_string(epoch.size),
                {note}},
               options);
  } else if (checkpoint->root != epoch.root) {
    report.add({HistoryFaultKind::forked,
                where,
                "is signed by the log's key, and the log has another root at " +
                    std::to_string(epoch.size) + " entries",
                {note, report.checkpoint}},
               options);
  }
}

}  // namespace

Status audit_checkpoints(PartSource& source, const HistoryOptions& options, HistoryReport& report,
                         const PartProgress& progress) {
  std::uint64_t done = 0;
  for (const LoggedEpoch& epoch : report.epochs) {
    const auto note = source.epoch_checkpoint(epoch.epoch);
    if (note) {
      check_checkpoint(epoch, *note, options, report);
    } else if (note.error().code == Errc::not_found) {
      report.add(
          {HistoryFaultKind::checkpoint, "checkpoint of epoch " + std::to_string(epoch.epoch),
           "the node does not show it"},
          options);
    } else {
      return note.error();
    }
    if (progress) progress(++done);
  }
  return {};
}

Status audit_batches(PartSource& source, const HistoryOptions& options, HistoryReport& report,
                     const PartProgress& progress) {
  PieceReader reader(source, report);
  std::uint64_t done = 0;
  std::vector<Hash> subtrees;
  std::optional<std::string> missing;
  while (const Piece* piece = reader.piece()) {
    const auto leaves = reader.take();
    const LoggedBatch& batch = report.batches[piece->batch];
    if (leaves && leaves->size() == piece->count) {
      subtrees.push_back(crypto::tree_root(*leaves));
    } else if (leaves) {
      missing = "the node shows another number of its leaf hashes";
    } else if (leaves.error().code == Errc::not_found) {
      missing = "the node does not show its leaf hashes";
    } else {
      return leaves.error();
    }
    done += piece->count;
    if (progress) progress(done);
    if (piece->start + piece->count < batch.count) continue;
    // Complete subtrees and the rest: their roots lead to the root as leaves would.
    if (!missing && crypto::tree_root(subtrees) != batch.root) {
      missing = "its leaf hashes do not lead to batch_root";
    }
    if (missing) {
      report.add({HistoryFaultKind::batch_leaves, batch_name(batch), *missing}, options);
    }
    subtrees.clear();
    missing.reset();
  }
  return {};
}

}  // namespace kedge::node
