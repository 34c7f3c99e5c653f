// SPDX-License-Identifier: Apache-2.0
#include "node/access/chain_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

class ChainFileTest : public testing::Test {
 protected:
  Result<ChainEnd> read() {
    seen_.clear();
    return read_chain(file_, format_, keep());
  }
  Result<ChainFile> open() {
    seen_.clear();
    return ChainFile::open(file_, format_, keep());
  }
  ChainVisitor keep() {
    return [this](std::string_view body, std::uint64_t number, const Hash&) -> Status {
      EXPECT_EQ(number, seen_.size());
      seen_.emplace_back(body);
      return {};
    };
  }
  std::string content() {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void put(std::string_view text) {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << text;
  }
  void fill(const std::vector<std::string>& bodies) {
    auto file = open();
    ASSERT_TRUE(file) << file.error().message;
    for (const std::string& body : bodies) ASSERT_TRUE(file->append({&body, 1}));
  }

  ChainFormat format_{.name = "test/1"};
  test::TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "chain.log";
  const std::vector<std::string> bodies_{"one", "{\"two\":2}", "three three three", "4"};
  std::vector<std::string> seen_;
};

TEST_F(ChainFileTest, GivesBackWhatItWasGivenInOrder) {
  EXPECT_EQ(read().error().code, Errc::not_found);
  fill(bodies_);
  const auto end = read();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(seen_, bodies_);
  EXPECT_EQ(end->lines, 4U);
  EXPECT_EQ(end->torn_bytes, 0U);
  auto file = open();
  ASSERT_TRUE(file);
  EXPECT_EQ(seen_, bodies_);
  EXPECT_EQ(file->head(), end->head);
  EXPECT_EQ(file->lines(), 4U);
  const std::vector<std::string> more{"5", "6"};
  ASSERT_TRUE(file->append(more));
  EXPECT_EQ(read()->lines, 6U);
  EXPECT_EQ(read()->head, file->head());
}

TEST_F(ChainFileTest, CutAnywhereKeepsTheWholeLinesAndGoesOn) {
  fill(bodies_);
  const std::string whole = content();
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    SCOPED_TRACE(cut);
    put(whole.substr(0, cut));
    const auto lines = static_cast<std::size_t>(
        std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut), '\n'));
    auto file = open();
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_EQ(seen_, std::vector<std::string>(
                         bodies_.begin(), bodies_.begin() + static_cast<std::ptrdiff_t>(lines)));
    // What was torn is gone before anything is added.
    const std::string body = "after";
    ASSERT_TRUE(file->append({&body, 1}));
    const auto end = read();
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(end->lines, lines + 1);
    EXPECT_EQ(seen_.back(), "after");
  }
}

TEST_F(ChainFileTest, AnEndThatTheDiskHasNotFilledIsTorn) {
  fill(bodies_);
  const std::string whole = content();
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  std::string half = whole;
  for (std::size_t i = last; i < last + 20; ++i) half[i] = '\0';
  for (const std::string& left : {whole.substr(0, last) + std::string(5'000, '\0'), half,
                                  whole.substr(0, last) + std::string(600'000, '\0')}) {
    put(left);
    const auto end = read();
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(end->lines, 3U);
    EXPECT_EQ(end->bytes + end->torn_bytes, left.size());
    ASSERT_TRUE(open());
    EXPECT_EQ(content(), whole.substr(0, last));
  }
}

TEST_F(ChainFileTest, AnyPartOfAnAppendMayBeLostAndNothingElse) {
  format_.append_lines = 3;
  fill({"old", "older"});
  const std::string synced = content();
  ASSERT_TRUE(open()->append(std::vector<std::string>{"one", "two", "three"}));
  const std::string whole = content();
  constexpr std::size_t kSector = 32;
  const std::size_t first = synced.size() / kSector;
  const std::size_t sectors = (whole.size() + kSector - 1) / kSector - first;
  ASSERT_LT(sectors, 10U);
  for (std::size_t lost = 0; lost < std::size_t{1} << sectors; ++lost) {
    SCOPED_TRACE(lost);
    std::string left = whole;
    for (std::size_t i = synced.size(); i < whole.size(); ++i) {
      if ((lost >> (i / kSector - first) & 1U) != 0) left[i] = '\0';
    }
    put(left);
    auto file = open();
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_GE(seen_.size(), 2U);
    EXPECT_EQ(seen_.size() == 5, lost == 0);
    EXPECT_EQ(content(), whole.substr(0, content().size()));
    const std::string body = "after";
    ASSERT_TRUE(file->append({&body, 1}));
    const auto end = read();
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(seen_.back(), "after");
  }
  // What was synced before another append is not lost by any power cut.
  put(whole);
  ASSERT_TRUE(open()->append(std::vector<std::string>{"four", "five", "six"}));
  std::string rotten = content();
  for (std::size_t i = synced.size(); i < synced.size() + 8; ++i) rotten[i] = '\0';
  put(rotten);
  EXPECT_EQ(read().error().code, Errc::corrupt);
  EXPECT_FALSE(open());
  EXPECT_EQ(content(), rotten);
}

TEST_F(ChainFileTest, WritesNoMoreAtOnceThanItsFormatSays) {
  format_.append_lines = 2;
  const std::vector<std::string> five{"1", "2", "3", "4", "5"};
  ASSERT_TRUE(open()->append(five));
  ASSERT_TRUE(read());
  EXPECT_EQ(seen_, five);
  const std::vector<std::string> wrong{"6", "7", "8\n"};
  EXPECT_FALSE(open()->append(wrong));
  EXPECT_EQ(read()->lines, 5U);
}

TEST_F(ChainFileTest, EveryChangedOctetOfAWholeLineShows) {
  fill(bodies_);
  const std::string whole = content();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    SCOPED_TRACE(i);
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    put(changed);
    const auto end = read();
    // Without its line feed the last line counts as torn.
    if (i + 1 == whole.size()) {
      ASSERT_TRUE(end);
      EXPECT_EQ(end->lines, 3U);
      continue;
    }
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, Errc::corrupt);
    EXPECT_NE(end.error().message.find("line "), std::string::npos);
    EXPECT_FALSE(open());
    EXPECT_EQ(content(), changed);
  }
}

TEST_F(ChainFileTest, LinesLeftOutPutInOrMovedShow) {
  fill(bodies_);
  const std::string whole = content();
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = whole.find('\n', begin) + 1;
    lines.push_back(whole.substr(begin, end - begin));
    begin = end;
  }
  const auto joined = [](const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& line : all) text += line;
    return text;
  };
  std::vector<std::string> without = lines;
  without.erase(without.begin() + 1);
  std::vector<std::string> swapped = lines;
  std::swap(swapped[1], swapped[2]);
  std::vector<std::string> twice = lines;
  twice.insert(twice.begin() + 1, lines[1]);
  std::vector<std::string> headless(lines.begin() + 1, lines.end());
  for (const auto& changed : {without, swapped, twice, headless}) {
    put(joined(changed));
    const auto end = read();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, Errc::corrupt);
  }
  // A file of another kind does not begin as this one does.
  put(whole);
  EXPECT_FALSE(read_chain(file_, {.name = "test/2"}, keep()));
}

TEST_F(ChainFileTest, RefusesWhatIsNoLineAndKeepsItsBounds) {
  auto file = open();
  ASSERT_TRUE(file);
  for (const std::string& wrong :
       {std::string(), std::string("a\nb"), std::string(kMaxChainLine, 'x')}) {
    EXPECT_FALSE(file->append({&wrong, 1}));
  }
  const std::string longest(kMaxChainLine - 66, 'x');
  EXPECT_TRUE(file->append({&longest, 1}));
  EXPECT_EQ(read()->lines, 1U);
  // What is longer than any line and never ends is no torn line.
  put(content() + std::string(2 * kMaxChainLine + 300'000, 'y'));
  EXPECT_EQ(read().error().code, Errc::corrupt);
}

}  // namespace
}  // namespace kedge::node
