// SPDX-License-Identifier: Apache-2.0
#include "node/access/record_check.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kOrigin = "log.example/kedge";

/// A record of twenty lines, of which every fifth is bound to the log.
class RecordCheckTest : public testing::Test {
 protected:
  RecordCheckTest() { write(20, "alice"); }

  /// A whole record with a sound chain, by somebody who can write the file.
  void write(std::size_t count, const std::string& actor, std::string_view origin = kOrigin) {
    std::filesystem::remove(file_);
    auto file = ChainFile::open(file_, record_format(origin),
                                [](auto, auto, const auto&) { return Status(); });
    hashes_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      RecordEvent event;
      event.time_ms = event.until_ms = 1'767'225'600'000 + i;
      event.actor = i == 7 ? actor : "bob";
      event.action = "status_set";
      event.result = "done";
      const std::string body = format_record_line(i, event);
      ASSERT_TRUE(file->append({&body, 1}));
      hashes_.push_back(file->head());
    }
  }
  std::vector<Hash> every_fifth() const {
    std::vector<Hash> heads;
    for (std::size_t i = 4; i < hashes_.size(); i += 5) heads.push_back(hashes_[i]);
    return heads;
  }
  static NextHead source(std::vector<Hash> heads) {
    return
        [heads = std::move(heads), at = std::size_t{0}]() mutable -> Result<std::optional<Hash>> {
          if (at == heads.size()) return std::optional<Hash>();
          return std::optional(heads[at++]);
        };
  }
  Result<RecordCheck> check(std::vector<Hash> heads) {
    return check_record(file_, kOrigin, source(std::move(heads)));
  }

  test::TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "record.log";
  std::vector<Hash> hashes_;
};

TEST_F(RecordCheckTest, FollowsEveryHead) {
  const auto checked = check(every_fifth());
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->end.lines, 20U);
  EXPECT_EQ(checked->bound_heads, 4U);
  EXPECT_EQ(checked->bound_line, 19U);
  EXPECT_EQ(check({})->bound_line, std::nullopt);
  EXPECT_EQ(check({hashes_[0], hashes_[1]})->bound_line, 1U);
}

TEST_F(RecordCheckTest, ShowsARecordThatWasWrittenAnew) {
  const std::vector<Hash> heads = every_fifth();
  // The same but for one actor, its chain sound: only the log tells.
  write(20, "mallory");
  EXPECT_TRUE(check({}));
  const auto checked = check(heads);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::corrupt);
  EXPECT_NE(checked.error().message.find("position 1"), std::string::npos)
      << checked.error().message;
}

TEST_F(RecordCheckTest, ShowsARecordThatWasCutOff) {
  const std::vector<Hash> heads = every_fifth();
  for (std::size_t lines = 0; lines < 20; ++lines) {
    write(lines, "alice");
    EXPECT_FALSE(check(heads)) << lines;
  }
  write(23, "alice");
  EXPECT_TRUE(check(heads));
}

TEST_F(RecordCheckTest, ShowsHeadsInAnotherOrderAndOfAnotherLog) {
  std::vector<Hash> heads = every_fifth();
  std::swap(heads[1], heads[2]);
  EXPECT_FALSE(check(heads));
  const std::vector<Hash> right = every_fifth();
  write(20, "alice", "another.example/log");
  EXPECT_FALSE(check({}));
  EXPECT_FALSE(check(right));
}

TEST_F(RecordCheckTest, ShowsEveryChangedOctet) {
  std::ifstream in(file_, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::vector<Hash> heads = every_fifth();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << changed;
    ASSERT_FALSE(check(heads)) << i;
  }
}

TEST_F(RecordCheckTest, PassesOnThatTheHeadsCannotBeRead) {
  const auto checked = check_record(file_, kOrigin, []() -> Result<std::optional<Hash>> {
    return Error{Errc::storage, "the disk"};
  });
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::storage);
  std::filesystem::remove(file_);
  EXPECT_EQ(check({}).error().code, Errc::not_found);
}

}  // namespace
}  // namespace kedge::node
