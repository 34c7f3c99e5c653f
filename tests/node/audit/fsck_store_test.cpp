// SPDX-License-Identifier: Apache-2.0
#include "node/audit/fsck_store.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/node/audit/audited_store.hpp"
#include "tests/node/store/raw_rows.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using test::names;
using test::RawRows;
using test::text_of;

class FsckStore : public ::testing::Test {
 protected:
  FsckStore() {
    rocks_.block_cache_bytes = std::size_t{8} << 20;
    rocks_.write_buffer_bytes = std::size_t{1} << 20;
    StoreIdentity identity;
    identity.origin = test::kOrigin;
    auto store = create_rocks_store(path(), identity, rocks_);
    if (!store) throw std::runtime_error(store.error().message);
    test::FilledStore filled(test::kOrigin, *std::move(store));
    const IssuerId issuer = filled.add_issuer("did:example:a");
    filled.accept(issuer, 40);
    filled.seal();
    filled.anchor();
    filled.accept(issuer, 3);
    options_.origin = test::kOrigin;
    options_.verifier = filled.verifier();
  }

  [[nodiscard]] std::filesystem::path path() const { return dir_.path() / "store"; }

  FsckReport check() const {
    auto report = fsck_store(path(), options_, rocks_);
    if (!report) throw std::runtime_error(report.error().message);
    return *std::move(report);
  }

  test::TempDir dir_;
  RocksOptions rocks_;
  FsckOptions options_;
};

TEST_F(FsckStore, ASoundStoreIsCleanInBothWays) {
  std::vector<std::string> phases;
  options_.progress = [&](const FsckProgress& progress) {
    if (phases.empty() || phases.back() != progress.phase) phases.emplace_back(progress.phase);
  };
  const FsckReport report = check();
  EXPECT_TRUE(report.clean()) << text_of(report);
  EXPECT_GT(report.rows, 10U);
  EXPECT_EQ(report.leaves, 43U);
  EXPECT_EQ(report.located, 43U);
  EXPECT_EQ(report.log_entries, 4U);
  EXPECT_EQ(report.anchors, 1U);
  EXPECT_EQ(phases.back(), "leaves");
}

TEST_F(FsckStore, ADamagedRowIsSeenByTheScan) {
  {
    RawRows raw(path());
    const auto rows = raw.all(Family::log);
    ASSERT_FALSE(rows.empty());
    std::string value = rows.front().second;
    value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
    raw.put(Family::log, rows.front().first, value);
  }
  const FsckReport report = check();
  EXPECT_FALSE(report.clean());
}

TEST_F(FsckStore, ASoundRowThatLiesIsSeenByFsck) {
  {
    RawRows raw(path());
    const std::string key = keys::issuer(0);
    const std::string value = raw.get(Family::issuers, key);
    auto row = rows::decode_issuer({key, value});
    ASSERT_TRUE(row) << row.error().message;
    row->last_entry_hash[0] ^= 1;
    raw.put(Family::issuers, key, rows::encode_issuer(key, *row));
  }
  const FsckReport report = check();
  EXPECT_TRUE(names(report, "issuer 0")) << text_of(report);
  EXPECT_EQ(report.fault_count, 1U) << text_of(report);
}

TEST_F(FsckStore, AnotherOriginAndNoStoreAtAll) {
  options_.origin = "other.example/kedge";
  EXPECT_TRUE(names(check(), "the store"));
  const auto none = fsck_store(dir_.path() / "nothing", options_, rocks_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
}

}  // namespace
}  // namespace kedge::node
