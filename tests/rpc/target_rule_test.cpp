// SPDX-License-Identifier: Apache-2.0
#include "rpc/target_rule.hpp"

#include <gtest/gtest.h>

#include "rpc/http_connection.hpp"
#include "tests/rpc/canned_server.hpp"

namespace kedge::rpc {
namespace {

using boost::asio::ip::make_address;
using test::CannedServer;

TargetRule rule(bool allow_private, std::vector<std::string> allowed = {}) {
  auto made = TargetRule::create(allow_private, allowed);
  if (!made) throw std::runtime_error(made.error().message);
  return *std::move(made);
}

/// What is reachable by everybody.
const std::vector<std::string> kPublic = {
    "1.1.1.1",        "8.8.8.8",          "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
    "100.128.0.0",    "126.255.255.255",  "128.0.0.0",       "169.253.255.255", "169.255.0.0",
    "172.15.255.255", "172.32.0.0",       "192.0.1.0",       "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0",       "223.255.255.255", "2001:200::1",     "2606:4700::1111",
    "2a00:1450::1",   "64:ff9b::808:808", "::ffff:8.8.8.8"};

/// Of somebody's own network, reachable from inside of it.
const std::vector<std::string> kPrivate = {"10.0.0.0",
                                           "10.255.255.255",
                                           "100.64.0.1",
                                           "100.127.255.255",
                                           "127.0.0.1",
                                           "127.255.255.255",
                                           "172.16.0.1",
                                           "172.31.255.255",
                                           "192.168.0.1",
                                           "192.168.255.255",
                                           "::1",
                                           "fc00::1",
                                           "fd12:3456::1",
                                           "fdff:ffff::1",
                                           "::ffff:127.0.0.1",
                                           "::ffff:10.1.2.3",
                                           "::ffff:c0a8:101",
                                           "64:ff9b::7f00:1",
                                           "64:ff9b::a00:1"};

/// Nobody's, or everybody's on the link, or of the machine's keeper.
const std::vector<std::string> kNever = {"0.0.0.0",
                                         "0.1.2.3",
                                         "169.254.0.1",
                                         "169.254.169.254",
                                         "168.63.129.16",
                                         "100.100.100.200",
                                         "192.0.0.192",
                                         "192.0.0.1",
                                         "192.0.2.1",
                                         "192.88.99.1",
                                         "198.18.0.1",
                                         "198.19.255.255",
                                         "198.51.100.7",
                                         "203.0.113.9",
                                         "224.0.0.1",
                                         "239.255.255.255",
                                         "240.0.0.1",
                                         "255.255.255.255",
                                         "::",
                                         "::7f00:1",
                                         "::ffff:169.254.169.254",
                                         "::ffff:0.0.0.0",
                                         "64:ff9b::a9fe:a9fe",
                                         "64:ff9b:1::1",
                                         "100::1",
                                         "2001::1",
                                         "2001:db8::1",
                                         "2002:7f00:1::1",
                                         "2002:808:808::1",
                                         "3fff::1",
                                         "5f00::1",
                                         "fe80::1",
                                         "febf::1",
                                         "fec0::1",
                                         "ff02::1",
                                         "ff0e::1",
                                         "fd00:ec2::254"};

TEST(TargetRule, PublicAddressesAlone) {
  const TargetRule strict;
  for (const std::string& text : kPublic) EXPECT_TRUE(strict.allows(make_address(text))) << text;
  for (const std::string& text : kPrivate) EXPECT_FALSE(strict.allows(make_address(text))) << text;
  for (const std::string& text : kNever) EXPECT_FALSE(strict.allows(make_address(text))) << text;
}

TEST(TargetRule, PrivateOnesWhereTheOperatorSaysSo) {
  const TargetRule wide = rule(true);
  for (const std::string& text : kPublic) EXPECT_TRUE(wide.allows(make_address(text))) << text;
  for (const std::string& text : kPrivate) EXPECT_TRUE(wide.allows(make_address(text))) << text;
  for (const std::string& text : kNever) EXPECT_FALSE(wide.allows(make_address(text))) << text;
}

TEST(TargetRule, NamedNetworksWhateverTheyAre) {
  const TargetRule named = rule(false, {"10.1.0.0/16", "169.254.7.7", "fd00:1::/64"});
  for (const char* text :
       {"10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "169.254.7.7", "fd00:1::9", "8.8.8.8"}) {
    EXPECT_TRUE(named.allows(make_address(text))) << text;
  }
  for (const char* text : {"10.2.0.1", "127.0.0.1", "169.254.7.8", "fd00:2::9", "::1"}) {
    EXPECT_FALSE(named.allows(make_address(text))) << text;
  }
  const std::vector<std::string> wrong = {"10.1.2.3/8"};
  EXPECT_FALSE(TargetRule::create(false, wrong));
}

/// However the host is written: what is looked at is what is connected to.
TEST(TargetRule, IsAskedAboutWhatAHostStandsFor) {
  const CannedServer server(CannedServer::http("inside"));
  const std::string port = std::to_string(server.port());
  for (const char* host : {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001",
                           "0177.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"}) {
    auto connection = HttpConnection::create(*parse_url("http://" + std::string(host) + ":" + port),
                                             {.targets = std::make_shared<TargetRule>()});
    ASSERT_TRUE(connection) << host;
    const Status opened = connection->open();
    ASSERT_FALSE(opened) << host;
    EXPECT_EQ(opened.error().code, Errc::unauthorized) << host << ": " << opened.error().message;
    EXPECT_FALSE(connection->is_open());
  }
  EXPECT_EQ(server.connections(), 0U);

  auto allowed = HttpConnection::create(*parse_url(server.url()),
                                        {.targets = std::make_shared<TargetRule>(rule(true))});
  ASSERT_TRUE(allowed);
  ASSERT_TRUE(allowed->open());
  const Exchange exchange = allowed->exchange("GET", "/", {}, {}, std::chrono::seconds(5));
  ASSERT_TRUE(exchange.response) << exchange.response.error().message;
  EXPECT_EQ(exchange.response->body, "inside");
}

}  // namespace
}  // namespace kedge::rpc
