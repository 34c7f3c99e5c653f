// SPDX-License-Identifier: Apache-2.0
#include "node/audit/log_mirror.hpp"

#include <filesystem>
#include <fstream>

#include "tests/node/audit/dishonest_node.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

class LogMirrorTest : public testing::Test {
 protected:
  std::unique_ptr<LogMirror> open() const {
    auto mirror = LogMirror::open(directory_.path() / "mirror");
    if (!mirror) throw std::runtime_error(mirror.error().message);
    return *std::move(mirror);
  }

  /// `kind where` of each fault of a run with the mirror.
  std::vector<std::string> audit(DishonestNode& node) const {
    const auto mirror = open();
    const auto report =
        audit_with_mirror(node.events_, node.head_, node, *mirror, DishonestNode::options());
    if (!report) return {"error: " + report.error().message};
    std::vector<std::string> out;
    for (const HistoryFault& fault : report->faults) {
      out.push_back(std::string(history_fault_name(fault.kind)) + " " + fault.where);
    }
    return out;
  }

  std::size_t evidence() const {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(directory_.path() / "mirror")) {
      if (file.path().extension() == ".note") ++count;
    }
    return count;
  }

  test::TempDir directory_;
};

using Faults = std::vector<std::string>;

TEST_F(LogMirrorTest, GrowsWithAnHonestLog) {
  DishonestNode node;
  EXPECT_EQ(audit(node), Faults{});
  EXPECT_EQ(open()->size(), 14U);
  EXPECT_EQ(open()->checkpoint(), node.note_);
  EXPECT_EQ(audit(node), Faults{}) << "nothing new";
  node.seal();
  node.publish();
  EXPECT_EQ(audit(node), Faults{});
  EXPECT_EQ(open()->size(), 16U);
  EXPECT_EQ(*open()->entries(3, 4), *node.entries(3, 4));
  EXPECT_EQ(evidence(), 0U);
}

/// A node that rewrites an entry, and its ledger with it, is consistent with itself alone.
TEST_F(LogMirrorTest, RewrittenHistoryContradictsIt) {
  DishonestNode node;
  ASSERT_EQ(audit(node), Faults{});
  node.entries_[4][100] ^= 1;
  node.events_.clear();
  node.head_ = {DishonestNode::kLogId, 0};
  node.publish();
  EXPECT_EQ(audit(node), (Faults{"rewritten checkpoint", "log-root checkpoint"}));
  EXPECT_EQ(evidence(), 2U) << "both signed checkpoints";
  EXPECT_EQ(open()->size(), 14U) << "what was held is kept";
}

TEST_F(LogMirrorTest, ALogThatShrinksContradictsIt) {
  DishonestNode node;
  ASSERT_EQ(audit(node), Faults{});
  node.entries_.resize(12);
  node.publish();
  EXPECT_EQ(audit(node), (Faults{"rewritten checkpoint", "log-shortened checkpoint"}));
  EXPECT_EQ(evidence(), 2U);
}

TEST_F(LogMirrorTest, TakesNothingFromABadLog) {
  DishonestNode node;
  node.entries_[4][100] ^= 1;
  EXPECT_NE(audit(node), Faults{});
  EXPECT_EQ(open()->size(), 0U);
  node.entries_[4][100] ^= 1;
  EXPECT_EQ(audit(node), Faults{});
  node.seal();
  node.publish(8);
  EXPECT_EQ(audit(node), (Faults{"checkpoint checkpoint"}));
  EXPECT_EQ(open()->size(), 14U);
}

TEST_F(LogMirrorTest, ForgetsWhatWasNotCommitted) {
  DishonestNode node;
  ASSERT_EQ(audit(node), Faults{});
  const auto entries = directory_.path() / "mirror" / "entries";
  const auto size = std::filesystem::file_size(entries);
  std::ofstream(entries, std::ios::app) << "torn";
  EXPECT_EQ(open()->size(), 14U);
  EXPECT_EQ(std::filesystem::file_size(entries), size);
}

TEST_F(LogMirrorTest, SaysThatItIsDamaged) {
  DishonestNode node;
  ASSERT_EQ(audit(node), Faults{});
  const auto entries = directory_.path() / "mirror" / "entries";
  std::fstream file(entries, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(50);
  file.put('x');
  file.close();
  const auto changed = LogMirror::open(directory_.path() / "mirror");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Errc::corrupt);
  std::filesystem::resize_file(entries, 100);
  EXPECT_FALSE(LogMirror::open(directory_.path() / "mirror"));
}

}  // namespace
}  // namespace kedge::node
