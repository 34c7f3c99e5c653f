// SPDX-License-Identifier: Apache-2.0
#include "node/app/open_files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace kedge::node {
namespace {

TEST(OpenFiles, RaisesTheSoftLimitToTheHardOne) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_open_files(), before.rlim_max);
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
}

TEST(OpenFiles, LeavesRoomForTheStore) {
  EXPECT_EQ(connections_within(20'000, 512, 4096), 4096U);
  EXPECT_EQ(connections_within(4096, 512, 4096), 4096U - 512 - 256);
  EXPECT_EQ(connections_within(1024, 512, 4096), 256U);
  EXPECT_EQ(connections_within(256, 512, 4096), 16U);
  EXPECT_EQ(connections_within(256, 512, 3), 3U);
}

}  // namespace
}  // namespace kedge::node
