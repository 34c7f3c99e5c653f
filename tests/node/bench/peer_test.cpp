// SPDX-License-Identifier: Apache-2.0
#include "node/bench/peer.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "node/bench/temporary_folder.hpp"

namespace kedge::node::bench {
namespace {

class PeerTest : public ::testing::Test {
 protected:
  PeerTest() : folder_(*TemporaryFolder::make(std::filesystem::temp_directory_path())) {}

  [[nodiscard]] Result<double> figure(const std::string& script) const {
    return peer_figure({"sh", "-c", script}, folder_.path(), {});
  }

  TemporaryFolder folder_;
};

TEST_F(PeerTest, TheLastNumberIsTheFigure) {
  const auto plain = figure("echo 17; echo 4711.5");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(*plain, 4711.5);
  const auto table = figure("echo '256 bits ecdsa 0.0000s 0.0001s  51865.3  17122.7 '");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(*table, 17122.7);
}

TEST_F(PeerTest, WhatPrintsNoNumberOrFailsIsNoFigure) {
  for (const char* script : {"echo 12 apples", "echo 12x", "true", "echo 12; exit 1"}) {
    EXPECT_FALSE(figure(script)) << script;
  }
}

TEST_F(PeerTest, AMissingHelperIsNamed) {
  EXPECT_FALSE(helper(folder_.path(), "peers"));
  std::ofstream(folder_.path() / "peers") << "x";
  const auto found = helper(folder_.path(), "peers");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, folder_.path() / "peers");
}

TEST_F(PeerTest, FilesOnTheDiskAreCounted) {
  EXPECT_EQ(disk_octets(folder_.path()), 0U);
  std::filesystem::create_directories(folder_.path() / "a");
  std::ofstream(folder_.path() / "a" / "b") << std::string(100'000, 'x');
  EXPECT_GE(disk_octets(folder_.path()), 100'000U);
}

}  // namespace
}  // namespace kedge::node::bench
