// SPDX-License-Identifier: Apache-2.0
#include "node/access/cookie_authorizer.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

const std::string kCookie(64, 'c');

TEST(CookieAuthorizer, KnowsTheCookieAndNothingElse) {
  const CookieAuthorizer authorizer(kCookie, "did:example:a");
  for (const std::string scheme : {"Bearer ", "bearer ", "BEARER "}) {
    const auto caller = authorizer.authorize(scheme + kCookie);
    ASSERT_TRUE(caller) << scheme;
    EXPECT_EQ(caller->access, rpc::Access::admin);
    EXPECT_EQ(caller->issuer, "did:example:a");
  }
  const auto nobody = authorizer.authorize("");
  ASSERT_TRUE(nobody);
  EXPECT_EQ(nobody->access, rpc::Access::open);
  EXPECT_EQ(nobody->issuer, "");
  for (const std::string& wrong :
       {kCookie, "Bearer  " + kCookie, "Bearer " + kCookie + " ", "Bearer " + kCookie.substr(1),
        "Bearer " + kCookie.substr(1) + "d", std::string("Bearer "), std::string("Bearer"),
        "Basic " + kCookie, std::string(" ")}) {
    const auto refused = authorizer.authorize(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, Errc::unauthorized);
  }
}

TEST(CookieAuthorizer, DoesNotTakeAnEmptySecret) {
  EXPECT_THROW(CookieAuthorizer("", "did:example:a"), std::invalid_argument);
  EXPECT_THROW(CookieAuthorizer(std::string(31, 'c'), "did:example:a"), std::invalid_argument);
}

}  // namespace
}  // namespace kedge::node
