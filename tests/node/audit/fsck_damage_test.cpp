// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/node/audit/audited_store.hpp"

/// Every byte of everything that is stored, changed one at a time: fsck says which row it was.
namespace kedge::node {
namespace {

using test::check;
using test::FilledStore;
using test::names;
using test::Tamper;
using test::text_of;

void flip(std::uint8_t& byte, std::size_t salt) {
  byte = static_cast<std::uint8_t>(byte ^ (1U << (salt % 8)));
}

class FsckDamage : public ::testing::Test {
 protected:
  const FilledStore filled_ = test::audited_store();
};

TEST_F(FsckDamage, EveryByteOfEveryLogEntry) {
  const auto entries = filled_.snapshot()->log_entries(0, 9);
  ASSERT_TRUE(entries);
  for (std::uint64_t index = 0; index < entries->size(); ++index) {
    for (std::size_t at = 0; at < (*entries)[index].size(); ++at) {
      Tamper tamper;
      tamper.entry = [&](std::uint64_t i, Bytes& bytes) {
        if (i == index) flip(bytes[at], at);
      };
      const FsckReport report = check(filled_, tamper);
      ASSERT_TRUE(names(report, "log entry " + std::to_string(index)))
          << index << " " << at << " " << text_of(report);
      ASSERT_EQ(report.fault_count, 1U) << index << " " << at << " " << text_of(report);
    }
  }
}

TEST_F(FsckDamage, EveryHashOfTheTilesAndOfTheRightEdge) {
  for (std::size_t index = 0; index < 9; ++index) {
    Tamper tamper;
    tamper.tile = [&](std::uint32_t, std::uint64_t, std::vector<Hash>& hashes) {
      flip(hashes[index][index], index);
    };
    const FsckReport report = check(filled_, tamper);
    ASSERT_TRUE(names(report, "tile 0/0")) << text_of(report);
    ASSERT_EQ(report.fault_count, 1U) << text_of(report);

    tamper = {};
    tamper.edges = [&](std::vector<TileEdge>& edges) { flip(edges[0][index][index], index); };
    const FsckReport edge = check(filled_, tamper);
    ASSERT_TRUE(names(edge, "right edge, level 0")) << text_of(edge);
    ASSERT_EQ(edge.fault_count, 1U) << text_of(edge);
  }
}

TEST_F(FsckDamage, TilesOfEveryLevel) {
  FilledStore large(test::kOrigin);
  for (int i = 0; i < 300; ++i) large.seal();
  const auto damage = [&](std::uint32_t level, std::uint64_t index, std::size_t at) {
    Tamper tamper;
    tamper.tile = [=](std::uint32_t l, std::uint64_t i, std::vector<Hash>& hashes) {
      if (l == level && i == index) flip(hashes.at(at)[31], 3);
    };
    return check(large, tamper);
  };
  EXPECT_TRUE(check(large, {}).clean());
  EXPECT_TRUE(names(damage(0, 0, 200), "tile 0/0"));
  EXPECT_TRUE(names(damage(0, 1, 40), "tile 0/1"));
  EXPECT_TRUE(names(damage(1, 0, 0), "tile 1/0"));

  Tamper cut;
  cut.tile = [](std::uint32_t level, std::uint64_t index, std::vector<Hash>& hashes) {
    if (level == 0 && index == 0) hashes.pop_back();
  };
  EXPECT_TRUE(names(check(large, cut), "tile 0/0"));
  Tamper edges;
  edges.edges = [](std::vector<TileEdge>& all) { flip(all.at(1).at(0)[0], 0); };
  EXPECT_TRUE(names(check(large, edges), "right edge, level 1"));
}

TEST_F(FsckDamage, EveryByteOfEveryLeaf) {
  const auto reader = filled_.snapshot();
  for (const IssuerId issuer : {0U, 1U}) {
    const std::uint64_t next = *reader->next_position(issuer);
    const std::uint64_t sealed = reader->issuer(issuer)->credential_count;
    for (std::uint64_t position = 0; position < next; ++position) {
      // One byte of each field, and in some leaves all of them.
      const std::size_t step = position % 16 == 0 ? 1 : 15;
      for (std::size_t at = position % step; at < LeafEntry::kSize; at += step) {
        Tamper tamper;
        tamper.leaf = [&](IssuerId id, StoredLeaf& leaf, Bytes& bytes) {
          if (id == issuer && leaf.position == position) flip(bytes[at], 7);
        };
        const FsckReport report = check(filled_, tamper);
        const bool is_salt = at >= 1 && at < 17;
        const bool unsealed = position >= sealed;
        // Nothing commits to the salt of a credential before it is sealed.
        ASSERT_EQ(report.clean(), is_salt && unsealed) << position << " " << at;
      }
    }
  }
}

TEST_F(FsckDamage, ADamagedLeafIsNarrowedDown) {
  Tamper tamper;
  tamper.leaf = [](IssuerId id, StoredLeaf& leaf, Bytes& bytes) {
    if (id == 0 && leaf.position == 20) flip(bytes[5], 0);
  };
  const FsckReport report = check(filled_, tamper);
  EXPECT_TRUE(names(report, "batch at position 0 of issuer 0")) << text_of(report);
  EXPECT_TRUE(names(report, "leaf 16 of issuer 0 to 31")) << text_of(report);
  EXPECT_EQ(report.fault_count, 2U) << text_of(report);
}

TEST_F(FsckDamage, BatchNodes) {
  const std::pair<std::uint32_t, std::uint64_t> nodes[] = {{4, 0}, {4, 1}, {5, 0}};
  for (const auto& node : nodes) {
    const std::uint32_t level = node.first;
    const std::uint64_t index = node.second;
    Tamper tamper;
    tamper.node = [&](const BatchRow& batch, std::uint32_t l, std::uint64_t i, Hash& hash) {
      if (batch.log_index == 2 && l == level && i == index) flip(hash[9], 1);
    };
    const FsckReport report = check(filled_, tamper);
    EXPECT_TRUE(names(report, "batch at position 0 of issuer 0, node " + std::to_string(level) +
                                  "/" + std::to_string(index)))
        << text_of(report);
    EXPECT_EQ(report.fault_count, 1U) << text_of(report);
  }
}

TEST_F(FsckDamage, EveryFieldOfABatchRow) {
  const std::function<void(BatchRow&)> changes[] = {
      [](BatchRow& row) { row.issuer ^= 1; },      [](BatchRow& row) { row.first_position += 1; },
      [](BatchRow& row) { row.count -= 1; },       [](BatchRow& row) { row.issuer_seq += 1; },
      [](BatchRow& row) { row.log_index += 256; }, [](BatchRow& row) { row.time_ms += 1; },
      [](BatchRow& row) { flip(row.root[3], 3); }};
  for (const auto& change : changes) {
    Tamper tamper;
    tamper.batch = [&](BatchRow& row) {
      if (row.log_index == 5) change(row);
    };
    const FsckReport report = check(filled_, tamper);
    EXPECT_TRUE(names(report, "batch row of log entry 5")) << text_of(report);
    EXPECT_TRUE(names(report, "batch of position 37 of issuer 0")) << text_of(report);
  }
}

TEST_F(FsckDamage, EveryFieldOfAnIssuerRow) {
  const std::function<void(IssuerRow&)> changes[] = {
      [](IssuerRow& row) { row.id += 1; },
      [](IssuerRow& row) { row.name[4] ^= 1; },
      [](IssuerRow& row) { flip(row.issuer_hash[0], 0); },
      [](IssuerRow& row) { row.next_issuer_seq += 1; },
      [](IssuerRow& row) { row.credential_count += 1; },
      [](IssuerRow& row) { flip(row.status_root[31], 7); },
      [](IssuerRow& row) { flip(row.last_entry_hash[8], 2); }};
  for (const IssuerId issuer : {0U, 2U}) {
    for (const auto& change : changes) {
      Tamper tamper;
      tamper.issuer = [&](IssuerRow& row) {
        if (row.id == issuer) change(row);
      };
      const FsckReport report = check(filled_, tamper);
      EXPECT_TRUE(names(report, "issuer " + std::to_string(issuer)) ||
                  names(report, "name of issuer " + std::to_string(issuer)))
          << issuer << text_of(report);
    }
    Tamper tamper;
    tamper.next_position = [&](IssuerId id, std::uint64_t& next) {
      if (id == issuer) next += 1;
    };
    EXPECT_TRUE(names(check(filled_, tamper), "issuer " + std::to_string(issuer)));
  }
}

TEST_F(FsckDamage, EveryByteOfACheckpoint) {
  const auto row = filled_.snapshot()->checkpoint(2);
  ASSERT_TRUE(row);
  for (std::size_t at = 0; at < row->note.size(); ++at) {
    Tamper tamper;
    tamper.checkpoint = [&](CheckpointRow& r) {
      if (r.epoch == 2) r.note[at] = static_cast<char>(r.note[at] ^ 1);
    };
    const FsckReport report = check(filled_, tamper);
    ASSERT_TRUE(names(report, "checkpoint of epoch 2")) << at << text_of(report);
    ASSERT_EQ(report.fault_count, 1U) << at << text_of(report);
  }
  const std::function<void(CheckpointRow&)> changes[] = {
      [](CheckpointRow& r) { r.epoch += 100; }, [](CheckpointRow& r) { r.size += 1; },
      [](CheckpointRow& r) { r.size = 0; }, [](CheckpointRow& r) { flip(r.root[0], 0); },
      [](CheckpointRow& r) { r.time_ms -= 1; }};
  for (const auto& change : changes) {
    Tamper tamper;
    tamper.checkpoint = [&](CheckpointRow& r) {
      if (r.epoch == 2) change(r);
    };
    EXPECT_TRUE(names(check(filled_, tamper), "checkpoint of epoch 2"));
  }
}

TEST_F(FsckDamage, TheLocator) {
  const auto found = [&](const std::function<void(std::vector<Location>&)>& change) {
    Tamper tamper;
    tamper.locate = [&](std::vector<Location>& locations) {
      if (locations.at(0) == Location{1, 3}) change(locations);
    };
    return check(filled_, tamper);
  };
  using Locations = std::vector<Location>;
  for (const FsckReport& report :
       {found([](Locations& l) { l.clear(); }), found([](Locations& l) { l[0].position = 2; }),
        found([](Locations& l) {
          l.push_back({1, 2});
        })}) {
    EXPECT_TRUE(names(report, "locator of leaf 3 of issuer 1")) << text_of(report);
    EXPECT_EQ(report.fault_count, 1U) << text_of(report);
  }
  EXPECT_TRUE(found([](Locations& l) {
                l.push_back({2, 3});
              }).clean())
      << "another issuer may have the same digest";
}

TEST_F(FsckDamage, Anchors) {
  const std::string where = "anchor of epoch 1 on embedded";
  const std::size_t record_size = filled_.snapshot()->anchor("embedded", 1)->record.size();
  std::vector<std::function<void(AnchorRow&)>> changes = {
      [](AnchorRow& row) { row.size += 1; },
      [](AnchorRow& row) { flip(row.root[0], 0); },
      [](AnchorRow& row) { row.attempts.clear(); },
      [](AnchorRow& row) { row.record.clear(); },
      [](AnchorRow& row) { row.state = AnchorState::intended; },
      [](AnchorRow& row) { row.state = static_cast<AnchorState>(3); },
      [](AnchorRow& row) { row.record = "[]"; },
      [](AnchorRow& row) { row.record = "{}"; },
      [](AnchorRow& row) { row.record += " "; }};
  for (std::size_t at = 0; at < record_size; ++at) {
    changes.push_back([at](AnchorRow& row) { row.record[at] ^= 1; });
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Tamper tamper;
    tamper.anchor = [&](AnchorRow& row) {
      if (row.epoch == 1) changes[i](row);
    };
    const FsckReport report = check(filled_, tamper);
    EXPECT_TRUE(names(report, where)) << i << text_of(report);
  }
}

TEST_F(FsckDamage, ACutLogIsSeen) {
  Tamper tamper;
  tamper.log_size = [](std::uint64_t& size) { size -= 2; };
  const FsckReport report = check(filled_, tamper);
  EXPECT_TRUE(names(report, "checkpoint of epoch 3")) << text_of(report);
  EXPECT_TRUE(names(report, "right edge, level 0")) << text_of(report);
  EXPECT_TRUE(names(report, "issuer 1")) << text_of(report);
}

TEST_F(FsckDamage, ABatchThatSplitsACall) {
  Tamper tamper;
  tamper.leaf = [](IssuerId id, StoredLeaf& leaf, Bytes&) {
    if (id == 0 && leaf.position == 36) leaf.call_end = false;
  };
  const FsckReport report = check(filled_, tamper);
  EXPECT_TRUE(names(report, "batch at position 0 of issuer 0")) << text_of(report);
  EXPECT_EQ(report.fault_count, 1U) << text_of(report);
}

}  // namespace
}  // namespace kedge::node
