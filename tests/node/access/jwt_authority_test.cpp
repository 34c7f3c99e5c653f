// SPDX-License-Identifier: Apache-2.0
#include "node/access/jwt_authority.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/token_authority.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;
using test::TokenAuthority;

constexpr std::uint64_t kNow = 1'767'225'600'000;

class JwtAuthorityTest : public testing::Test {
 protected:
  JwtAuthorityTest()
      : keys_(
            [this]() -> Result<std::string> {
              ++fetches_;
              const std::lock_guard lock(mutex_);
              return jwks_.dump();
            },
            {.least_gap = std::chrono::milliseconds(0)}),
        jwt_(keys_, make_jwt_rules(TokenAuthority::settings())) {
    if (!keys_.start()) throw std::runtime_error("no keys");
  }

  static std::string token(const TokenAuthority& authority, int number = 0) {
    json claims = TokenAuthority::claims("did:example:a", "anchor:write", kNow);
    claims["jti"] = number;
    return authority.sign(claims, crypto::KeyType::ed25519);
  }
  void set_keys(json jwks) {
    const std::lock_guard lock(mutex_);
    jwks_ = std::move(jwks);
  }

  TokenAuthority old_{0x51};
  TokenAuthority new_{0x61};
  std::mutex mutex_;
  json jwks_ = old_.jwks();
  std::atomic<int> fetches_ = 0;
  KeySource keys_;
  JwtAuthority jwt_;
};

TEST_F(JwtAuthorityTest, RemembersWhatHasVerifiedUntilItEnds) {
  const std::string good = token(old_);
  ASSERT_TRUE(jwt_.check(good, kNow));
  EXPECT_EQ(jwt_.remembered(), 1U);
  ASSERT_TRUE(jwt_.check(good, kNow + 1));
  EXPECT_EQ(jwt_.remembered(), 1U);
  EXPECT_TRUE(jwt_.check(good, kNow + 629'999));
  const auto late = jwt_.check(good, kNow + 630'000);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message, "access token: expired");
  EXPECT_FALSE(jwt_.check(good + "x", kNow));
  EXPECT_EQ(jwt_.remembered(), 1U);
}

TEST_F(JwtAuthorityTest, HoldsABoundedNumber) {
  for (int i = 0; i < 6'000; ++i) ASSERT_TRUE(jwt_.check(token(old_, i), kNow));
  EXPECT_LE(jwt_.remembered(), JwtAuthority::kMaxRemembered);
  EXPECT_GT(jwt_.remembered(), JwtAuthority::kMaxRemembered / 2);
}

/// API2: after the server has changed its keys, what it has signed with the old ones is refused,
/// although it was remembered, and a token with a new key is taken once the keys have been fetched.
TEST_F(JwtAuthorityTest, FollowsTheServersKeys) {
  const std::string old_token = token(old_);
  ASSERT_TRUE(jwt_.check(old_token, kNow));
  json renamed = new_.jwks();
  for (json& key : renamed["keys"]) key["kid"] = "new-" + key["kid"].get<std::string>();
  set_keys(renamed);
  json header = TokenAuthority::header(crypto::KeyType::ed25519);
  header["kid"] = "new-key-ed25519";
  const std::string new_token =
      new_.sign_with(header, TokenAuthority::claims("did:example:a", "anchor:write", kNow),
                     crypto::KeyType::ed25519);
  const auto first = jwt_.check(new_token, kNow);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Errc::unauthorized);
  for (int i = 0; i < 2'000 && !jwt_.check(new_token, kNow); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(jwt_.check(new_token, kNow));
  EXPECT_FALSE(jwt_.check(old_token, kNow));
}

TEST_F(JwtAuthorityTest, ManyThreadsAskAtOnce) {
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        if (jwt_.check(token(old_, i % 50), kNow)) ++right;
        if (!jwt_.check(token(new_, i + t), kNow)) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 1'600);
}

}  // namespace
}  // namespace kedge::node
