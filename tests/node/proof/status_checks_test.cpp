// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_checks.hpp"

#include <gtest/gtest.h>

#include "tests/node/proof/sample_bundle.hpp"
#include "tests/node/proof/status_log.hpp"

namespace kedge::node {
namespace {

using test::FilledStore;
using test::SampleList;
using test::StatusLog;
using test::StatusLogOptions;

class StatusChecks : public testing::Test {
 protected:
  StatusLog log_of(StatusLogOptions options) const {
    return {filled_.signer(), std::move(options)};
  }
  StatusLog log_with(std::vector<SampleList> lists) const {
    StatusLogOptions options;
    options.lists = std::move(lists);
    return log_of(std::move(options));
  }

  static std::optional<std::string_view> first_fault(const StatusProof& proof) {
    const auto code = [](const Finding& finding) -> std::optional<std::string_view> {
      if (!finding) return std::nullopt;
      return reason_name(finding->code);
    };
    if (const auto found = code(check_status_value(proof.target, proof.value, proof.list)))
      return found;
    if (const auto found =
            code(check_status_record(proof.list, proof.directory.record.status_root)))
      return found;
    const Found<EpochEntry> entry = find_epoch_entry(proof.epoch);
    if (!entry.value) return reason_name(entry.reason.code);
    if (const auto found = code(check_status_directory(proof.directory, *entry.value)))
      return found;
    const auto checkpoint = find_checkpoint(proof.epoch.checkpoint);
    return code(check_epoch_path(proof.epoch, checkpoint.value.value()));
  }
  static void expect_good(const StatusProof& proof) {
    EXPECT_EQ(first_fault(proof).value_or("none"), "none");
  }
  static void expect_fault(const StatusProof& proof, std::string_view code) {
    EXPECT_EQ(first_fault(proof).value_or("none"), code);
  }
  /// No other value has a proof.
  static void expect_only_this_value(StatusProof proof) {
    expect_good(proof);
    const StatusValue right = proof.value;
    for (const auto value : {StatusValue::valid, StatusValue::revoked, StatusValue::suspended}) {
      if (value == right) continue;
      proof.value = value;
      expect_fault(proof, "status-mismatch");
    }
  }

  FilledStore filled_;
};

TEST(LeastTreeSize, IsTheLeastOfAllTreesWithAPathOfThisLength) {
  constexpr std::uint64_t kMax = 70;
  for (std::uint64_t index = 0; index < kMax; ++index) {
    std::map<std::size_t, std::uint64_t> least;
    for (std::uint64_t size = index + 1; size <= 2 * kMax; ++size) {
      const crypto::Tree tree{std::vector<Hash>(size)};
      least.try_emplace(tree.inclusion_path(index).size(), size);
    }
    for (std::size_t length = 0; length <= 8; ++length) {
      const auto found = least.find(length);
      const auto expected = found == least.end() ? std::nullopt : std::optional(found->second);
      EXPECT_EQ(least_tree_size(index, length), expected) << index << ", " << length;
    }
  }
}

TEST(LeastTreeSize, IsDefinedAtTheEnd) {
  const std::uint64_t top = ~std::uint64_t{0};
  EXPECT_EQ(least_tree_size(top, 64), std::nullopt);
  EXPECT_EQ(least_tree_size(top, 63), std::nullopt);
  EXPECT_EQ(least_tree_size(top - 1, 63), top);
  EXPECT_EQ(least_tree_size(0, 64), (std::uint64_t{1} << 63) + 1);
  EXPECT_EQ(least_tree_size(0, 65), std::nullopt);
}

TEST_F(StatusChecks, ProveEachEntryOfSmallLists) {
  for (const std::uint64_t size : {1u, 3u, 127u, 128u, 129u, 256u, 257u, 640u, 641u, 1000u}) {
    SampleList list{kRegister, size};
    for (std::uint64_t i = 0; i < size; ++i) list.values[i] = static_cast<StatusValue>(i * 7 % 3);
    const StatusLog log = log_with({list});
    for (std::uint64_t i = 0; i < size + 3; ++i) {
      SCOPED_TRACE(std::to_string(i) + " of " + std::to_string(size));
      const StatusProof proof = log.prove({kRegister, i});
      EXPECT_EQ(proof.value, i < size ? list.values[i] : StatusValue::valid);
      expect_only_this_value(proof);
    }
  }
}

TEST_F(StatusChecks, ProveListsThatAreThereAndSuchAsAreNot) {
  for (std::uint32_t count = 1; count <= 9; ++count) {
    std::vector<SampleList> lists;
    // Every second number, so that there are gaps.
    for (std::uint32_t i = 0; i < count; ++i) {
      lists.push_back({2 * i, 300, {{i, StatusValue::revoked}}});
    }
    const StatusLog log = log_with(lists);
    for (std::uint32_t list = 0; list < 2 * count + 3; ++list) {
      SCOPED_TRACE(std::to_string(list) + " of " + std::to_string(count));
      const StatusProof proof = log.prove({list, list / 2});
      const bool there = list % 2 == 0 && list < 2 * count;
      EXPECT_EQ(proof.value, there ? StatusValue::revoked : StatusValue::valid);
      // A gap has no proof: lists are opened in order and are then there for ever.
      if (!there && list < 2 * count - 1) {
        expect_fault(proof, "status-mismatch");
      } else {
        expect_only_this_value(proof);
      }
    }
  }
}

TEST_F(StatusChecks, ProveIssuersAndEpochsInSmallTrees) {
  for (std::size_t issuers = 1; issuers <= 9; ++issuers) {
    for (std::size_t place = 0; place < issuers; ++place) {
      StatusLogOptions options;
      options.lists = {{kRegister, 10, {{4, StatusValue::suspended}}}};
      options.issuers = issuers;
      options.place = place;
      options.before = issuers * 3 + place;
      options.after = place;
      const StatusLog log = log_of(options);
      expect_only_this_value(log.prove({kRegister, 4}));
      StatusProof proof = log.prove({kRegister, 4});
      for (std::uint64_t other = 0; other < issuers + 3; ++other) {
        if (other == place) continue;
        proof.directory.index = other;
        expect_fault(proof, "status-path");
      }
    }
  }
}

TEST_F(StatusChecks, AreValidForAnIssuerThatHasChangedNothing) {
  const StatusLog log = log_with({});
  const StatusProof proof = log.prove({kRegister, 12});
  EXPECT_FALSE(proof.list);
  expect_only_this_value(proof);
  StatusProof with_record = proof;
  with_record.list.emplace();
  expect_fault(with_record, "status-path");
}

TEST_F(StatusChecks, RefuseARecordThatIsLeftOut) {
  const StatusLog log = log_with({{kRegister, 10, {{4, StatusValue::revoked}}}});
  StatusProof proof = log.prove({kRegister, 4});
  proof.list.reset();
  proof.value = StatusValue::valid;
  expect_fault(proof, "status-mismatch");
}

TEST_F(StatusChecks, RefuseAChunkThatIsLeftOutOrOfAnotherPlace) {
  const StatusLog log = log_with({{kRegister, 400, {{4, StatusValue::revoked}}}});
  StatusProof proof = log.prove({kRegister, 4});
  proof.list->chunk.reset();
  proof.list->chunk_path.clear();
  proof.value = StatusValue::valid;
  expect_fault(proof, "status-mismatch");
  const StatusProof other = log.prove({kRegister, 132});
  proof.list = other.list;
  proof.value = other.value;
  expect_fault(proof, "status-path");
}

TEST_F(StatusChecks, RefuseTheIndexBeyondAPublishedList) {
  const StatusLog log = log_with({{kRegister, 4}, {1, 200}});
  expect_good(log.prove({1, 199}));
  expect_fault(log.prove({1, 200}), "status-mismatch");
}

TEST_F(StatusChecks, RefuseToShowThatAListIsMissingByARecordThatIsNotTheLast) {
  std::vector<SampleList> lists;
  for (std::uint32_t i = 0; i < 6; ++i) lists.push_back({i, 130, {{1, StatusValue::revoked}}});
  const StatusLog log = log_with(lists);
  for (std::uint32_t shown = 0; shown < 6; ++shown) {
    StatusProof proof = log.prove({shown, 1});
    proof.list->chunk.reset();
    proof.list->chunk_path.clear();
    proof.value = StatusValue::valid;
    for (std::uint32_t asked = shown + 1; asked < 8; ++asked) {
      SCOPED_TRACE(std::to_string(shown) + " for " + std::to_string(asked));
      proof.target.list = asked;
      if (shown == 5) {
        expect_good(proof);
      } else {
        expect_fault(proof, "status-mismatch");
      }
      // Not by a shorter path or another index either.
      StatusProof cut = proof;
      while (!cut.list->record_path.empty()) {
        cut.list->record_path.pop_back();
        EXPECT_TRUE(first_fault(cut));
      }
    }
  }
}

TEST_F(StatusChecks, RefuseBitsThatAreNoValue) {
  const StatusLog log = log_with({{kRegister, 4, {{2, static_cast<StatusValue>(3)}}}});
  StatusProof proof = log.prove({kRegister, 1});
  proof.target.index = 2;
  expect_fault(proof, "status-mismatch");
}

TEST_F(StatusChecks, RefuseAnEntryThatIsNoEpoch) {
  StatusProof proof = log_with({}).prove({});
  proof.epoch.entry = encode_entry(GenesisEntry{1, Hash{}});
  expect_fault(proof, "status-malformed");
  proof.epoch.entry = {1};
  expect_fault(proof, "status-malformed");
}

}  // namespace
}  // namespace kedge::node
