// SPDX-License-Identifier: Apache-2.0
#include "config/insecure.hpp"

#include <gtest/gtest.h>

namespace kedge::config {
namespace {

/// The keys of what is insecure.
std::string insecure(const std::string& toml) {
  const Loaded loaded = parse_settings(toml);
  EXPECT_TRUE(loaded.ok()) << describe(loaded.problems, "test");
  std::string keys;
  for (const Problem& problem : insecure_combinations(loaded.settings)) {
    EXPECT_FALSE(problem.message.empty());
    keys += (keys.empty() ? "" : " ") + problem.key;
  }
  return keys;
}

const std::string kTls = "tls_certificate = \"c.pem\"\ntls_key = \"k.pem\"\n";

TEST(Insecure, NothingIsByDefault) {
  EXPECT_EQ(insecure(""), "");
}

TEST(Insecure, IsANetworkWithoutTls) {
  for (const char* open : {"0.0.0.0:1", "192.0.2.1:1", "[::]:1", "[2001:db8::1]:1"}) {
    const std::string listen = "[rpc]\nlisten = \"" + std::string(open) + "\"\n";
    EXPECT_EQ(insecure(listen), "rpc.listen") << open;
    EXPECT_EQ(insecure(listen + kTls), "") << open;
    const std::string admin = "[rpc]\nadmin_listen = \"" + std::string(open) + "\"\n";
    EXPECT_EQ(insecure(admin), "rpc.admin_listen") << open;
    EXPECT_EQ(insecure(admin + kTls), "") << open;
  }
  for (const char* closed : {"127.0.0.1:1", "127.3.2.1:1", "[::1]:1", "localhost:1"}) {
    EXPECT_EQ(insecure("[rpc]\nlisten = \"" + std::string(closed) + "\"\n"), "") << closed;
  }
}

TEST(Insecure, IsTrustInEverybody) {
  EXPECT_EQ(insecure("[rpc]\ntrusted_proxies = [\"10.0.0.0/8\", \"0.0.0.0/0\"]\n"),
            "rpc.trusted_proxies");
  EXPECT_EQ(insecure("[rpc]\ntrusted_proxies = [\"10.0.0.0/8\"]\n"), "");
  EXPECT_EQ(insecure("[rate]\nexempt = [\"::/0\"]\n"), "");
  EXPECT_EQ(insecure("[rpc]\nlisten = \"[::]:1\"\n" + kTls + "[rate]\nexempt = [\"::/0\"]\n"),
            "rate.exempt");
}

TEST(Insecure, IsANetworkOfWhichNothingIsKnownOrLimited) {
  const std::string open = "[rpc]\nlisten = \"[::]:1\"\n" + kTls;
  EXPECT_EQ(insecure("[rate]\nclient = 0\n[access]\nrecord = false\n"), "");
  EXPECT_EQ(insecure(open + "[rate]\nclient = 0\n"), "rate.client");
  EXPECT_EQ(insecure(open + "[access]\nrecord = false\n"), "access.record");
}

TEST(Insecure, SettingsThatBelongTogetherAreAskedFor) {
  EXPECT_EQ(parse_settings("[rpc]\ntls_key = \"k\"\n").problems.at(0).key, "rpc.tls_certificate");
  EXPECT_EQ(parse_settings("[rpc]\ntls_certificate = \"c\"\n").problems.at(0).key, "rpc.tls_key");
  const Loaded same = parse_settings("[rpc]\nadmin_listen = \"127.0.0.1:7410\"\n");
  EXPECT_EQ(same.problems.at(0).key, "rpc.admin_listen");
}

}  // namespace
}  // namespace kedge::config
