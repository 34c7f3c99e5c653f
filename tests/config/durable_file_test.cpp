// SPDX-License-Identifier: Apache-2.0
#include "config/durable_file.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

namespace kedge::config {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class DurableFile : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::temp_directory_path() / ("kedge-durable-" + std::to_string(::getpid()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  fs::path dir_;
};

TEST_F(DurableFile, TakesThePlaceOfWhatIsThere) {
  const fs::path file = dir_ / "file";
  ASSERT_TRUE(replace_file(file, "a long first text\n"));
  EXPECT_EQ(text_of(file), "a long first text\n");
  ASSERT_TRUE(replace_file(file, "short"));
  EXPECT_EQ(text_of(file), "short");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), fs::directory_iterator()), 1);
}

TEST_F(DurableFile, FailsWithTheNameAndLeavesNothing) {
  fs::create_directories(dir_ / "taken" / "inside");
  const Status written = replace_file(dir_ / "taken", "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::storage);
  EXPECT_NE(written.error().message.find((dir_ / "taken").string()), std::string::npos);
  EXPECT_FALSE(fs::exists(dir_ / "taken.making"));
  EXPECT_FALSE(replace_file(dir_ / "missing" / "file", "text"));
}

TEST_F(DurableFile, MakesADirectoryWithItsParents) {
  const fs::path made = dir_ / "a" / "b" / "c";
  ASSERT_TRUE(make_private_directory(made));
  EXPECT_EQ(fs::status(made).permissions(), fs::perms::owner_all);
  fs::permissions(made, fs::perms::owner_all | fs::perms::group_read);
  ASSERT_TRUE(make_private_directory(made));
  EXPECT_NE(fs::status(made).permissions(), fs::perms::owner_all);

  std::ofstream(dir_ / "file") << "no directory";
  const Status refused = make_private_directory(dir_ / "file");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::storage);
  EXPECT_FALSE(make_private_directory(dir_ / "file" / "below"));
}

TEST_F(DurableFile, SyncsADirectoryOrSaysWhyNot) {
  EXPECT_TRUE(sync_directory(dir_));
  EXPECT_TRUE(sync_directory(""));
  EXPECT_FALSE(sync_directory(dir_ / "missing"));
}

}  // namespace
}  // namespace kedge::config
