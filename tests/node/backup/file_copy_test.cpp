// SPDX-License-Identifier: Apache-2.0
#include "node/backup/file_copy.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "crypto/sha256.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;

class FileCopy : public testing::Test {
 protected:
  fs::path put(const std::string& name, const std::string& text) const {
    std::ofstream(dir_.path() / name, std::ios::binary) << text;
    return dir_.path() / name;
  }
  static std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  test::TempDir dir_;
};

TEST_F(FileCopy, IsTheSameAndItsOwnersAlone) {
  const std::string text(3'000'001, 'x');
  const fs::path from = put("from", text);
  const fs::path to = dir_.path() / "to";
  std::size_t told = 0;
  const auto digest = copy_synced(from, to, [&](std::size_t octets) {
    told += octets;
    return true;
  });
  ASSERT_TRUE(digest) << digest.error().message;
  EXPECT_EQ(digest->size, text.size());
  EXPECT_EQ(told, text.size());
  EXPECT_EQ(digest->sha256, crypto::sha256(as_bytes(text)));
  EXPECT_EQ(text_of(to), text);
  EXPECT_EQ(fs::status(to).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(hash_synced(to, {})->sha256, digest->sha256);
  // What is there stays.
  EXPECT_FALSE(copy_synced(from, to, {}));
}

TEST_F(FileCopy, EndsWhereItIsTold) {
  const auto copied =
      copy_synced(put("from", "abc"), dir_.path() / "to", [](std::size_t) { return false; });
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Errc::unavailable);
}

TEST_F(FileCopy, TakesRegularFilesAlone) {
  put("from", "abc");
  fs::create_symlink("from", dir_.path() / "link");
  EXPECT_FALSE(hash_synced(dir_.path() / "link", {}));
  EXPECT_FALSE(hash_synced(dir_.path(), {}));
  EXPECT_FALSE(copy_synced(dir_.path(), dir_.path() / "to", {}));
  ASSERT_EQ(::mkfifo((dir_.path() / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(copy_synced(dir_.path() / "pipe", dir_.path() / "to", {}));
  const auto missing = hash_synced(dir_.path() / "none", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::not_found);
}

TEST_F(FileCopy, KeepsWholeLines) {
  const std::string lines = std::string(2'000'000, 'a') + "\n" + std::string(10, 'b') + "\n";
  for (const auto& [text, kept] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"abc", ""},
           {"a\n", "a\n"},
           {"a\nb", "a\n"},
           {lines, lines},
           {lines + std::string(1'500'000, 'c'), lines}}) {
    const fs::path file = put("file", text);
    ASSERT_TRUE(keep_whole_lines(file));
    EXPECT_EQ(text_of(file), kept);
  }
}

}  // namespace
}  // namespace kedge::node
