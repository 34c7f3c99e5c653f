// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/node/audit/audited_store.hpp"

/// Rows that cannot be read: missing, refused by the engine as damaged, or behind a failed disk.
namespace kedge::node {
namespace {

using test::check;
using test::FilledStore;
using test::names;
using test::Tamper;
using test::text_of;

Tamper failing(Errc code, std::string_view what, std::uint64_t key) {
  Tamper tamper;
  tamper.fail = [=](std::string_view read, std::uint64_t at) -> std::optional<Error> {
    if (read != what || at != key) return std::nullopt;
    return Error{code, "checksum mismatch"};
  };
  return tamper;
}

struct Unreadable {
  const char* read;
  std::uint64_t key;
  const char* where;
};

class FsckUnreadable : public ::testing::TestWithParam<Unreadable> {};

TEST_P(FsckUnreadable, TheRowIsNamedAndTheCheckGoesOn) {
  const FilledStore filled = test::audited_store();
  for (const Errc code : {Errc::corrupt, Errc::not_found}) {
    const FsckReport report = check(filled, failing(code, GetParam().read, GetParam().key));
    EXPECT_TRUE(names(report, GetParam().where)) << text_of(report);
    EXPECT_LE(report.fault_count, 10U) << text_of(report);
  }
}

TEST_P(FsckUnreadable, AFailedEngineEndsTheCheck) {
  const FilledStore filled = test::audited_store();
  FsckOptions options;
  options.origin = test::kOrigin;
  const test::TamperedReader reader(filled.snapshot(),
                                    failing(Errc::storage, GetParam().read, GetParam().key));
  const auto report = fsck(reader, options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::storage);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FsckUnreadable,
    ::testing::Values(Unreadable{"issuer", 1, "issuer 1"},
                      Unreadable{"issuer_by_name", 0, "name of issuer 0"},
                      Unreadable{"issuers", 0, "the issuers"},
                      Unreadable{"next_position", 0, "next position of issuer 0"},
                      Unreadable{"locate", test::digest_key(FilledStore::digest(0, 9)),
                                 "locator of leaf 9 of issuer 0"},
                      Unreadable{"leaf", 40, "leaf 40 of issuer 0"},
                      Unreadable{"batch_of", 37, "batch of position 37 of issuer 0"},
                      Unreadable{"batch_at", 5, "batch row of log entry 5"},
                      Unreadable{"batch_node", 1, "batch at position 0 of issuer 0, node 4/1"},
                      Unreadable{"log_size", 0, "size of the log"},
                      Unreadable{"tile", 0, "tile 0/0"}, Unreadable{"edges", 0, "right edge"},
                      Unreadable{"checkpoint", 1, "checkpoint of epoch 1"},
                      Unreadable{"latest_checkpoint", 0, "newest checkpoint"},
                      Unreadable{"checkpoint_covering", 5, "checkpoint that covers log entry 5"},
                      Unreadable{"latest_anchor", 0, "newest anchor on embedded"}),
    [](const auto& row) { return std::string(row.param.read); });

TEST(FsckUnreadableEntries, OneByOneShowsWhich) {
  const FilledStore filled = test::audited_store();
  for (std::uint64_t index = 0; index < 9; ++index) {
    Tamper tamper;
    tamper.fail = [=](std::string_view read, std::uint64_t at) -> std::optional<Error> {
      const bool hit = read == "log_entries" || (read == "log_entry" && at == index);
      return hit ? std::optional(Error{Errc::corrupt, "checksum mismatch"}) : std::nullopt;
    };
    const FsckReport report = check(filled, tamper);
    EXPECT_TRUE(names(report, "log entry " + std::to_string(index))) << text_of(report);
    EXPECT_EQ(report.fault_count, 1U) << text_of(report);
    EXPECT_EQ(report.leaves, 62U);
  }
}

TEST(FsckUnreadableLeaves, TheNextBatchIsStillChecked) {
  const FilledStore filled = test::audited_store();
  Tamper tamper = failing(Errc::corrupt, "leaf", 3);
  tamper.leaf = [](IssuerId id, StoredLeaf& leaf, Bytes& bytes) {
    if (id == 0 && leaf.position == 40) bytes[1] ^= 1;
  };
  const FsckReport report = check(filled, tamper);
  EXPECT_TRUE(names(report, "leaf 3 of issuer 0")) << text_of(report);
  EXPECT_TRUE(names(report, "batch at position 37 of issuer 0")) << text_of(report);
}

TEST(FsckUnreadableAnchors, OneOfSeveral) {
  FilledStore filled(test::kOrigin);
  for (int i = 0; i < 6; ++i) {
    filled.seal();
    if (i % 2 == 0) filled.anchor();
  }
  Tamper tamper;
  tamper.fail = [](std::string_view read, std::uint64_t epoch) -> std::optional<Error> {
    const bool hit = (read == "anchor" && epoch == 3) ||
                     (read == "anchor_covering" && (epoch == 2 || epoch == 3));
    return hit ? std::optional(Error{Errc::corrupt, "checksum mismatch"}) : std::nullopt;
  };
  const FsckReport report = check(filled, tamper);
  EXPECT_TRUE(names(report, "anchor of epoch 3 on embedded")) << text_of(report);
  EXPECT_EQ(report.fault_count, 1U) << text_of(report);
  EXPECT_EQ(report.anchors, 2U);
}

}  // namespace
}  // namespace kedge::node
