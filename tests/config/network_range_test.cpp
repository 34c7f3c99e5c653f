// SPDX-License-Identifier: Apache-2.0
#include "config/network_range.hpp"

#include <gtest/gtest.h>

#include "config/load.hpp"

namespace kedge::config {
namespace {

TEST(NetworkRange, TakesNetworksAndAddresses) {
  for (const char* good : {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.7", "192.0.2.7/32", "192.0.2.128/25",
                           "::/0", "::1/128", "2001:db8::/32", "2001:db8::1"}) {
    EXPECT_TRUE(is_network_range(good)) << good;
  }
}

TEST(NetworkRange, RefusesEverythingElse) {
  for (const char* bad : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
                          "10.0.0.0/8 ", "10.1.2.3/8", "10.0.0/8", "::1/129", "2001:db8::1/32",
                          "localhost", "fe80::1%lo", "[::1]", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(is_network_range(bad)) << bad;
  }
}

TEST(NetworkRange, IsAskedOfTheSettings) {
  const Loaded good = parse_settings(
      "[rpc]\ntrusted_proxies = [\"10.0.0.0/8\"]\nproxy_field = \"Forwarded\"\n"
      "[rate]\nclient = 5\nclient_burst = 7\ntoken = 0\nexempt = []\n");
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(good.settings.network.trusted_proxies, std::vector<std::string>{"10.0.0.0/8"});
  EXPECT_EQ(good.settings.network.proxy_field, "Forwarded");
  EXPECT_EQ(good.settings.rate.client, 5U);
  EXPECT_EQ(good.settings.rate.client_burst, 7U);
  EXPECT_EQ(good.settings.rate.token, 0U);
  EXPECT_TRUE(good.settings.rate.exempt.empty());

  const Loaded bad = parse_settings("[rate]\nexempt = [\"10.0.0.1/8\"]\n");
  ASSERT_EQ(bad.problems.size(), 1U);
  EXPECT_EQ(bad.problems[0].key, "rate.exempt");
  EXPECT_NE(bad.problems[0].message.find("expected a list of networks"), std::string::npos);
}

}  // namespace
}  // namespace kedge::config
