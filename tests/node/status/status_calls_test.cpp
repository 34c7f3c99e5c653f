// SPDX-License-Identifier: Apache-2.0
#include "node/status/status_calls.hpp"

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

TEST(StatusCalls, BoundsAreNamed) {
  SetStatusRequest set;
  EXPECT_EQ(check_request(set).error().field, "targets");
  set.targets.resize(kMaxStatusTargets);
  EXPECT_TRUE(check_request(set));
  set.targets.resize(kMaxStatusTargets + 1);
  EXPECT_EQ(check_request(set).error().field, "targets");
  set.targets.resize(1);
  set.actor = std::string(kMaxActor, 'a');
  EXPECT_TRUE(check_request(set));
  set.actor += 'a';
  EXPECT_EQ(check_request(set).error().field, "actor");

  AllocateStatusRequest allocate;
  EXPECT_EQ(check_request(allocate).error().field, "request_key");
  allocate.request_key = std::string(kMaxRequestKey, 'k');
  EXPECT_TRUE(check_request(allocate));
  allocate.request_key += 'k';
  EXPECT_EQ(check_request(allocate).error().field, "request_key");
  allocate.request_key = "k";
  allocate.count = kMaxAllocated + 1;
  EXPECT_EQ(check_request(allocate).error().field, "count");
  allocate.count = 0;
  EXPECT_EQ(check_request(allocate).error().field, "count");
  allocate.count = 1;
  for (const unsigned purposes : {0U, 4U, 7U}) {
    allocate.purposes = static_cast<std::uint8_t>(purposes);
    EXPECT_EQ(check_request(allocate).error().field, "purposes");
  }
}

// RFC 5280 section 5.3.1.
TEST(StatusReasons, AreThoseOfRfc5280) {
  for (const auto& [name, number] :
       std::vector<std::pair<std::string, std::uint8_t>>{{"unspecified", 0},
                                                         {"keyCompromise", 1},
                                                         {"affiliationChanged", 3},
                                                         {"superseded", 4},
                                                         {"cessationOfOperation", 5},
                                                         {"certificateHold", 6},
                                                         {"privilegeWithdrawn", 9}}) {
    const auto reason = reason_from_name(name);
    ASSERT_TRUE(reason) << name;
    EXPECT_EQ(static_cast<std::uint8_t>(*reason), number);
    EXPECT_EQ(reason_name(*reason), name);
    EXPECT_EQ(*reason_from_number(number), *reason);
  }
  for (const std::string_view name : {"", "KeyCompromise", "cACompromise", "removeFromCRL"}) {
    const auto reason = reason_from_name(name);
    ASSERT_FALSE(reason) << name;
    EXPECT_EQ(reason.error().field, "reason");
    EXPECT_NE(reason.error().message.find("privilegeWithdrawn"), std::string::npos);
  }
  EXPECT_EQ(reason_from_number(2).error().code, Errc::corrupt);
}

}  // namespace
}  // namespace kedge::node
