// SPDX-License-Identifier: Apache-2.0
#include "node/cli/files.hpp"

#include <gtest/gtest.h>

#include "tests/node/cli/temporary_directory.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;

TEST(Files, WritesAndReadsBack) {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "a";
  const std::string content("one\n\0two", 8);
  ASSERT_TRUE(write_file(path, content));
  EXPECT_EQ(*read_file(path), content);
  ASSERT_TRUE(write_file(path, ""));
  EXPECT_EQ(*read_file(path), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 1);
}

TEST(Files, SaysWhyAFileCannotBeRead) {
  const TemporaryDirectory directory;
  const auto missing = read_file(directory.path() / "a");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::not_found);
  const auto folder = read_file(directory.path());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().message, directory.path().string() + " is a directory");
}

TEST(Files, KnowsBeforehandWhereAFileCanBeWritten) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path() / "taken");
  ASSERT_TRUE(write_file(directory.path() / "a", "x"));
  EXPECT_TRUE(check_writable(directory.path() / "a"));
  EXPECT_TRUE(check_writable(directory.path() / "b"));
  EXPECT_TRUE(check_writable("-"));
  EXPECT_EQ(check_writable(directory.path() / "taken").error().message,
            "cannot write " + (directory.path() / "taken").string() + ": Is a directory");
  EXPECT_FALSE(check_writable(directory.path() / "missing" / "a"));
  EXPECT_EQ(*read_file(directory.path() / "a"), "x");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 2);
}

TEST(Files, AFailedWriteLeavesNothingBehind) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path() / "taken");
  EXPECT_FALSE(write_file(directory.path() / "taken", "x"));
  EXPECT_FALSE(write_file(directory.path() / "missing" / "a", "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 1);
}

}  // namespace
}  // namespace kedge::node::cli
