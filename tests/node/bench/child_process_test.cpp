// SPDX-License-Identifier: Apache-2.0
#include "node/bench/child_process.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "node/bench/temporary_folder.hpp"

namespace kedge::node::bench {
namespace {

class ChildProcessTest : public ::testing::Test {
 protected:
  ChildProcessTest() : folder_(*TemporaryFolder::make(std::filesystem::temp_directory_path())) {}
  [[nodiscard]] std::filesystem::path output() const { return folder_.path() / "output"; }

  TemporaryFolder folder_;
};

TEST_F(ChildProcessTest, AnswersWhatAProgramWrites) {
  const auto text = run_program({"sh", "-c", "echo out; echo err >&2"}, folder_.path());
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "out\nerr\n");
}

TEST_F(ChildProcessTest, SaysHowAProgramFailed) {
  const auto text = run_program({"sh", "-c", "echo why; exit 3"}, folder_.path());
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().message.find("status 3: why"), std::string::npos);
  EXPECT_FALSE(run_program({"a-program-that-does-not-exist"}, folder_.path()));
}

TEST_F(ChildProcessTest, RunsWhereItIsTold) {
  const Cores one = {usable_cores().back()};
  const auto text = run_program({"nproc"}, folder_.path(), one);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "1\n");
}

TEST_F(ChildProcessTest, EndsWhatDoesNotEndItself) {
  auto child = ChildProcess::start({"sleep", "1000"}, output());
  ASSERT_TRUE(child) << child.error().message;
  EXPECT_TRUE(child->running());
  child->end();
  EXPECT_FALSE(child->running());
  EXPECT_EQ(child->wait(), 128 + SIGTERM);
}

TEST_F(ChildProcessTest, KillsLikeACrash) {
  auto child = ChildProcess::start({"sleep", "1000"}, output());
  ASSERT_TRUE(child) << child.error().message;
  child->kill();
  EXPECT_EQ(child->wait(), 128 + SIGKILL);
}

TEST(FindProgram, LooksOnThePath) {
  EXPECT_TRUE(find_program("sh"));
  EXPECT_FALSE(find_program("a-program-that-does-not-exist"));
}

TEST(TemporaryFolderTest, GoesWithItsContents) {
  std::filesystem::path path;
  {
    const auto folder = TemporaryFolder::make(std::filesystem::temp_directory_path());
    ASSERT_TRUE(folder);
    path = folder->path();
    std::filesystem::create_directories(path / "a" / "b");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(TemporaryFolder::make(path / "nowhere"));
}

TEST(CoresTest, AThreadGoesBackToWhereItWas) {
  const Cores before = usable_cores();
  {
    const OnCores one({before.front()});
    EXPECT_EQ(usable_cores(), Cores{before.front()});
  }
  EXPECT_EQ(usable_cores(), before);
}

}  // namespace
}  // namespace kedge::node::bench
