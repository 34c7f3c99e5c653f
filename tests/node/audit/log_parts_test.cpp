// SPDX-License-Identifier: Apache-2.0
#include "node/audit/log_parts.hpp"

#include <map>

#include "tests/node/audit/dishonest_node.hpp"

namespace kedge::node {
namespace {

using Faults = std::vector<std::string>;

/// Shows the parts of a log that has these batches and epochs; a test changes what it shows.
class Parts : public PartSource {
 public:
  explicit Parts(const std::vector<std::uint32_t>& counts) {
    for (const std::uint32_t count : counts) {
      const std::uint64_t index = 2 * report_.batches.size() + 2;
      std::vector<Hash>& leaves = leaves_[index];
      for (std::uint32_t i = 0; i < count; ++i) {
        leaves.push_back(Hash{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8U),
                              static_cast<std::uint8_t>(i >> 16U),
                              static_cast<std::uint8_t>(index)});
      }
      report_.batches.push_back({index, count, crypto::tree_root(leaves)});
      report_.credentials += count;
      report_.epochs.push_back(
          {report_.epochs.size(), index, Hash{static_cast<std::uint8_t>(index)}});
      notes_.push_back(sign(report_.epochs.back()));
    }
    report_.checkpoint = "the newest";
  }

  static std::string sign(const LoggedEpoch& epoch, std::uint8_t seed = 7) {
    return *signer(seed).sign(crypto::format_checkpoint({kOrigin, epoch.size, epoch.root}));
  }

  Result<std::string> epoch_checkpoint(std::uint64_t epoch) override {
    if (down_) return Error{Errc::unavailable, "no answer"};
    if (epoch >= notes_.size()) return Error{Errc::not_found, "no such epoch"};
    return notes_[epoch];
  }
  Result<std::vector<Hash>> leaf_hashes(std::uint64_t log_index, std::uint64_t start,
                                        std::uint64_t count) override {
    if (down_) return Error{Errc::unavailable, "no answer"};
    const auto found = leaves_.find(log_index);
    if (found == leaves_.end()) return Error{Errc::not_found, "no such batch"};
    const auto& leaves = found->second;
    const auto end = std::min<std::uint64_t>(start + count, leaves.size());
    return std::vector<Hash>(leaves.begin() + static_cast<std::ptrdiff_t>(std::min(start, end)),
                             leaves.begin() + static_cast<std::ptrdiff_t>(end));
  }

  using Check = Status (*)(PartSource&, const HistoryOptions&, HistoryReport&, const PartProgress&);
  Faults faults(Check check) {
    HistoryReport report = report_;
    const Status checked = check(*this, DishonestNode::options(), report,
                                 [this](std::uint64_t done) { progress_ = done; });
    if (!checked) return {"error: " + checked.error().message};
    Faults out;
    for (const HistoryFault& fault : report.faults) {
      out.push_back(std::string(history_fault_name(fault.kind)) + " " + fault.where);
      evidence_ = fault.evidence;
    }
    return out;
  }

  HistoryReport report_;
  std::map<std::uint64_t, std::vector<Hash>> leaves_;
  std::vector<std::string> notes_;
  std::vector<std::string> evidence_;
  std::uint64_t progress_ = 0;
  bool down_ = false;
};

TEST(AuditBatches, LeafHashesLeadToTheRoots) {
  // In one piece, in several, and with a last piece of one leaf.
  Parts parts({1, 3, 65'536, 65'537, 200'000});
  EXPECT_EQ(parts.faults(audit_batches), Faults{});
  EXPECT_EQ(parts.progress_, parts.report_.credentials);
}

TEST(AuditBatches, EveryChangedLeafIsFound) {
  for (const std::size_t index :
       {std::size_t{0}, std::size_t{65'535}, std::size_t{65'536}, std::size_t{69'999}}) {
    Parts parts({5, 70'000, 5});
    parts.leaves_[4][index][31] ^= 1;
    EXPECT_EQ(parts.faults(audit_batches), Faults{"batch-leaves entry 4"}) << index;
  }
}

TEST(AuditBatches, LeavesThatAreNotShownAreAFault) {
  Parts parts({5, 70'000, 5});
  parts.leaves_.erase(2);
  parts.leaves_[4].pop_back();
  parts.leaves_[6].insert(parts.leaves_[6].begin(), Hash{});
  EXPECT_EQ(parts.faults(audit_batches),
            (Faults{"batch-leaves entry 2", "batch-leaves entry 4", "batch-leaves entry 6"}));
}

TEST(AuditBatches, ASourceThatEndsIsNoVerdict) {
  Parts parts({5});
  parts.down_ = true;
  EXPECT_EQ(parts.faults(audit_batches), Faults{"error: no answer"});
  EXPECT_EQ(Parts({}).faults(audit_batches), Faults{});
}

TEST(AuditCheckpoints, EachIsThatOfItsEpoch) {
  Parts parts({1, 2, 3});
  EXPECT_EQ(parts.faults(audit_checkpoints), Faults{});
  EXPECT_EQ(parts.progress_, 3U);
}

TEST(AuditCheckpoints, AForkOfAnOldOneIsShownWithBothNotes) {
  Parts parts({1, 2, 3});
  LoggedEpoch other = parts.report_.epochs[1];
  other.root[5] ^= 1;
  parts.notes_[1] = Parts::sign(other);
  EXPECT_EQ(parts.faults(audit_checkpoints), Faults{"forked checkpoint of epoch 1"});
  EXPECT_EQ(parts.evidence_, (Faults{parts.notes_[1], "the newest"}));
}

TEST(AuditCheckpoints, WrongSizesAndSignaturesAndGaps) {
  Parts parts({1, 2, 3});
  LoggedEpoch other = parts.report_.epochs[0];
  other.size += 1;
  parts.notes_[0] = Parts::sign(other);
  parts.notes_[1] = Parts::sign(parts.report_.epochs[1], 8);
  parts.notes_.pop_back();
  EXPECT_EQ(parts.faults(audit_checkpoints),
            (Faults{"checkpoint checkpoint of epoch 0", "checkpoint checkpoint of epoch 1",
                    "checkpoint checkpoint of epoch 2"}));
  parts.down_ = true;
  EXPECT_EQ(parts.faults(audit_checkpoints), Faults{"error: no answer"});
}

}  // namespace
}  // namespace kedge::node
