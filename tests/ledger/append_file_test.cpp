// SPDX-License-Identifier: Apache-2.0
#include "ledger/append_file.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support/temp_dir.hpp"

namespace kedge::ledger {
namespace {

TEST(AppendFile, AFailedWriteIsForEver) {
  const test::TempDir dir;
  const std::filesystem::path path = dir.path() / "file";
  auto file = AppendFile::open(path);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->append("one\n"));
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  rlimit tight = old;
  tight.rlim_cur = 6;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const Status failed = file->append("two\n");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::storage);
  EXPECT_EQ(file->size(), 4U);
  EXPECT_FALSE(file->append("two\n"));
  auto again = AppendFile::open(path);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), 6U) << "the torn rest is there for the next open to cut off";
}

}  // namespace
}  // namespace kedge::ledger
