// SPDX-License-Identifier: Apache-2.0
#include "node/access/token_text.hpp"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

TEST(TokenText, IsNewEachTimeAndKnownByItsForm) {
  std::set<std::string> seen;
  const std::regex form("kedge_[0-9a-f]{72}");
  for (int i = 0; i < 200; ++i) {
    const std::string token = make_token();
    EXPECT_TRUE(std::regex_match(token, form)) << token;
    EXPECT_TRUE(is_token(token));
    EXPECT_TRUE(seen.insert(token.substr(0, 30)).second);
  }
}

TEST(TokenText, AnySlipOfThePenShows) {
  const std::string token = make_token();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(is_token(changed)) << i;
    EXPECT_FALSE(is_token(token.substr(0, i)));
  }
  EXPECT_FALSE(is_token(token + "0"));
  EXPECT_FALSE(is_token(" " + token));
}

TEST(TokenText, ItsNameComesFromItsHashAndTellsNothingOfIt) {
  const std::string token = make_token();
  const std::string id = token_id(token_hash(token));
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(token.find(id), std::string::npos);
  EXPECT_NE(token_hash(token), token_hash(make_token()));
}

}  // namespace
}  // namespace kedge::node
