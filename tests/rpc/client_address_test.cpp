// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_address.hpp"

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

using boost::asio::ip::make_address;

NetworkList networks(const std::vector<std::string>& texts) {
  auto list = NetworkList::parse(texts);
  EXPECT_TRUE(list) << list.error().message;
  return *list;
}

/// Proxies at 10.0.0.0/8 and fd00::/8.
std::string behind(const std::string& peer, const HeaderList& headers,
                   ForwardedField field = ForwardedField::x_forwarded_for) {
  const ProxyOptions proxies{.trusted = networks({"10.0.0.0/8", "fd00::/8"}), .field = field};
  return client_behind(make_address(peer), headers, proxies).to_string();
}

TEST(NetworkList, ContainsWhatItNames) {
  const NetworkList list = networks({"10.0.0.0/8", "192.0.2.128/25", "2001:db8::/33", "::1"});
  for (const char* inside : {"10.0.0.0", "10.255.255.255", "192.0.2.128", "2001:db8:7fff::1", "::1",
                             "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(list.contains(make_address(inside))) << inside;
  }
  for (const char* outside : {"11.0.0.0", "9.255.255.255", "192.0.2.127", "2001:db8:8000::1", "::2",
                              "::", "::ffff:11.1.2.3", "a00::"}) {
    EXPECT_FALSE(list.contains(make_address(outside))) << outside;
  }
  EXPECT_TRUE(networks({"0.0.0.0/0"}).contains(make_address("203.0.113.9")));
  EXPECT_FALSE(networks({"0.0.0.0/0"}).contains(make_address("::1")));
  EXPECT_FALSE(NetworkList().contains(make_address("127.0.0.1")));
}

TEST(NetworkList, RefusesWhatIsNoNetwork) {
  for (const char* bad :
       {"", "10.0.0.0/33", "10.1.0.0/8", "::1/129", "host", "10.0.0.0/x", "/8", "fe80::1%lo/64"}) {
    const auto refused = NetworkList::parse(std::vector<std::string>{"10.0.0.0/8", bad});
    ASSERT_FALSE(refused) << bad;
    EXPECT_NE(refused.error().message.find("\"" + std::string(bad) + "\""), std::string::npos);
  }
}

TEST(ClientKey, IsAnIpv4AddressOrAnIpv6Network) {
  const auto key = [](const char* text) { return client_key(make_address(text)); };
  EXPECT_EQ(key("192.0.2.1"), key("::ffff:192.0.2.1"));
  EXPECT_NE(key("192.0.2.1"), key("192.0.2.2"));
  EXPECT_EQ(key("2001:db8::1"), key("2001:db8::ffff:0:0:1"));
  EXPECT_NE(key("2001:db8::1"), key("2001:db8:0:1::1"));
  EXPECT_NE(key("0.0.0.1"), key("::1"));
}

TEST(ClientBehind, IsThePeerUnlessThatIsAProxy) {
  EXPECT_EQ(behind("203.0.113.5", {{"X-Forwarded-For", "198.51.100.1"}}), "203.0.113.5");
  EXPECT_EQ(behind("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(behind("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"}}), "198.51.100.1");
}

TEST(ClientBehind, IsTheRightMostThatIsNoProxy) {
  // What the client itself has written stands on the left, and is a lie.
  EXPECT_EQ(behind("10.0.0.1", {{"X-Forwarded-For", "127.0.0.1, 198.51.100.1, 10.0.0.2"}}),
            "198.51.100.1");
  EXPECT_EQ(behind("10.0.0.1", {{"x-forwarded-for", "127.0.0.1"},
                                {"Accept", "*/*"},
                                {"X-Forwarded-For", " 198.51.100.1 ,10.0.0.2"}}),
            "198.51.100.1");
  EXPECT_EQ(behind("10.0.0.1", {{"X-Forwarded-For", "10.0.0.3, 10.0.0.2"}}), "10.0.0.3");
  EXPECT_EQ(behind("fd00::1", {{"X-Forwarded-For", "2001:db8::7, fd00::2"}}), "2001:db8::7");
}

TEST(ClientBehind, StopsAtWhatItCannotRead) {
  for (const char* bad : {"unknown", "_hidden", "198.51.100.1:99999", "[2001:db8::1", "1.2.3",
                          "fe80::1%eth0", "[198.51.100.1]", "198.51.100.1:", "\"198.51.100.1"}) {
    EXPECT_EQ(behind("10.0.0.1",
                     {{"X-Forwarded-For", "198.51.100.9, " + std::string(bad) + ", 10.0.0.2"}}),
              "10.0.0.2")
        << bad;
  }
}

TEST(ClientBehind, ReadsPorts) {
  EXPECT_EQ(behind("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1:4711"}}), "198.51.100.1");
  EXPECT_EQ(behind("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:4711"}}), "2001:db8::1");
  EXPECT_EQ(behind("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]"}}), "2001:db8::1");
}

TEST(ClientBehind, ReadsForwarded) {
  const auto forwarded = [](const std::string& value) {
    return behind("10.0.0.1", {{"Forwarded", value}, {"X-Forwarded-For", "1.1.1.1"}},
                  ForwardedField::forwarded);
  };
  EXPECT_EQ(forwarded("for=198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(forwarded("For=\"[2001:db8:cafe::17]:4711\";proto=https"), "2001:db8:cafe::17");
  EXPECT_EQ(forwarded("for=127.0.0.1, proto=http;by=203.0.113.43;for=198.51.100.1, for=10.0.0.2"),
            "198.51.100.1");
  EXPECT_EQ(forwarded("for=\"1.1.1.1, for=2.2.2.2\";x=\"\\\",\", for=198.51.100.1"),
            "198.51.100.1");
  EXPECT_EQ(forwarded("for=198.51.100.1, for=unknown"), "10.0.0.1");
  EXPECT_EQ(forwarded("for=198.51.100.1;for=198.51.100.2"), "10.0.0.1");
  EXPECT_EQ(forwarded("proto=http"), "10.0.0.1");
  EXPECT_EQ(forwarded(""), "10.0.0.1");
}

TEST(ClientBehind, GoesThroughABoundedNumberOfProxies) {
  std::string hops = "198.51.100.1";
  for (int i = 0; i < 1000; ++i) hops += ", 10.0.0.9";
  EXPECT_EQ(behind("10.0.0.1", {{"X-Forwarded-For", hops}}), "10.0.0.9");
}

}  // namespace
}  // namespace kedge::rpc
