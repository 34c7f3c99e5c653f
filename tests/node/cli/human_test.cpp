// SPDX-License-Identifier: Apache-2.0
#include "node/cli/human.hpp"

#include <gtest/gtest.h>

namespace kedge::node::cli {
namespace {

TEST(Human, GroupsDigits) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1'000), "1,000");
  EXPECT_EQ(human_count(1'234'567), "1,234,567");
}

TEST(Human, ScalesBytes) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1'023), "1023 B");
  EXPECT_EQ(human_bytes(1'536), "1.5 KiB");
  EXPECT_EQ(human_bytes(1'048'575), "1.0 MiB");
  EXPECT_EQ(human_bytes(3ULL << 40U), "3.0 TiB");
}

TEST(Human, ScalesSeconds) {
  EXPECT_EQ(human_seconds(0.0421), "42 ms");
  EXPECT_EQ(human_seconds(0.9999), "1.0 s");
  EXPECT_EQ(human_seconds(1.54), "1.5 s");
  EXPECT_EQ(human_seconds(59.99), "1 min 0 s");
  EXPECT_EQ(human_seconds(125.4), "2 min 5 s");
}

TEST(Table, AlignsColumns) {
  Table table({"what", "count"});
  table.row({"credentials", "10,000"});
  table.row({"b", "3"});
  EXPECT_EQ(table.text(),
            "what          count\n"
            "credentials  10,000\n"
            "b                 3\n");
}

TEST(Table, CountsCharactersAndDropsTrailingSpaces) {
  Table table;
  table.row({"\xC3\xA9", "x"});
  table.row({"ab", ""});
  EXPECT_EQ(table.text(), "\xC3\xA9   x\nab\n");
}

}  // namespace
}  // namespace kedge::node::cli
