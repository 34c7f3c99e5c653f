// SPDX-License-Identifier: Apache-2.0
#include "rpc/field_text.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

TEST(FieldText, TrimsSpacesAndTabsAlone) {
  EXPECT_EQ(trim_ows(" \t a b\t "), "a b");
  EXPECT_EQ(trim_ows("\r\na"), "\r\na");
  EXPECT_EQ(trim_ows(" \t"), "");
  EXPECT_EQ(trim_ows(""), "");
}

TEST(FieldText, CutsListsToTheirEnd) {
  std::string_view rest = "a; q=1 ,, b";
  std::vector<std::string_view> parts;
  while (!rest.empty()) parts.push_back(cut_field(rest, ','));
  EXPECT_EQ(parts, (std::vector<std::string_view>{"a; q=1", "", "b"}));
  EXPECT_EQ(cut_field(rest, ','), "");
}

TEST(FieldText, KnowsTheCaseOfAsciiAlone) {
  EXPECT_TRUE(same_without_case("Content-TYPE", "content-type"));
  EXPECT_FALSE(same_without_case("a", "ab"));
  EXPECT_FALSE(same_without_case("@", "`")) << "32 apart and no letters";
  EXPECT_FALSE(same_without_case("\xc3\x84", "\xc3\xa4"));
  EXPECT_EQ(lower_case("GZip-\xc3\x84"), "gzip-\xc3\x84");
}

}  // namespace
}  // namespace kedge::rpc
