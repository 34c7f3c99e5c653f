// SPDX-License-Identifier: Apache-2.0
#include "config/listen_address.hpp"

#include <gtest/gtest.h>

namespace kedge::config {
namespace {

TEST(ListenAddress, ReadsAddressesAndNames) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:7410")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("127.0.0.1:7410")->port, 7410);
  EXPECT_EQ(parse_listen_address("[::1]:80")->host, "::1");
  EXPECT_EQ(parse_listen_address("localhost:0")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("localhost:0")->port, 0);
  EXPECT_EQ(parse_listen_address("0.0.0.0:65535")->port, 65535);
}

TEST(ListenAddress, RefusesTheRest) {
  for (const char* text :
       {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
        "[::1]", "[::1:80", "[]:80", "a b:80", "a.example:80", "[127.0.0.1]:80", "1.2.3:80",
        "256.0.0.1:80", "http://a:80", "127.0.0.1:80x", "[[::1]]:80"}) {
    const auto result = parse_listen_address(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace kedge::config
