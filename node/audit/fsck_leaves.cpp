// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/sha256_batch.hpp"
#include "crypto/tree.hpp"
#include "node/audit/fsck_run.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kProgressStep = 4096;

/// The leaves of one issuer, in order, batch by batch.
class IssuerLeaves {
 public:
  IssuerLeaves(FsckRun& run, IssuerId issuer, std::uint64_t total)
      : run_(run), issuer_(issuer), total_(total), batches_(run.batches[issuer]) {}

  void check(std::uint64_t next_position) {
    for (bool more = true; more && !run_.failure;) {
      const Status status = run_.reader.visit_leaves(
          issuer_, position_, [this](const StoredLeaf& leaf) { return visit(leaf); });
      more = !status && !run_.failure && resume_after(status.error());
    }
    if (run_.failure) return;
    for (; batch_ < batches_.size(); ++batch_) {
      run_.fault(batch_name(), "its leaves are missing");
    }
    if (position_ != next_position && !interrupted_) {
      run_.fault(issuer_name(issuer_), "next position is " + std::to_string(next_position) +
                                           ", but there are " + std::to_string(position_) +
                                           " leaves");
    }
  }

 private:
  std::string leaf_name(std::uint64_t position) const {
    return "leaf " + std::to_string(position) + " of " + issuer_name(issuer_);
  }

  std::string batch_name() const {
    const BatchRow& batch = batches_[batch_];
    return "batch at position " + std::to_string(batch.first_position) + " of " +
           issuer_name(issuer_);
  }

  Status visit(const StoredLeaf& leaf) {
    if (leaf.position != position_) {
      return Error{Errc::corrupt, "the leaf read there is number " + std::to_string(leaf.position)};
    }
    check_entry(leaf);
    ++position_;
    ++run_.report.leaves;
    if (run_.report.leaves % kProgressStep == 0) {
      run_.progress("leaves", run_.report.leaves, total_);
    }
    if (batch_ < batches_.size()) collect(leaf);
    if (run_.failure) return *run_.failure;
    return {};
  }

  void check_entry(const StoredLeaf& leaf) {
    const auto entry = decode_leaf(leaf.entry);
    // A name costs more than all the rest of a sound leaf.
    if (entry && !run_.options.locator) return;
    const std::string where = leaf_name(leaf.position);
    if (!entry) return run_.note(where, entry.error());
    const std::string index = "locator of " + where;
    const auto found = run_.take(run_.reader.locate(entry->digest), index);
    if (!found) return;
    std::size_t own = 0;
    bool exact = false;
    for (const Location& at : *found) {
      own += at.issuer == issuer_ ? 1 : 0;
      exact = exact || at == Location{issuer_, leaf.position};
    }
    if (!exact) run_.fault(index, "does not find the leaf");
    if (own > 1) run_.fault(index, "finds more than one leaf of the issuer");
    ++run_.report.located;
  }

  void collect(const StoredLeaf& leaf) {
    leaves_.insert(leaves_.end(), leaf.entry.begin(), leaf.entry.end());
    const BatchRow& batch = batches_[batch_];
    const std::uint64_t end = batch.first_position + batch.count;
    if (position_ < end) return;
    if (!leaf.call_end) run_.fault(batch_name(), "splits a call");
    check_batch(batch);
    leaves_.clear();
    ++batch_;
  }

  void check_batch(const BatchRow& batch) {
    const std::size_t count = leaves_.size() / LeafEntry::kSize;
    if (count != batch.count) return run_.fault(batch_name(), "does not begin where it should");
    std::vector<Hash> hashes(count);
    crypto::hash_leaves(leaves_.data(), LeafEntry::kSize, count, hashes.data());
    const crypto::Tree tree(std::move(hashes));
    const bool holds = tree.root() == batch.root;
    if (!holds) {
      run_.fault(batch_name(), "its leaves do not hash to the root in log entry " +
                                   std::to_string(batch.log_index));
    }
    for (std::uint32_t level = kBatchNodeLevel; level < tree.level_count(); ++level) {
      check_level(batch, tree, level, holds);
    }
    ++run_.report.batches;
    run_.report.sealed += count;
  }

  void check_level(const BatchRow& batch, const crypto::Tree& tree, std::uint32_t level,
                   bool leaves_hold) {
    const std::span<const Hash> nodes = tree.level(level);
    for (std::uint64_t i = 0; i < nodes.size() && !run_.failure; ++i) {
      const std::string where =
          batch_name() + ", node " + std::to_string(level) + "/" + std::to_string(i);
      const auto stored = run_.take(run_.reader.batch_node(batch, level, i), where);
      ++run_.report.batch_nodes;
      if (!stored || *stored == nodes[i]) continue;
      if (leaves_hold) {
        run_.fault(where, "does not follow from the leaves");
      } else if (level == kBatchNodeLevel) {
        // The stored nodes narrow down which leaves have changed.
        const std::uint64_t first = batch.first_position + (i << level);
        const std::uint64_t last = first + (std::uint64_t{1} << level) - 1;
        run_.fault(leaf_name(first) + " to " + std::to_string(last),
                   "do not hash to the node over them");
      }
    }
  }

  /// After leaves that cannot be read: goes on with the next batch, if there is one.
  bool resume_after(const Error& error) {
    run_.note(leaf_name(position_), error);
    interrupted_ = true;
    leaves_.clear();
    while (batch_ < batches_.size() && batches_[batch_].first_position <= position_) ++batch_;
    if (batch_ == batches_.size()) return false;
    position_ = batches_[batch_].first_position;
    return true;
  }

  FsckRun& run_;
  const IssuerId issuer_;
  const std::uint64_t total_;
  const std::vector<BatchRow>& batches_;
  std::size_t batch_ = 0;
  std::uint64_t position_ = 0;
  bool interrupted_ = false;
  Bytes leaves_;
};

}  // namespace

void check_leaves(FsckRun& run) {
  std::vector<std::uint64_t> next_positions;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < run.issuers.size(); ++i) {
    const auto id = static_cast<IssuerId>(i);
    const std::string where = "next position of " + issuer_name(id);
    next_positions.push_back(run.take(run.reader.next_position(id), where).value_or(0));
    total += next_positions.back();
  }
  for (std::size_t i = 0; i < next_positions.size() && !run.failure; ++i) {
    IssuerLeaves(run, static_cast<IssuerId>(i), total).check(next_positions[i]);
  }
  run.progress("leaves", run.report.leaves, total);
}

}  // namespace kedge::node
