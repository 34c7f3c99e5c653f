// SPDX-License-Identifier: Apache-2.0
#include "config/secret_file.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kedge::config {
namespace {

namespace fs = std::filesystem;

class SecretFile : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::temp_directory_path() / ("kedge-secret-" + std::to_string(::getpid()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  fs::path dir_;
};

TEST_F(SecretFile, IsReadBackAndBelongsToItsOwnerAlone) {
  const fs::path file = dir_ / "key";
  ASSERT_TRUE(write_secret_file(file, "hidden\n"));
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  const auto text = read_secret_file(file);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "hidden\n");
  EXPECT_FALSE(fs::exists(dir_ / "key.making"));
}

TEST_F(SecretFile, IsNeverOverwritten) {
  const fs::path file = dir_ / "key";
  ASSERT_TRUE(write_secret_file(file, "first"));
  const Status second = write_secret_file(file, "second");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::already_exists);
  EXPECT_EQ(*read_secret_file(file), "first");
}

TEST_F(SecretFile, WhatACrashHasLeftIsReplaced) {
  std::ofstream(dir_ / "key.making") << "half";
  ASSERT_TRUE(write_secret_file(dir_ / "key", "whole"));
  EXPECT_EQ(*read_secret_file(dir_ / "key"), "whole");
}

TEST_F(SecretFile, IsRefusedWhereOthersHaveAnyAccess) {
  const fs::path file = dir_ / "key";
  ASSERT_TRUE(write_secret_file(file, "hidden"));
  for (const unsigned mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0601U, 0644U, 0666U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto text = read_secret_file(file);
    ASSERT_FALSE(text) << std::oct << mode;
    EXPECT_EQ(text.error().code, Errc::invalid_argument);
    EXPECT_NE(text.error().message.find("chmod 600"), std::string::npos) << text.error().message;
  }
  ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
  EXPECT_TRUE(read_secret_file(file));
}

TEST_F(SecretFile, IsARegularFileOfBoundedLength) {
  EXPECT_EQ(read_secret_file(dir_ / "none").error().code, Errc::not_found);
  EXPECT_EQ(read_secret_file(dir_).error().code, Errc::invalid_argument);
  ASSERT_EQ(::mkfifo((dir_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_secret_file(dir_ / "pipe").error().code, Errc::invalid_argument);
  ASSERT_TRUE(write_secret_file(dir_ / "long", std::string(kMaxSecretFile + 1, 'x')));
  EXPECT_EQ(read_secret_file(dir_ / "long").error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace kedge::config
