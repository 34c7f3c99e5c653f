// SPDX-License-Identifier: Apache-2.0
#include "rpc/address_count.hpp"

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

using Place = AddressCount::Place;

bool enters(AddressCount& count, const char* address, Place& place) {
  return count.enter(boost::asio::ip::make_address(address), place);
}

TEST(AddressCount, CountsIpv4AddressesAndIpv6Networks) {
  AddressCount count(1);
  Place a;
  Place b;
  Place c;
  Place d;
  EXPECT_TRUE(enters(count, "192.0.2.1", a));
  EXPECT_FALSE(enters(count, "192.0.2.1", b));
  EXPECT_FALSE(enters(count, "::ffff:192.0.2.1", b));
  EXPECT_TRUE(enters(count, "192.0.2.2", b));
  EXPECT_TRUE(enters(count, "2001:db8::1", c));
  EXPECT_FALSE(enters(count, "2001:db8::ffff:1", d));
  EXPECT_TRUE(enters(count, "2001:db8:0:1::1", d));
}

TEST(AddressCount, GivesPlacesBack) {
  AddressCount count(1);
  Place kept;
  {
    Place place;
    EXPECT_TRUE(enters(count, "192.0.2.1", place));
    Place moved = std::move(place);
    place = {};
    EXPECT_FALSE(enters(count, "192.0.2.1", kept));
    moved = {};
    EXPECT_TRUE(enters(count, "192.0.2.1", kept));
  }
  EXPECT_FALSE(enters(count, "192.0.2.1", kept));
}

TEST(AddressCount, CountsNothingWithoutABound) {
  AddressCount count(0);
  Place place;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(enters(count, "192.0.2.1", place));
}

}  // namespace
}  // namespace kedge::rpc
